//! Connections that do not come about, die while idle, or are given up.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use psoauth_test_support::{Answer, Gate, Server, Suite, Unreachable, handshake, tools};
use psoauthhelper::{Call, Status, TokenRequest};

use crate::child::starved;
use crate::client::{exchange, request, token};

pub fn add(suite: Suite) -> Suite {
    suite
        .test("connections::refused", refused)
        .with_tool("connections::black_holed", Unreachable::silent, black_holed)
        .test("connections::reset_at_once", reset_at_once)
        .with_tool("connections::no_descriptor_left", || tools::find("sh"), |shell| no_descriptor_left(&shell))
        .test("connections::never_read", never_read)
        .test("connections::closed_while_idle", closed_while_idle)
        .alone("connections::idle_ones_that_are_dead", idle_ones_that_are_dead)
        .test("connections::an_answer_before_the_request_is_read", an_answer_before_the_request_is_read)
        .alone("connections::retries_stay_inside_the_deadline", retries_stay_inside_the_deadline)
        .test("connections::a_silent_retry_tells_of_what_went_before", a_silent_retry_tells_of_what_went_before)
        .test("connections::cancelled_while_reading", || {
            given_up(Server::start(|_| Answer::raw("HTTP/1.1 200 OK\r\n\r\n{").hold()))
        })
        .test("connections::cancelled_while_waiting", || given_up(Server::start(|_| Answer::nothing().hold())))
        .test("connections::cancelled_while_handshaking", || given_up_at("https", Server::start_raw(handshake::stall)))
        .test("connections::a_flood_leaves_others_their_turns", a_flood_leaves_others_their_turns)
}

fn refused() {
    let (status, message, attempts) = exchange(request(&Unreachable::refusing().url("/token")));
    assert_eq!((status.as_str(), attempts), ("Network", 2));
    assert!(message.contains("No connection to http://127.0.0.1:") && message.contains("refused"), "{message}");
}

fn black_holed(nowhere: Unreachable) {
    let mut request = request(&nowhere.url("/token"));
    request.connect_timeout = Duration::from_millis(200);
    let (status, message, attempts) = exchange(request);
    assert_eq!((status.as_str(), attempts), ("TimedOut", 2));
    assert!(message.contains("within 0.2 s. Check the address, firewall and proxy"), "{message}");
}

fn reset_at_once() {
    let server = Server::start_raw(|connection| connection.reset());
    let (status, message, attempts) = exchange(request(&server.url("/token")));
    assert_eq!((status.as_str(), attempts), ("Network", 2), "{message}");
}

fn no_descriptor_left(shell: &Path) {
    let (near, far) = (Server::start(|_| token()), Server::start(|_| token()));
    let told = starved(shell, &near.url("/token"), &far.url("/token"));
    assert_eq!((told.status.as_str(), told.attempts), ("Internal", 2), "{}", told.message);
    assert!(told.message.contains("no resources for a connection to http://127.0.0.1:"), "{}", told.message);
    assert!(told.message.contains("raise its limits"), "{}", told.message);
}

/// Ten million bytes to a server that reads none of them.
fn never_read() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::start_raw(move |connection| connection.hold_unread(&held));
    let mut request = request(&server.url("/token"));
    request.scope = "x".repeat(10_000_000).into();
    request.timeout = Duration::from_millis(500);
    let (status, message, _) = exchange(request);
    assert_eq!(status, "TimedOut", "{message}");
    gate.open();
}

fn closed_while_idle() {
    let server = Server::start(|_| token());
    for closed in 0..5 {
        let mut request = request(&server.url("/token"));
        request.max_retries = 1;
        assert_eq!(exchange(request).0, "Ok", "after {closed} closed connections");
        server.close_connections();
    }
}

