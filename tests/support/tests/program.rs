//! Programs, their streams and their ends, with a POSIX shell as the program.

#![cfg(unix)]

use std::time::Duration;

use psoauth_test_support::Program;

fn shell(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script])
}

#[test]
fn the_environment_is_what_was_said() {
    // cargo sets this one for every test.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let program = shell("echo \"$MINE/$CARGO_MANIFEST_DIR\"; pwd; cat >&2; exit 3").current_dir("/");
    let output = program.env("MINE", "é").stdin("in").output();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("é/\n/\n", "in"));
}

#[test]
#[should_panic(expected = "killed by its deadline\n--- stdout\nstarted\n")]
fn the_deadline_kills_descendants_too() {
    // The shell ends; its child keeps the output open.
    shell("sleep 1000 & echo started").deadline(Duration::from_secs(10)).output();
}

#[test]
fn dropping_kills_descendants_too() {
    let mut running = shell("sleep 1000 & echo started; wait").start();
    running.wait_for_line(|line| line == "started");
    // It returns once the outputs have ended, so the test would be seen to hang.
    drop(running);
}

#[test]
#[should_panic(expected = "ended before the line\n--- stdout\none\n")]
fn a_program_may_end_before_its_line() {
    shell("echo one; echo two >&2").start().wait_for_line(|line| line == "three");
}

#[test]
#[should_panic(expected = "9\n--- stdout\nout\n\n--- stderr\nerr\n")]
fn failure_shows_both_outputs() {
    shell("echo out; echo err >&2; exit 9").output().success();
}

#[test]
fn what_is_written_arrives_line_by_line() {
    let mut running = shell("read line; echo \"<$line>\"; cat").start();
    running.write(b"one\ntwo\n");
    assert_eq!(running.wait_for_line(|line| line.starts_with('<')), "<one>");
    assert_eq!(running.wait().success().stdout, "<one>\ntwo\n");
}
