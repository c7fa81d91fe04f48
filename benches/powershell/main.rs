//! The module in a real PowerShell: from cold and warm, beside what else that PowerShell has.
//!
//! `cargo bench --bench powershell`; `PSOAUTH_PWSH` names another PowerShell, `PSOAUTH_MODULE` the manifest of the module to
//! measure in place of the checkout's, and an argument after `--` says how often each is measured.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use psoauth_test_support::{AuthorizationServer, Program, library, tools};

const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
const CLIENT_SECRET: &str = "a-secret-of-this-benchmark";

fn main() {
    let pwsh = match tools::pwsh() {
        Ok(pwsh) => pwsh,
        Err(reason) => return println!("Nothing was measured: {reason}."),
    };
    let runs = env::args().skip(1).find(|argument| argument.parse::<u32>().is_ok()).unwrap_or("15".to_owned());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let module = env::var_os("PSOAUTH_MODULE").map(PathBuf::from);
    let module = module.unwrap_or_else(|| library::stage_module(folder.path()));
    let server = AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start();
    server.server().stop_recording();
    let output = Program::new(pwsh)
        .inherit_env()
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(tools::workspace().join("benches/powershell/measure.ps1"))
        .arg("-Module")
        .arg(&module)
        .args(["-TokenEndpoint", &server.url("/contoso.com/oauth2/token")])
        .args(["-ClientId", CLIENT_ID, "-ClientSecret", CLIENT_SECRET, "-Runs", &runs])
        .deadline(Duration::from_secs(1_800))
        .output()
        .success();
    print!("{}", output.stdout);
}
