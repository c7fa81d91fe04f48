//! The packages of `cargo xtask dist`, each installed into an empty folder as its user would.

mod c;
mod contents;
mod csharp;
mod dist;
mod module;

use psoauth_test_support::{AuthorizationServer, Suite};

const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
const CLIENT_SECRET: &str = "s3cr+t value/&=";
/// The first token that [`server`] gives.
const TOKEN: &str = "access-token-1-of-dea8d7a9-1602-4429-b138-111111111111";

fn main() {
    csharp::add(module::add(c::add(contents::add(Suite::new())))).run();
}

/// A server that knows [`CLIENT_ID`].
fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start()
}
