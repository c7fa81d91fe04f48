//! Shows the whole thing working: an authorization server on this machine, and PowerShell getting a token from it.
//!
//! Run it with `cargo run --release --example quickstart`.

use std::path::{Path, PathBuf};

use psoauth_test_support::{AuthorizationServer, Program, library, tools};
use psoauthhelper::{Call, TokenRequest};

const TENANT: &str = "e674da86-7ee5-40a7-b777-1111111111111";
const RESOURCE: &str = "https://www.superfantasticservername.com";
const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
const CLIENT_SECRET: &str = "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522=";

fn main() {
    let server = AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start();
    let endpoint = server.url(&format!("/{TENANT}/oauth2/token"));
    match tools::pwsh() {
        Ok(pwsh) => in_powershell(&pwsh, &endpoint),
        Err(reason) => without_powershell(&reason, &endpoint),
    }
}

/// Runs the commands in PowerShell and prints them as a terminal would show them.
fn in_powershell(pwsh: &Path, endpoint: &str) {
    let module = library::stage_module(&scratch());
    let grant = format!(
        "Invoke-ClientCredentialsGrant -AuthProviderUri '{endpoint}' -Resource '{RESOURCE}' -ClientId '{CLIENT_ID}' \
         -ClientSecret '{CLIENT_SECRET}'"
    );
    let session = [
        format!("Import-Module '{}'", module.display()),
        format!("$token = {grant}"),
        "$token".into(),
        "$token | Get-BearerToken".into(),
        format!("{} -WarningAction Continue", grant.replace(CLIENT_SECRET, "a wrong secret")),
    ];
    let script: String = session.iter().map(|line| format!("'PS> {}'\n{line}\n", line.replace('\'', "''"))).collect();
    let output = Program::new(pwsh).args(["-NoProfile", "-NonInteractive", "-Command", &script]).output().success();
    print!("{}{}", output.stdout, output.stderr);
}

/// Makes the same exchange from Rust, where there is no PowerShell.
fn without_powershell(reason: &str, endpoint: &str) {
    let request = TokenRequest {
        token_endpoint: endpoint.into(),
        client_id: CLIENT_ID.into(),
        client_secret: CLIENT_SECRET.into(),
        resource: RESOURCE.into(),
        ..TokenRequest::new()
    };
    let call = Call::start(request);
    match &call.wait().result {
        Ok(token) => println!("Bearer {}", token.access_token.as_str()),
        Err(error) => eprintln!("{error}"),
    }
    println!(
        "\nThat was the library without PowerShell: {reason}. Get PowerShell from https://aka.ms/powershell, or name one in \
         PSOAUTH_PWSH, and run this again."
    );
}

/// A folder for the module beside this program, made new.
fn scratch() -> PathBuf {
    let folder = std::env::current_exe().expect("a program has a path").with_file_name("quickstart-module");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", folder.display()),
        _ => folder,
    }
}
