//! Many threads at once against one server that answers, delays and fails as it likes.

use std::thread;
use std::time::Duration;

use psoauth_test_support::{Answer, Server, Suite};
use psoauthhelper::{Call, Status};

use crate::child::alone;
use crate::client::request;

const THREADS: usize = 200;
const CALLS: usize = 50;

pub fn add(suite: Suite) -> Suite {
    suite.test("load::everyone_gets_an_answer_of_their_own", || {
        alone("load::everyone_gets_an_answer_of_their_own", everyone_gets_an_answer_of_their_own)
    })
}

fn everyone_gets_an_answer_of_their_own() {
    let server = Server::start(|request| {
        let id = request.field("scope").expect("every call has its id");
        // By the id and the connection, so that the one retry may go another way.
        match (id.bytes().map(usize::from).sum::<usize>() + request.connection) % 16 {
            0 => Answer::json(400, format!(r#"{{"error":"invalid_scope","error_description":"{id}"}}"#)),
            1 => Answer::json(503, "<html>"),
            2 => Answer::nothing().close(),
            3 => with_token(&id).after(Duration::from_millis(5)),
            4 => with_token(&id).header("Connection", "close"),
            _ => with_token(&id),
        }
    });
    server.stop_recording();
    let own = thread::scope(|scope| {
        let callers = (0..THREADS).map(|caller| {
            scope.spawn({
                let server = &server;
                move || calls(server, caller)
            })
        });
        let callers: Vec<_> = callers.collect();
        callers.into_iter().map(|caller| caller.join().expect("no panic")).sum::<usize>()
    });
    let (all, opened, held) = (THREADS * CALLS, server.connections(), server.open_connections());
    println!("{own} of {all} calls with a token of their own; {opened} connections opened, {held} held");
    assert!(own > all / 2, "{own} tokens");
    assert!(held <= THREADS, "{held} connections are held");
}

fn with_token(id: &str) -> Answer {
    Answer::json(200, format!(r#"{{"access_token":"{id}"}}"#))
}

/// Makes the calls of one thread; the number that ended with a token.
fn calls(server: &Server, caller: usize) -> usize {
    let mut own = 0;
    for number in 0..CALLS {
        let id = format!("call-{caller}-{number}-");
        let mut request = request(&server.url("/token"));
        request.scope = id.as_str().into();
        let call = Call::start(request);
        match &call.wait().result {
            Ok(token) => {
                assert_eq!(token.access_token.as_str(), id);
                own += 1;
            }
            Err(error) => {
                assert!(matches!(error.status, Status::OAuthError | Status::BadResponse | Status::Network), "{error}");
                let said = error.oauth.as_ref().and_then(|oauth| oauth.description.as_ref());
                assert!(said.is_none_or(|said| said.as_str() == id), "{error} is another's");
            }
        }
    }
    own
}
