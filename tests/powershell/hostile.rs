//! The tables of hostile answers and networks through the module.

use std::fs;
use std::path::Path;
use std::time::Duration;

use psoauth_test_support::cases::{self, Case, PROXY_PASSWORD, SECRET, TOKEN};
use psoauth_test_support::{Suite, spellings, tools};
use serde_json::{Value, json};

use crate::session::Session;

/// Tokens that the engine makes no object of: its reader of JSON takes no integer of more than 380 digits.
const UNREADABLE: [&str; 2] = ["a_number_of_400_digits", "a_lifetime_of_400_digits"];

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("hostile_answers_end_in_one_record_each", tools::pwsh, |pwsh| hostile_answers(&pwsh)).with_tool(
        "hostile_networks_end_in_one_record_each",
        tools::pwsh,
        |pwsh| hostile_networks(&pwsh),
    )
}

/// One PowerShell makes all the calls.
fn hostile_answers(pwsh: &Path) {
    let (ended, endless) = (cases::all(), cases::endless());
    let server = cases::serve(&ended);
    let silent = cases::serve(&endless);
    // Endless ones say after which time they were given up, which here is another one.
    let given_up = &["http://127.0.0.1:", "within 1 s", "Try again, or allow more time"][..];
    let list = ended.iter().map(|case| expected(case.name, &server.url(&path(case)), (10, 60), case.ends, case.says));
    let list = list
        .chain(endless.iter().map(|case| expected(case.name, &silent.url(&path(case)), (10, 1), case.ends, given_up)));
    let left = end_as_said(pwsh, list.collect(), &[]);
    assert!(left.contains("WarningRecord") && left.contains("VerboseRecord") && left.contains("ErrorRecord"));
}

fn path(case: &Case) -> String {
    format!("/{}", case.name)
}

/// A PowerShell for each, whose environment is the network's.
fn hostile_networks(pwsh: &Path) {
    for (name, network) in cases::networks() {
        let network = network();
        let seconds = (network.connect_timeout.as_secs(), 60);
        let list = vec![expected(name, &network.endpoint, seconds, network.ends, &network.says)];
        end_as_said(pwsh, list, &network.environment);
        network.check();
    }
}

/// What the script has to know of a case. The seconds are those of a connection and of the whole call.
fn expected(name: &str, endpoint: &str, (connect, whole): (u64, u64), ends: &str, says: &[&str]) -> Value {
    let (id, says) = match ends {
        "Ok" if UNREADABLE.contains(&name) => {
            ("PSOAuth.BadResponse".into(), &["this PowerShell cannot make an object of"][..])
        }
        "Ok" => (String::new(), says),
        "OAuthError" => ("OAuth.".into(), says),
        ends => (format!("PSOAuth.{ends}"), says),
    };
    json!({
        "Name": name, "Endpoint": endpoint, "ConnectTimeoutSeconds": connect, "TimeoutSeconds": whole, "Id": id, "Says": says
    })
}

/// Runs the cases and looks for secrets in all that they leave, which it returns.
fn end_as_said(pwsh: &Path, list: Vec<Value>, environment: &[(&str, String)]) -> String {
    let session = Session::new(pwsh);
    let list = session.write("cases.json", &Value::Array(list).to_string());
    // Whatever the process writes without being told to is in here.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let left = session.folder().join("left.txt").display().to_string();
    let parameters = [("Cases", list.as_str()), ("ClientSecret", SECRET), ("Token", TOKEN), ("Left", &left)];
    let program = session.script("hostile.ps1", &parameters).deadline(Duration::from_secs(300));
    let program = environment.iter().fold(program, |program, (name, value)| program.env(name, value));
    let output = program.current_dir(folder.path()).env("TMPDIR", folder.path()).output().success();
    let left = fs::read_to_string(left).expect("the script wrote it");
    let written: String = left.lines().filter(|line| !was_given(line, environment)).collect();
    for (what, text) in [("the records", &written), ("the output", &output.stdout), ("the errors", &output.stderr)] {
        spellings::assert_absent(what, text, &[SECRET, TOKEN, PROXY_PASSWORD]);
    }
    let files: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert!(files.iter().all(|name| name.to_string_lossy().starts_with("clr-debug-pipe")), "{files:?}");
    left
}

/// Whether a line shows a variable that the process was started with.
fn was_given(line: &str, environment: &[(&str, String)]) -> bool {
    environment.iter().any(|(name, value)| line == format!("environment {name}={value}"))
}
