//! A PowerShell with the staged module, and the scripts that need nothing but a server.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Answer, AuthorizationServer, Program, Server, Suite, Unreachable, library, tools};
use tempfile::TempDir;

pub const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
pub const CLIENT_SECRET: &str = "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522=";

/// For scripts that need the module alone.
const NONE: &[(&str, &str)] = &[];

/// What a script is run with: a module as a user has it, in a folder of its own.
pub struct Session {
    pwsh: PathBuf,
    folder: TempDir,
}

impl Session {
    pub fn new(pwsh: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        library::stage_module(folder.path());
        Self { pwsh: pwsh.to_owned(), folder }
    }

    /// A folder that goes with the session.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the module.
    pub fn module(&self) -> String {
        self.folder.path().join("PSOAuthHelper").display().to_string()
    }

    /// A program that runs a script of this folder with parameters, the module's first.
    pub fn script(&self, name: &str, parameters: &[(&str, impl AsRef<str>)]) -> Program {
        let script = tools::workspace().join("tests/powershell").join(name);
        let program = Program::new(&self.pwsh).args(["-NoProfile", "-NonInteractive", "-File"]).arg(script);
        let program = program.args(["-Module", &self.module()]);
        parameters.iter().fold(program, |program, (name, value)| program.arg(format!("-{name}")).arg(value.as_ref()))
    }
}

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("signatures_are_those_of_0_3", tools::pwsh, |pwsh| run(&pwsh, "signatures.ps1", NONE))
        .with_tool("pages_and_help_say_what_the_commands_are", tools::pwsh, |pwsh| {
            let docs = tools::workspace().join("docs").display().to_string();
            run(&pwsh, "documentation.ps1", &[("Docs", &docs)]);
        })
        .with_tool("the_code_is_of_windows_powershell_5_1", tools::pwsh, |pwsh| run(&pwsh, "language.ps1", NONE))
        .with_tool(
            "importing_works_everywhere",
            || Ok::<_, String>((tools::pwsh()?, tools::c_compiler()?)),
            |(pwsh, compiler)| importing(&pwsh, &compiler),
        )
        .with_tool("scripts_for_0_3_run_unchanged", tools::pwsh, |pwsh| at_both_versions(&pwsh, "scripts.ps1"))
        .with_tool("remaining_minutes_are_told", tools::pwsh, |pwsh| at_both_versions(&pwsh, "remaining-minutes.ps1"))
        .with_tool("awkward_secrets_arrive_as_they_were", tools::pwsh, |pwsh| awkward_secrets(&pwsh))
        .with_tool("failures_warn_or_throw", tools::pwsh, |pwsh| failures(&pwsh))
}

fn run(pwsh: &Path, script: &str, parameters: &[(&str, impl AsRef<str>)]) {
    Session::new(pwsh).script(script, parameters).output().success();
}

fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start()
}

fn importing(pwsh: &Path, compiler: &Path) {
    let session = Session::new(pwsh);
    let other = session.folder().join(library::file_name());
    let source = tools::workspace().join("tests/c/other_abi.c");
    Program::new(compiler)
        .args(["-shared", "-fPIC", "-Iinclude", "-o"])
        .arg(&other)
        .arg(source)
        .current_dir(tools::workspace())
        .output()
        .success();
    let server = server();
    let parameters = [
        ("TokenEndpoint", server.url("/contoso.com/oauth2/token")),
        ("ClientId", CLIENT_ID.to_owned()),
        ("ClientSecret", CLIENT_SECRET.to_owned()),
        ("OtherLibrary", other.display().to_string()),
    ];
    session.script("importing.ps1", &parameters).output().success();
}

fn at_both_versions(pwsh: &Path, script: &str) {
    let server = server();
    let parameters = [
        ("TokenEndpointV1", server.url("/contoso.com/oauth2/token")),
        ("TokenEndpointV2", server.url("/contoso.com/oauth2/v2.0/token")),
        ("ClientId", CLIENT_ID.to_owned()),
        ("ClientSecret", CLIENT_SECRET.to_owned()),
    ];
    run(pwsh, script, &parameters);
}

fn awkward_secrets(pwsh: &Path) {
    let secrets = [
        ("signs", "+/&=%'\"é ~!*()"),
        ("newline", "first\nsecond\r\n"),
        ("emoji", "🙂 tail"),
        ("percent", "%2F%252F"),
        ("dollar", "$env:PATH `$(1)"),
        ("long", &"long+secret/".repeat(84)),
    ];
    assert!(secrets[5].1.len() >= 1_000);
    let server =
        secrets.iter().fold(AuthorizationServer::builder(), |builder, (id, secret)| builder.client(id, secret));
    let server = server.start();
    let session = Session::new(pwsh);
    let file = session.folder().join("secrets.json");
    let object: serde_json::Map<_, _> = secrets.iter().map(|(id, secret)| ((*id).into(), (*secret).into())).collect();
    fs::write(&file, serde_json::Value::Object(object).to_string()).expect("the folder can be written");
    let parameters = [("TokenEndpoint", server.url("/token")), ("Secrets", file.display().to_string())];
    session.script("awkward-secrets.ps1", &parameters).output().success();
    assert_eq!((server.granted(), server.refused()), (secrets.len(), 0));
}

fn failures(pwsh: &Path) {
    let refusing = server();
    let odd = Server::start(|request| match request.target.as_str() {
        "/throttled" => {
            Answer::json(429, r#"{"error":"temporarily_unavailable","error_description":"Too many requests"}"#)
                .header("Retry-After", "17")
        }
        "/redirect" => Answer::status(307).header("Location", "https://elsewhere.example/token"),
        "/html" => {
            Answer::raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<html></html>\n")
        }
        _ => Answer::json(200, r#"{"access_token":"t","":"no name"}"#),
    });
    let closed = Unreachable::refusing();
    let parameters = [
        ("TokenEndpoint", refusing.url("/contoso.com/oauth2/v2.0/token")),
        ("ThrottledEndpoint", odd.url("/throttled")),
        ("RedirectEndpoint", odd.url("/redirect")),
        ("HtmlEndpoint", odd.url("/html")),
        ("EmptyNameEndpoint", odd.url("/empty-name")),
        ("ClosedEndpoint", format!("http://127.0.0.1:{}/token", closed.port())),
    ];
    run(pwsh, "failure.ps1", &parameters);
}
