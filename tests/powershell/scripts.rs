//! The scripts of this folder, each with the servers that it wants.

use std::fs;

use psoauth_test_support::{Answer, AuthorizationServer, Program, Received, Server, Suite, Unreachable, tools};

use crate::session::{self, CLIENT_ID, CLIENT_SECRET, Session, server};

type Trial = (&'static str, fn(Session));

pub fn add(suite: Suite) -> Suite {
    let trials: [Trial; 13] = [
        ("signatures_are_those_of_0_3", |session| session.run("signatures.ps1", &[])),
        ("pages_and_help_say_what_the_commands_are", documentation),
        ("the_code_is_of_windows_powershell_5_1", |session| session.run("language.ps1", &[])),
        ("the_library_is_bound_at_the_first_call", |session| session.run("lazy-binding.ps1", &[])),
        ("importing_works_everywhere", import),
        ("a_missing_library_is_one_clear_error", missing_library),
        ("scripts_for_0_3_run_unchanged", |session| at_both_versions(&session, "scripts.ps1")),
        ("remaining_minutes_are_told", |session| at_both_versions(&session, "remaining-minutes.ps1")),
        ("awkward_secrets_arrive_as_they_were", awkward_secrets),
        ("failures_warn_or_throw", failures),
        ("secrets_stay_out_of_records_and_streams", secrets),
        ("nothing_is_left_of_a_request", |session| at_server(&session, "handles.ps1", &[])),
        ("the_sessions_own_functions_see_nothing", |session| at_server(&session, "shadowing.ps1", &[])),
    ];
    let suite = trials.into_iter().fold(suite, |suite, (name, trial)| {
        suite.with_tool(name, session::find, move |pwsh| trial(Session::new(&pwsh)))
    });
    suite.with_tool("stopping_a_pipeline_ends_the_call", session::find, |pwsh| stop(&Session::new(&pwsh))).with_tool(
        "a_library_of_another_version_is_one_clear_error",
        || Ok::<_, String>((session::find()?, session::c_compiler()?)),
        |(pwsh, compiler)| other_library(&Session::new(&pwsh), &compiler),
    )
}

/// Runs a script that wants a token endpoint and a client that it knows.
fn at_server(session: &Session, script: &str, more: &[(&str, &str)]) {
    let server = server();
    let endpoint = server.url("/contoso.com/oauth2/v2.0/token");
    let client = [("TokenEndpoint", endpoint.as_str()), ("ClientId", CLIENT_ID), ("ClientSecret", CLIENT_SECRET)];
    session.run(script, &[&client, more].concat());
}

fn at_both_versions(session: &Session, script: &str) {
    let server = server();
    let (v1, v2) = (server.url("/contoso.com/oauth2/token"), server.url("/contoso.com/oauth2/v2.0/token"));
    let client = [("ClientId", CLIENT_ID), ("ClientSecret", CLIENT_SECRET)];
    session.run(script, &[&[("TokenEndpointV1", v1.as_str()), ("TokenEndpointV2", v2.as_str())], &client[..]].concat());
}

fn documentation(session: Session) {
    let docs = tools::workspace().join("docs").display().to_string();
    session.run("documentation.ps1", &[("Docs", &docs)]);
}

fn import(session: Session) {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    at_server(&session, "import.ps1", &[("Elsewhere", &elsewhere.path().display().to_string())]);
}

fn missing_library(session: Session) {
    let library = session.library();
    fs::remove_file(&library).expect("the library is there");
    let path = session.shown(&library);
    session.run("library.ps1", &[("ErrorId", "PSOAuth.LibraryNotFound"), ("Mentions", &path)]);
    fs::write(&library, "no library").expect("the folder can be written");
    let mentions = format!("{path}|{}", session::NOT_A_LIBRARY);
    session.run("library.ps1", &[("ErrorId", "PSOAuth.LibraryNotUsable"), ("Mentions", &mentions)]);
}

fn other_library(session: &Session, compiler: &std::path::Path) {
    let library = session.library();
    let root = tools::workspace();
    let compile = Program::new(compiler).args(["-shared", "-fPIC", "-Iinclude", "tests/c/other_abi.c", "-o"]);
    compile.arg(&library).current_dir(root).output().success();
    let mentions = format!("{}|version 2|version 1", session.shown(&library));
    session.run("library.ps1", &[("ErrorId", "PSOAuth.AbiMismatch"), ("Mentions", &mentions)]);
}

fn stop(session: &Session) {
    let (server, silent) = (server(), Server::start(|_| Answer::nothing().hold()));
    let (endpoint, nowhere) = (server.url("/contoso.com/oauth2/v2.0/token"), silent.url("/token"));
    let client = [("TokenEndpoint", endpoint.as_str()), ("ClientId", CLIENT_ID), ("ClientSecret", CLIENT_SECRET)];
    let mut running = session.script("stop.ps1", &[&client[..], &[("SilentEndpoint", &nowhere)]].concat()).start();
    silent.next_request();
    running.write(b"stop\n");
    // The process is still there, and the call's own deadline an hour away: it is the stop that hangs up.
    silent.wait_until_open(0);
    running.write(b"end\n");
    running.wait().success();
}

fn awkward_secrets(session: Session) {
    let long = "long+secret/".repeat(84);
    let secrets = [
        ("signs", "+/&=%'\"é ~!*()"),
        ("newline", "first\nsecond\r\n"),
        ("emoji", "🙂 tail"),
        ("percent", "%2F%252F"),
        ("dollar", "$env:PATH `$(1)"),
        ("long", long.as_str()),
    ];
    assert!(long.len() >= 1_000);
    let known = secrets.iter().fold(AuthorizationServer::builder(), |builder, (id, secret)| builder.client(id, secret));
    let server = known.start();
    let object: serde_json::Map<_, _> = secrets.iter().map(|(id, secret)| ((*id).into(), (*secret).into())).collect();
    let file = session.write("secrets.json", &serde_json::Value::Object(object).to_string());
    session.run("awkward-secrets.ps1", &[("TokenEndpoint", &server.url("/token")), ("Secrets", &file)]);
    assert_eq!((server.granted(), server.refused()), (secrets.len(), 0));
}

fn failures(session: Session) {
    let refusing = server();
    let throttled = r#"{"error":"temporarily_unavailable","error_description":"Too many requests"}"#;
    let odd = Server::start(move |request| match request.target.as_str() {
        "/throttled" => Answer::json(429, throttled).header("Retry-After", "17"),
        "/redirect" => Answer::status(307).header("Location", "https://elsewhere.example/token"),
        "/html" => {
            Answer::raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<html></html>\n")
        }
        _ => Answer::json(200, r#"{"access_token":"t","":"no name"}"#),
    });
    let closed = Unreachable::refusing();
    session.run(
        "failure.ps1",
        &[
            ("TokenEndpoint", &refusing.url("/contoso.com/oauth2/v2.0/token")),
            ("ThrottledEndpoint", &odd.url("/throttled")),
            ("RedirectEndpoint", &odd.url("/redirect")),
            ("HtmlEndpoint", &odd.url("/html")),
            ("EmptyNameEndpoint", &odd.url("/empty-name")),
            ("ClosedEndpoint", &format!("http://127.0.0.1:{}/token", closed.port())),
        ],
    );
}

/// Servers that repeat what they were sent.
fn secrets(session: Session) {
    let sent = |request: &Received| {
        ["client_secret", "password", "refresh_token"].map(|name| request.field(name).unwrap_or_default()).join(" ")
    };
    let echo = Server::start(move |request| {
        let object = match request.target.as_str() {
            "/error" => serde_json::json!({ "error": request.field("client_secret") }),
            _ => {
                serde_json::json!({ "error": "invalid_client", "error_description": format!("not {}!", sent(request)) })
            }
        };
        Answer::json(if request.target == "/error" { 400 } else { 401 }, object.to_string())
    });
    let endpoints = [("EchoEndpoint", echo.url("/description")), ("EchoErrorEndpoint", echo.url("/error"))];
    at_server(&session, "secrets.ps1", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())));
}