/// The pool is full of connections that the server ends as soon as they are used again: the one retry has to be on a
/// new one.
fn idle_ones_that_are_dead() {
    let gate = Gate::new();
    let (answers, seen) = (gate.clone(), Mutex::new(HashSet::new()));
    let server = Server::start(move |request| match seen.lock().expect("whole").insert(request.connection) {
        true => token().behind(&answers),
        false => Answer::nothing().close(),
    });
    let calls: Vec<_> = (0..6).map(|_| Call::start(request(&server.url("/token")))).collect();
    server.wait_until_accepted(6);
    gate.open();
    assert!(calls.iter().all(|call| call.wait().status() == Status::Ok));
    let (status, message, attempts) = exchange(request(&server.url("/token")));
    assert_eq!((status.as_str(), attempts), ("Ok", 2), "{message}");
}

fn an_answer_before_the_request_is_read() {
    let server = Server::start_raw(|mut connection| {
        let mut head = [0; 200];
        connection.read_exact(&mut head).expect("the request begins");
        std::io::Write::write_all(&mut connection, &token().bytes()).expect("the client listens");
        connection.hold();
    });
    let mut request = request(&server.url("/token"));
    request.scope = "x".repeat(1_000_000).into();
    assert_eq!(exchange(request).0, "Ok");
}

fn retries_stay_inside_the_deadline() {
    let server = Server::start(|_| Answer::json(500, ""));
    let mut request = request(&server.url("/token"));
    // Time for a first answer on a busy machine, and for the pauses of six retries at most.
    (request.timeout, request.max_retries) = (Duration::from_secs(8), 10);
    let (status, message, attempts) = exchange(request);
    assert_eq!(status, "BadResponse", "what happened, and not that time ran out: {message}");
    assert!((2..=7).contains(&attempts), "{attempts}");
}

/// That time ran out says less than the answer to the first attempt.
fn a_silent_retry_tells_of_what_went_before() {
    let first = AtomicBool::new(true);
    let server = Server::start(move |_| match first.swap(false, Ordering::Relaxed) {
        true => Answer::json(500, ""),
        false => Answer::nothing().hold(),
    });
    // Time for a first answer on a busy machine.
    let timeout = Duration::from_secs(4);
    let call = Call::start(TokenRequest { timeout, ..request(&server.url("/token")) });
    let outcome = call.wait();
    assert_eq!((outcome.status(), outcome.http_status, outcome.attempts), (Status::BadResponse, Some(500), 2));
}

fn given_up(server: Server) {
    given_up_at("http", server);
}

/// Cancelled or freed, the call lets go of its connection.
fn given_up_at(scheme: &str, server: Server) {
    let endpoint = format!("{scheme}://{}/token", server.address());
    for (round, free) in [false, true].into_iter().enumerate() {
        let mut endless = request(&endpoint);
        // Past all that tests wait for, so that nothing but the caller ends it.
        (endless.timeout, endless.connect_timeout) = (Duration::MAX, Duration::MAX);
        let call = Call::start(endless);
        server.wait_until_accepted(round + 1);
        match free {
            true => drop(call),
            false => {
                call.cancel();
                assert_eq!(call.wait().status(), Status::Cancelled);
            }
        }
        server.wait_until_open(0);
    }
}

/// A server that sends interim answers without end takes its turns on the one worker thread, and no more.
fn a_flood_leaves_others_their_turns() {
    let flood = Server::start(|_| Answer::nothing().flood("HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000)));
    let sound = Server::start(|_| token());
    // Past all that tests wait for, so that the flood goes on for as long as the other call takes.
    let victim = Call::start(TokenRequest { timeout: Duration::MAX, ..request(&flood.url("/token")) });
    flood.next_request();
    let other = Call::start(request(&sound.url("/token")));
    let other = other.wait();
    println!("another call took {:?}", other.elapsed);
    assert!(victim.outcome().is_none(), "the flood goes on");
    assert!(other.result.is_ok(), "{:?}", other.result);
    victim.cancel();
    flood.wait_until_open(0);
}
