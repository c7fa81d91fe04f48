//! The byte-level server, seen from a bare socket.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use psoauth_test_support::{Answer, Gate, Server};

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

fn post(socket: &mut TcpStream, path: &str, body: &str) {
    write!(socket, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
}

fn read_exactly(socket: &mut TcpStream, expected: &[u8]) {
    let mut bytes = vec![0; expected.len()];
    socket.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, expected);
}

fn read_to_end(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_connection_is_kept_until_someone_says_close() {
    let server = Server::start(|request| Answer::json(200, request.body.clone()));
    let mut socket = connect(&server);
    for body in ["one", "two"] {
        post(&mut socket, "/", body);
        read_exactly(&mut socket, &Answer::json(200, body).bytes());
        assert_eq!(server.next_request().text(), body);
    }
    socket.write_all(b"GET /end HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    assert!(read_to_end(&mut socket).ends_with("Content-Length: 0\r\n\r\n"));

    server.wait_until_open(0);
    assert_eq!(server.connections(), 1);
    let seen: Vec<_> = server.requests().iter().map(|request| (request.connection, request.target.clone())).collect();
    assert_eq!(seen, [(0, "/".to_owned()), (0, "/".to_owned()), (0, "/end".to_owned())]);
}

#[test]
fn an_answer_may_close_and_may_be_cut_anywhere() {
    let server = Server::start(|request| match request.target.as_str() {
        "/says-close" => Answer::token().header("Connection", "close"),
        "/cut" => Answer::raw(&Answer::token().bytes()[..20]).close(),
        _ => Answer::nothing().close(),
    });
    let answer = |path| {
        let mut socket = connect(&server);
        post(&mut socket, path, "");
        read_to_end(&mut socket)
    };
    assert!(answer("/says-close").ends_with("\"expires_in\":3600}"));
    assert_eq!(answer("/cut"), "HTTP/1.1 200 OK\r\nCon");
    assert_eq!(answer("/nothing"), "");
}

#[test]
fn a_reset_is_a_reset() {
    let server = Server::start(|_| Answer::raw("HTTP/1.1 200").reset());
    let mut socket = connect(&server);
    post(&mut socket, "/", "");
    let error = socket.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);

    let server = Server::start_raw(|connection| connection.reset());
    let mut socket = connect(&server);
    assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_held_connection_ends_with_its_peer_or_its_server() {
    let server = Server::start(|_| Answer::raw("x").hold());
    let (mut leaving, mut staying) = (connect(&server), connect(&server));
    for socket in [&mut leaving, &mut staying] {
        post(socket, "/", "");
        read_exactly(socket, b"x");
    }
    server.wait_until_open(2);
    drop(leaving);
    server.wait_until_open(1);
    drop(server);
    assert_eq!(read_to_end(&mut staying), "");
}

#[test]
fn a_gate_holds_answers_back() {
    let gate = Gate::new();
    let answers = gate.clone();
    let server = Server::start(move |request| match request.target.as_str() {
        "/gate" => Answer::token().behind(&answers),
        _ => Answer::token(),
    });
    let mut socket = connect(&server);
    post(&mut socket, "/gate", "");
    server.next_request();
    // Ten whole exchanges: time enough for an answer that nothing holds back.
    for _ in 0..10 {
        let mut another = connect(&server);
        post(&mut another, "/", "");
        read_exactly(&mut another, &Answer::token().bytes());
    }
    socket.set_nonblocking(true).unwrap();
    assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    socket.set_nonblocking(false).unwrap();
    gate.open();
    read_exactly(&mut socket, &Answer::token().bytes());
}

#[test]
fn whatever_a_server_is_at_its_end_does_not_wait() {
    let server = Server::start(|request| match request.target.as_str() {
        "/gate" => Answer::token().behind(&Gate::new()),
        "/pause" => Answer::token().after(Duration::from_secs(3600)),
        "/drip" => Answer::raw("x").drip("yz", Duration::from_secs(3600)),
        _ => Answer::raw("x").flood(vec![0; 1 << 20]),
    });
    let paths = ["/gate", "/pause", "/drip", "/flood"];
    let sockets = paths.map(|path| {
        let mut socket = connect(&server);
        post(&mut socket, path, "");
        server.next_request();
        socket
    });
    // With DEADLINE or an hour on the clock, the test would be seen to hang.
    drop(server);
    for mut socket in sockets {
        let _ = socket.read_to_end(&mut Vec::new());
    }
}

#[test]
fn drips_and_floods_arrive() {
    let server = Server::start(|request| match request.target.as_str() {
        "/drip" => Answer::nothing().drip("slow", Duration::from_millis(1)).close(),
        _ => Answer::nothing().flood("ab"),
    });
    let mut socket = connect(&server);
    post(&mut socket, "/drip", "");
    assert_eq!(read_to_end(&mut socket), "slow");

    let mut socket = connect(&server);
    post(&mut socket, "/flood", "");
    read_exactly(&mut socket, &b"ab".repeat(100_000));
    drop(socket);
    server.wait_until_open(0);
}

#[test]
fn raw_servers_speak_before_they_are_asked() {
    let server = Server::start_raw(|mut connection| {
        assert_eq!(connection.id(), 0);
        connection.write_all(b"220 smtp.example ready\r\n").unwrap();
        connection.hold();
    });
    let mut socket = connect(&server);
    read_exactly(&mut socket, b"220 smtp");
    server.wait_until_accepted(1);
    socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_to_end(&mut socket), ".example ready\r\n");
}

#[test]
fn idle_connections_can_be_closed() {
    let server = Server::start(|_| Answer::token());
    let mut socket = connect(&server);
    post(&mut socket, "/", "");
    read_exactly(&mut socket, &Answer::token().bytes());
    assert_eq!(server.open_connections(), 1);
    server.close_connections();
    assert_eq!(server.open_connections(), 0);
    assert_eq!(read_to_end(&mut socket), "");

    let mut socket = connect(&server);
    post(&mut socket, "/", "");
    read_exactly(&mut socket, &Answer::token().bytes());
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_server_can_keep_no_record() {
    let server = Server::start(|_| Answer::token());
    let mut socket = connect(&server);
    post(&mut socket, "/", "");
    read_exactly(&mut socket, &Answer::token().bytes());
    assert_eq!(server.requests().len(), 1);
    server.stop_recording();
    post(&mut socket, "/", "");
    read_exactly(&mut socket, &Answer::token().bytes());
    assert!(server.requests().is_empty());
}

#[test]
fn no_port_is_used_twice() {
    // Of some 14,000 ports chosen at random, so many would have been the same time and again.
    let ports: HashSet<_> = (0..1_000).map(|_| Server::start(|_| Answer::token()).port()).collect();
    assert_eq!(ports.len(), 1_000);
}

#[test]
fn a_handler_that_panics_fails_the_test() {
    let panic_of_the_drop = |server: Server| {
        let outcome = catch_unwind(AssertUnwindSafe(|| drop(server)));
        *outcome.unwrap_err().downcast::<&str>().unwrap()
    };
    let start = || {
        let server = Server::start(|request| match request.target.as_str() {
            "/panic" => panic!("expected by the test"),
            _ => Answer::token(),
        });
        let mut socket = connect(&server);
        post(&mut socket, "/panic", "");
        assert_eq!(read_to_end(&mut socket), "");
        server
    };
    assert_eq!(panic_of_the_drop(start()), "a handler of the server panicked");

    // The thread that panicked is joined when a later connection comes, and not forgotten.
    let server = start();
    server.wait_until_open(0);
    let mut sockets = [connect(&server), connect(&server)];
    for socket in &mut sockets {
        post(socket, "/", "");
        read_exactly(socket, &Answer::token().bytes());
    }
    assert_eq!(panic_of_the_drop(server), "a handler of the server panicked");
}
