//! What depends on the system and on the way this test was started.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::Duration;

use psoauth_test_support::{Program, Running, Suite, Unreachable};

fn main() {
    Suite::new()
        .with_tool("an_interrupt_arrives", Running::can_interrupt, an_interrupt_arrives)
        .with_tool("silence_is_silence", Unreachable::silent, silence_is_silence)
        .run()
}

fn an_interrupt_arrives(_: ()) {
    let script = "trap 'echo caught; exit 7' INT; echo ready; while :; do read x; done";
    let mut running = Program::new("/bin/sh").args(["-c", script]).start();
    running.wait_for_line(|line| line == "ready");
    running.interrupt();
    assert_eq!(running.wait_for_line(|_| true), "caught");
    assert_eq!(running.wait().status.code(), Some(7));
}

fn silence_is_silence(nowhere: Unreachable) {
    let address = ([127, 0, 0, 1], nowhere.port()).into();
    let error = TcpStream::connect_timeout(&address, Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(nowhere.url("/a"), format!("http://127.0.0.1:{}/a", nowhere.port()));
}
