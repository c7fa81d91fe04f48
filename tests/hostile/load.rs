//! Many threads at once against one server that answers, delays and fails as it likes.

use std::collections::HashSet;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use psoauth_test_support::{Answer, Server, Suite};
use psoauthhelper::{Call, Text};

use crate::client::request;

const THREADS: usize = 200;
const CALLS: usize = 50;

pub fn add(suite: Suite) -> Suite {
    suite.alone("load::everyone_gets_an_answer_of_their_own", everyone_gets_an_answer_of_their_own)
}

fn everyone_gets_an_answer_of_their_own() {
    let closed_once = Mutex::new(HashSet::new());
    let server = Server::start(move |request| {
        let id = request.field("scope").expect("every call has its id");
        match Kind::of(&id) {
            Kind::Refused => Answer::json(400, format!(r#"{{"error":"invalid_scope","error_description":"{id}"}}"#)),
            Kind::Ill => Answer::json(501, "<html>"),
            Kind::ClosedOnce if closed_once.lock().expect("whole").insert(id.clone()) => Answer::nothing().close(),
            Kind::Late => with_token(&id).after(Duration::from_millis(5)),
            Kind::Last => with_token(&id).header("Connection", "close"),
            Kind::ClosedOnce | Kind::Sound => with_token(&id),
        }
    });
    server.stop_recording();
    let callers =
        |server| (0..THREADS).map(move |caller| move || (0..CALLS).for_each(|number| call(server, caller, number)));
    thread::scope(|scope| {
        let callers: Vec<_> = callers(&server).map(|calls| scope.spawn(calls)).collect();
        callers.into_iter().for_each(|caller| caller.join().expect("every call got its own"));
    });
    let (opened, held) = (server.connections(), server.open_connections());
    println!("{} calls; {opened} connections opened, {held} held", THREADS * CALLS);
    assert!(held <= THREADS, "{held} connections are held");
}

/// What the server does to a call.
enum Kind {
    Refused,
    Ill,
    ClosedOnce,
    Late,
    Last,
    Sound,
}

impl Kind {
    fn of(id: &str) -> Self {
        match id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 16 {
            0 => Self::Refused,
            1 => Self::Ill,
            2 => Self::ClosedOnce,
            3 => Self::Late,
            4 => Self::Last,
            _ => Self::Sound,
        }
    }
}

fn with_token(id: &str) -> Answer {
    Answer::json(200, format!(r#"{{"access_token":"{id}"}}"#))
}

/// Makes a call, which has to end as its id says, whatever happens to others.
fn call(server: &Server, caller: usize, number: usize) {
    let id = format!("call-{caller}-{number}-");
    let mut request = request(&server.url("/token"));
    request.scope = id.as_str().into();
    // One attempt may fail by a connection that the server has just closed, and one by the server's will.
    (request.max_retries, request.timeout) = (3, Duration::from_secs(120));
    let call = Call::start(request);
    let outcome = call.wait();
    match (Kind::of(&id), &outcome.result) {
        (Kind::Refused, Err(error)) => {
            let said = error.oauth.as_ref().and_then(|oauth| oauth.description.as_ref());
            assert_eq!(said.map(Text::as_str), Some(id.as_str()), "{error}");
        }
        (Kind::Ill, Err(error)) => assert_eq!(outcome.http_status, Some(501), "{error}"),
        (Kind::ClosedOnce | Kind::Late | Kind::Last | Kind::Sound, Ok(token)) => {
            assert_eq!(token.access_token.as_str(), id);
        }
        _ => panic!("{id} ended as {outcome:?}"),
    }
}
