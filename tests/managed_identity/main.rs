//! Managed identities, each source played by a server. Sources are named by environment variables, so every call is
//! made by a child: this program itself, told to ask.

mod app_service;
mod arc;
mod child;
mod instance_metadata;

use psoauth_test_support::{Received, Suite};
use serde_json::Value;

const SECRET: &str = "hunter2hunter2";
const TOKEN: &str = r#"{"access_token":"token","token_type":"Bearer","expires_on":"4102444800","resource":"r"}"#;

fn main() {
    if child::has_run() {
        return;
    }
    let groups = [instance_metadata::add, app_service::add, arc::add];
    groups.into_iter().fold(Suite::new(), |suite, add| add(suite)).run()
}

/// Looks for a part of a text among the members of an outcome.
fn says(outcome: &Value, member: &str, expected: &str) {
    let text = outcome[member].as_str().unwrap_or_default();
    assert!(text.contains(expected), "{member} is {text:?}, without {expected:?}: {outcome}");
}

/// The value of a query parameter as it came.
fn parameter<'a>(request: &'a Received, name: &str) -> Option<&'a str> {
    let (_, query) = request.target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
