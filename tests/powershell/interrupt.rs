//! Ctrl+C while a server is silent.

use std::time::{Duration, Instant};

use psoauth_test_support::{Answer, Running, Server, Suite, tools};

use crate::session::Session;

pub fn add(suite: Suite) -> Suite {
    let find = || Running::can_interrupt().and_then(|()| tools::pwsh());
    suite.with_tool("ctrl_c_ends_a_silent_call", find, |pwsh| ctrl_c(&Session::new(&pwsh)))
}

/// The process ends within a second of the signal. A busy machine may take longer now and then, but not each time.
fn ctrl_c(session: &Session) {
    let mut times = std::iter::repeat_with(|| interrupted(session)).take(5).inspect(|time| println!("{time:?}"));
    assert!(times.any(|time| time < Duration::from_secs(1)));
}

/// How long the process lived on after the signal. `finally` has run, and the connection is given up.
fn interrupted(session: &Session) -> Duration {
    let server = Server::start(|_| Answer::nothing().hold());
    let running = session.script("cancel.ps1", &[("SilentEndpoint", &server.url("/token"))]).start();
    server.next_request();

    let signalled = Instant::now();
    running.interrupt();
    let output = running.wait();
    let time = signalled.elapsed();
    server.wait_until_open(0);
    assert!(output.stdout.contains("finally") && !output.stdout.contains("returned"), "{}", output.stdout);
    time
}
