//! The same exchange without this library: with reqwest alone, and with a socket alone.

use std::future::pending;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use psoauth_test_support::Server;
use reqwest::Client;
use serde::Deserialize;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

const FORM: &str = "grant_type=client_credentials&client_id=a%20client\
                    &client_secret=0123456789abcdef0123456789abcdef01234567\
                    &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";

/// reqwest with the options that matter for speed, on a thread of its own or on the caller's.
pub struct Reqwest {
    url: String,
    client: Client,
    runtime: Handle,
    here: Runtime,
    client_here: Client,
}

impl Reqwest {
    pub fn new(server: &Server) -> Self {
        let (here, there) = (runtime(), runtime());
        let handle = there.handle().clone();
        thread::spawn(move || there.block_on(pending::<()>()));
        Self { url: server.url("/token"), client: client(), runtime: handle, here, client_here: client() }
    }

    /// Makes a call on the runtime's thread and waits for it here, as callers in other languages have to.
    pub fn call(&self) {
        self.calls(1);
    }

    /// Makes a call on this thread, with a client of its own.
    pub fn call_here(&self) {
        check(&self.here.block_on(exchange(self.client_here.clone(), self.url.clone())));
    }

    /// Makes calls at once and waits for all.
    pub fn calls(&self, count: usize) {
        let slots: Vec<Arc<Slot>> = (0..count).map(|_| Arc::default()).collect();
        for slot in &slots {
            let (slot, exchange) = (slot.clone(), exchange(self.client.clone(), self.url.clone()));
            self.runtime.spawn(async move { slot.fill(exchange.await) });
        }
        slots.iter().for_each(|slot| check(&slot.wait()));
    }

    /// Begins a call and gives it up.
    pub fn cancelled(&self) {
        let task: JoinHandle<_> = self.runtime.spawn(exchange(self.client.clone(), self.url.clone()));
        task.abort();
        let ended = self.here.block_on(task);
        assert!(ended.is_err_and(|error| error.is_cancelled()));
    }
}

/// Where a token will be. A channel's receiver would spin before it sleeps, which on a busy machine hides what is compared.
#[derive(Default)]
struct Slot {
    token: Mutex<Option<Token>>,
    filled: Condvar,
}

impl Slot {
    fn fill(&self, token: Token) {
        *self.token.lock().expect("no panic") = Some(token);
        self.filled.notify_one();
    }

    fn wait(&self) -> Token {
        let empty = self.token.lock().expect("no panic");
        let mut filled = self.filled.wait_while(empty, |token| token.is_none()).expect("no panic");
        filled.take().expect("it is filled")
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn client() -> Client {
    // What the library decides about TLS, reqwest decides alike once it has a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().http1_only().no_proxy().build().expect("a client")
}

/// What a program wants of the answer.
#[derive(Deserialize)]
pub struct Token {
    access_token: String,
    token_type: String,
    expires_in: u64,
}

async fn exchange(client: Client, url: String) -> Token {
    let request = client.post(url).header("Accept", "application/json");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(FORM);
    let response = request.send().await.expect("an answer");
    serde_json::from_slice(&response.bytes().await.expect("a body")).expect("a token")
}

fn check(token: &Token) {
    assert!(token.token_type == "Bearer" && token.expires_in > 0 && !token.access_token.is_empty());
}

/// Connections that carry the same bytes with nothing above the system's sockets.
pub struct Socket(Vec<TcpStream>);

impl Socket {
    pub fn connect(server: &Server, count: usize) -> Self {
        let connect = |_| {
            let socket = TcpStream::connect(server.address()).expect("a connection");
            socket.set_nodelay(true).expect("a TCP socket");
            socket
        };
        Self((0..count).map(connect).collect())
    }

    /// Sends a request on every connection, then reads every answer.
    pub fn round_trip(&mut self) {
        let head = "POST /token HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
        let request = format!("{head}{}\r\n\r\n{FORM}", FORM.len());
        self.0.iter_mut().for_each(|socket| socket.write_all(request.as_bytes()).expect("the server reads"));
        self.0.iter_mut().for_each(read_answer);
    }
}

fn read_answer(socket: &mut TcpStream) {
    let (mut answer, mut buffer) = (Vec::new(), [0; 8192]);
    while !answer.ends_with(b"}") {
        let length = socket.read(&mut buffer).expect("an answer");
        assert!(length > 0, "the server closed the connection");
        answer.extend_from_slice(&buffer[..length]);
    }
}
