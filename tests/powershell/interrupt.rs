//! Ctrl+C while a server is silent.

use std::time::{Duration, Instant};

use psoauth_test_support::{Answer, Running, Server, Suite, tools};

use crate::session::Session;

pub fn add(suite: Suite) -> Suite {
    let find = || Running::can_interrupt().and_then(|()| tools::pwsh());
    suite.with_tool("ctrl_c_ends_a_silent_call", find, |pwsh| ctrl_c(&Session::new(&pwsh)))
}

/// The process ends within a second of the signal, `finally` has run, and the connection is given up.
fn ctrl_c(session: &Session) {
    let server = Server::start(|_| Answer::nothing().hold());
    let running = session.script("cancel.ps1", &[("SilentEndpoint", &server.url("/token"))]).start();
    server.next_request();

    let interrupted = Instant::now();
    running.interrupt();
    let output = running.wait();
    assert!(interrupted.elapsed() < Duration::from_secs(1), "{:?}", interrupted.elapsed());
    server.wait_until_open(0);
    assert!(output.stdout.contains("finally") && !output.stdout.contains("returned"), "{}", output.stdout);
}
