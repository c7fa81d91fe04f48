//! A panic in each layer: the caller learns of a fault, the process lives, the next call works, and what the panic
//! prints shows no secret.

use std::env;
use std::process::Command;

use psoauth_test_support::{Authority, Received};

use super::*;
use crate::failpoint;

/// Set in the process that panics.
const ALONE: &str = "PSOAUTH_TEST_ALONE";

const SECRET: &str = "hunter2hunter2";
const TOKEN: &str = "t0k3nt0k3nt0k3n";

/// Where there is a panic, and what makes a call that passes there.
const IN_CALLS: [(&str, Way); 10] = [
    ("task", Way::Plain),
    ("client", Way::Plain),
    // Before any handshake: later calls find an open connection.
    ("tls", Way::Tls),
    ("file", Way::Tls),
    ("transport", Way::Plain),
    ("answer", Way::Plain),
    ("message", Way::Refused),
    ("cache", Way::Cached),
    ("landing", Way::Cached),
    ("discovery", Way::Discovered),
];

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Plain,
    Refused,
    Tls,
    Cached,
    Discovered,
}

#[test]
fn a_panic_in_any_layer_is_internal_and_shows_no_secret() {
    if env::var_os(ALONE).is_some() {
        return panic_everywhere();
    }
    let name = "ffi::tests::panics::a_panic_in_any_layer_is_internal_and_shows_no_secret";
    let program = env::current_exe().expect("a test knows its program");
    let output =
        Command::new(program).args(["--exact", name, "--nocapture"]).env(ALONE, "1").output().expect("it runs");
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{printed}");
    let places = IN_CALLS.iter().map(|(place, _)| *place).chain(["abi", "request", "wait", "text"]);
    for place in places {
        assert_eq!(printed.matches(&format!("asked for in: {place}\n")).count(), 1, "{place}: {printed}");
    }
    for secret in [SECRET, TOKEN, "aHVudGVyMmh1bnRlcjI", "client_secret="] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

fn panic_everywhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = Authority::new("Test authority");
    let root = folder.path().join("root.pem");
    authority.write_pem(&root);
    let root = root.display().to_string();
    let server = Server::start(answer);
    let secure = Server::start_tls(&authority.issue(&["127.0.0.1"]), answer);

    for (number, (place, way)) in IN_CALLS.into_iter().enumerate() {
        let request = Request::to(&match way {
            Way::Refused => server.url("/refused"),
            Way::Tls => secure.url("/token"),
            _ => server.url("/token"),
        });
        // A client of its own, so that nothing is kept yet.
        request.set(PSOAUTH_REQUEST_CLIENT_ID, number.to_string());
        match way {
            Way::Tls => drop(request.set(PSOAUTH_REQUEST_CERTIFICATE_AUTHORITY_PATH, &root)),
            Way::Cached => drop(request.number(PSOAUTH_OPTION_TOKEN_CACHE, 1)),
            Way::Discovered => {
                request.set(PSOAUTH_REQUEST_TOKEN_ENDPOINT, "");
                request.set(PSOAUTH_REQUEST_ISSUER, server.url(""));
            }
            Way::Plain | Way::Refused => {}
        }
        failpoint::arm(place);
        let call = request.start();
        assert_eq!(call.wait(-1), PSOAUTH_STATUS_INTERNAL, "{place}");
        let message = call.text(PSOAUTH_CALL_ERROR_MESSAGE).expect("a message");
        assert!(message.contains("a fault of this library"), "{place}: {message}");
        assert!(!failpoint::is_armed(), "{place}");
        let next = request.start();
        let ends = if way == Way::Refused { PSOAUTH_STATUS_OAUTH_ERROR } else { PSOAUTH_STATUS_OK };
        assert_eq!(next.wait(-1), ends, "after {place}: {:?}", next.text(PSOAUTH_CALL_ERROR_MESSAGE));
    }
    panic_on_the_callers_thread(&Request::to(&server.url("/token")));
}

fn answer(request: &Received) -> Answer {
    match request.target.as_str() {
        "/refused" => Answer::json(401, format!(r#"{{"error":"invalid_client","error_description":"not {SECRET}"}}"#)),
        "/token" => Answer::json(200, format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#)),
        _ => {
            let issuer = format!("http://{}", request.header("host").expect("a host"));
            Answer::json(200, format!(r#"{{"issuer":"{issuer}","token_endpoint":"{issuer}/token"}}"#))
        }
    }
}

fn panic_on_the_callers_thread(request: &Request) {
    for place in ["abi", "request"] {
        failpoint::arm(place);
        let untouched = dangling_mut();
        let mut call = untouched;
        // SAFETY: the request is live, and `call` can be written.
        assert_eq!(unsafe { psoauth_call_start(request.0, &mut call) }, PSOAUTH_STATUS_INTERNAL, "{place}");
        assert_eq!(call, untouched, "{place}");
    }
    let call = request.start();
    failpoint::arm("wait");
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_INTERNAL);
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_OK);
    failpoint::arm("text");
    assert_eq!(call.text(PSOAUTH_CALL_ACCESS_TOKEN), None);
    assert_eq!(call.text(PSOAUTH_CALL_ACCESS_TOKEN), Some(TOKEN));
}
