//! Ctrl+C while a server is silent.

use std::path::Path;
use std::time::{Duration, Instant};

use psoauth_test_support::{Answer, Program, Running, Server};

use crate::session::Session;

/// The pipeline stops within a second of the signal, `finally` runs, and the connection is given up.
pub fn ctrl_c_ends_a_silent_call(pwsh: &Path) {
    Running::can_interrupt().expect("a system with SIGINT");
    let server = Server::start(|_| Answer::nothing().hold());
    let session = Session::new(pwsh);
    let call = format!(
        "Invoke-ClientCredentialsGrant -AuthProviderUri '{}' -Resource r -ClientId c -ClientSecret s",
        server.url("/token")
    );
    let command = format!(
        "Import-Module '{}'; try {{ {call} }} finally {{ [Console]::Out.WriteLine('stopped') }}",
        session.module()
    );
    let mut running = Program::new(pwsh).args(["-NoProfile", "-NonInteractive", "-Command", &command]).start();
    server.next_request();

    let interrupted = Instant::now();
    running.interrupt();
    running.wait_for_line(|line| line == "stopped");
    server.wait_until_open(0);
    assert!(interrupted.elapsed() < Duration::from_secs(1), "{:?}", interrupted.elapsed());
    assert!(!running.wait().stdout.contains("access_token"));
}
