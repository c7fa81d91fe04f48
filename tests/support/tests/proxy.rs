//! The proxy, seen from a bare socket.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use psoauth_test_support::{Answer, Proxy, Server};

/// Sends a request's head and reads to the end; writing ends at once, as a tunnel passes on.
fn exchange(proxy: &Proxy, head: &str) -> String {
    let mut socket = TcpStream::connect(proxy.server().address()).unwrap();
    socket.write_all(head.as_bytes()).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_tunnel_leads_to_its_route() {
    let server = Server::start(|request| Answer::json(200, request.body.clone()));
    let proxy = Proxy::builder().route("login.example.com:443", server.address()).start();
    let mut socket = TcpStream::connect(proxy.server().address()).unwrap();
    socket.write_all(b"CONNECT login.example.com:443 HTTP/1.1\r\nHost: login.example.com:443\r\n\r\n").unwrap();
    let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
    let mut answer = vec![0; established.len()];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(answer, established);
    for body in ["one", "two"] {
        write!(socket, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{body}").unwrap();
        let expected = Answer::json(200, body).bytes();
        let mut answer = vec![0; expected.len()];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(answer, expected);
    }
    drop(socket);
    proxy.server().wait_until_open(0);
    server.wait_until_open(0);
    assert_eq!(proxy.targets(), ["login.example.com:443"]);
    assert!(proxy.requests().is_empty());
}

#[test]
fn a_tunnel_ends_with_its_proxy() {
    let server = Server::start(|_| Answer::nothing().hold());
    let proxy = Proxy::builder().route("a:1", server.address()).start();
    let mut socket = TcpStream::connect(proxy.server().address()).unwrap();
    socket.write_all(b"CONNECT a:1 HTTP/1.1\r\n\r\n").unwrap();
    server.wait_until_accepted(1);
    drop(proxy);
    server.wait_until_open(0);
}

#[test]
fn a_tunnel_ends_with_its_upstream() {
    let server = Server::start_raw(|mut connection| connection.write_all(b"bye").unwrap());
    let proxy = Proxy::builder().route("a:1", server.address()).start();
    let mut socket = TcpStream::connect(proxy.server().address()).unwrap();
    socket.write_all(b"CONNECT a:1 HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\nbye"), "{answer}");
    proxy.server().wait_until_open(0);
}

#[test]
fn plain_requests_are_passed_on_without_the_proxys_headers() {
    let server = Server::start(|_| Answer::token());
    let proxy = Proxy::builder().route("api.example.com:80", server.address()).credentials("u", "p:w").start();
    let answer = exchange(
        &proxy,
        "POST http://api.example.com/a?b HTTP/1.1\r\nHost: api.example.com\r\nProxy-Authorization: Basic dTpwOnc=\r\nContent-Length: 4\r\n\r\nbody",
    );
    assert_eq!(answer.as_bytes(), Answer::token().bytes());
    let received = server.next_request();
    assert_eq!((received.target.as_str(), received.text()), ("/a?b", "body"));
    assert_eq!((received.header("host"), received.header("proxy-authorization")), (Some("api.example.com"), None));
    assert_eq!(proxy.requests()[0].target, "http://api.example.com/a?b");
}

#[test]
fn what_is_not_allowed_is_refused() {
    let proxy = Proxy::builder().credentials("user", "pass").start();
    assert_eq!(proxy.url_with("user", "pass"), proxy.url().replace("http://", "http://user:pass@"));
    let unknown = exchange(&proxy, "CONNECT a:443 HTTP/1.1\r\n\r\n");
    assert!(unknown.starts_with("HTTP/1.1 407 ") && unknown.contains("\r\nProxy-Authenticate: Basic "), "{unknown}");
    let wrong = exchange(&proxy, "CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpub3Bl\r\n\r\n");
    assert!(wrong.starts_with("HTTP/1.1 407 "), "{wrong}");
    let nowhere = exchange(&proxy, "CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    assert!(nowhere.starts_with("HTTP/1.1 502 "), "{nowhere}");
    assert_eq!(proxy.targets(), ["a:443"; 3]);

    let proxy = Proxy::builder().refuse(403).start();
    assert!(exchange(&proxy, "CONNECT a:443 HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 403 "));
    assert!(exchange(&proxy, "GET http://a/ HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 403 "));
}
