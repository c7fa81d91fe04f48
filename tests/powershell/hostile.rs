//! The table of hostile answers through the module: one PowerShell makes all the calls.

use std::fs;
use std::path::Path;
use std::time::Duration;

use psoauth_test_support::cases::{self, SECRET, TOKEN};
use psoauth_test_support::{Suite, spellings, tools};
use serde_json::json;

use crate::session::Session;

/// Tokens that the engine makes no object of: its reader of JSON takes no integer of more than 380 digits.
const UNREADABLE: [&str; 2] = ["a_number_of_400_digits", "a_lifetime_of_400_digits"];

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("hostile_answers_end_in_one_record_each", tools::pwsh, |pwsh| hostile_answers(&pwsh))
}

fn hostile_answers(pwsh: &Path) {
    let session = Session::new(pwsh);
    let all = cases::all();
    let server = cases::serve(&all);
    let list = all.iter().map(|case| {
        let (id, says) = match case.ends {
            "Ok" if UNREADABLE.contains(&case.name) => {
                ("PSOAuth.BadResponse".into(), &["this PowerShell cannot make an object of"][..])
            }
            "Ok" => (String::new(), case.says),
            "OAuthError" => ("OAuth.".into(), case.says),
            ends => (format!("PSOAuth.{ends}"), case.says),
        };
        json!({ "Name": case.name, "Endpoint": server.url(&format!("/{}", case.name)), "Id": id, "Says": says })
    });
    let list = session.write("cases.json", &serde_json::Value::Array(list.collect()).to_string());
    // Whatever the process writes without being told to is in here.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let left = session.folder().join("left.txt");
    let parameters =
        [("Cases", list.as_str()), ("ClientSecret", SECRET), ("Token", TOKEN), ("Left", &left.display().to_string())];
    let program = session.script("hostile.ps1", &parameters).deadline(Duration::from_secs(300));
    let output = program.current_dir(folder.path()).env("TMPDIR", folder.path()).output().success();
    let left = fs::read_to_string(left).expect("the script wrote it");
    assert!(left.contains("WarningRecord") && left.contains("VerboseRecord") && left.contains("ErrorRecord"));
    for (what, text) in [("the records", &left), ("the output", &output.stdout), ("the errors", &output.stderr)] {
        spellings::assert_absent(what, text, &[SECRET, TOKEN]);
    }
    let files: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert!(files.iter().all(|name| name.to_string_lossy().starts_with("clr-debug-pipe")), "{files:?}");
}
