//! Deadlines: each of the two ways in which a call ends at its own, while the other one is out of action.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};
use psoauth_test_support::{Answer, Server, Suite};
use psoauthhelper::{Call, Status, TokenRequest};

use crate::client::{exchange, request, token};

pub fn add(suite: Suite) -> Suite {
    suite
        .test("deadlines::nobody_has_to_wait", || ends_by_itself(false))
        .test("deadlines::nobody_has_to_wait_for_the_cache", || ends_by_itself(true))
        .alone("deadlines::a_worker_that_is_held_up_keeps_nobody", a_worker_that_is_held_up_keeps_nobody)
}

/// The exchange lets go of its connection though nobody waits for it.
fn ends_by_itself(token_cache: bool) {
    let server = Server::start(|_| Answer::nothing().hold());
    // Time for a connection on a busy machine.
    let timeout = Duration::from_secs(4);
    let call = Call::start(TokenRequest { timeout, token_cache, ..request(&server.url("/token")) });
    server.next_request();
    server.wait_until_open(0);
    assert_eq!(call.wait().status(), Status::TimedOut);
}

/// Held by the test while the library's thread is to stand still.
static HELD: Mutex<()> = Mutex::new(());

/// A logger of the host's that takes its time.
struct Slow;

impl Log for Slow {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, _: &Record<'_>) {
        if thread::current().name() == Some("psoauthhelper") {
            drop(HELD.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn flush(&self) {}
}

/// Whoever waits ends the call, and once the thread goes on, others get their tokens.
fn a_worker_that_is_held_up_keeps_nobody() {
    log::set_logger(&Slow).expect("there is no other");
    log::set_max_level(LevelFilter::Trace);
    let server = Server::start(|_| token());
    let held = HELD.lock().expect("whole");
    let timeout = Duration::from_millis(300);
    let (status, message, attempts) = exchange(TokenRequest { timeout, ..request(&server.url("/token")) });
    assert_eq!((status.as_str(), attempts), ("TimedOut", 0), "{message}");
    drop(held);
    assert_eq!(exchange(request(&server.url("/token"))).0, "Ok");
}
