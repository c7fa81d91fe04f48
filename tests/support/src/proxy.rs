//! An HTTP proxy on 127.0.0.1.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::{Answer, Received, Server};

/// An HTTP proxy on 127.0.0.1 that reaches nothing but the routes it was given.
pub struct Proxy(Server);

/// What a proxy does, before it starts.
#[derive(Default)]
pub struct ProxyBuilder {
    routes: HashMap<String, SocketAddr>,
    credentials: Option<(String, String)>,
    refusal: Option<u16>,
}

impl Proxy {
    /// A proxy without routes, to be completed and started.
    pub fn builder() -> ProxyBuilder {
        ProxyBuilder::default()
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.0.url("")
    }

    /// `http://user:password@127.0.0.1:port`, with `user` and `password` as they are: percent-encode them first.
    pub fn url_with(&self, user: &str, password: &str) -> String {
        format!("http://{user}:{password}@{}", self.0.address())
    }

    /// The `host:port` of every CONNECT so far, in order, refused ones too.
    pub fn targets(&self) -> Vec<String> {
        let requests = self.0.requests();
        let connects = requests.iter().filter(|request| request.method == "CONNECT");
        connects.map(|request| request.target.clone()).collect()
    }

    /// Every plain http request so far, in order, refused ones too; their target is a whole URL.
    pub fn requests(&self) -> Vec<Arc<Received>> {
        let requests = self.0.requests().into_iter();
        requests.filter(|request| request.method != "CONNECT").collect()
    }

    /// The server below, for its connections and for waiting on requests of either kind.
    pub fn server(&self) -> &Server {
        &self.0
    }
}

impl ProxyBuilder {
    /// Leads `authority` (`host:port`) to a local socket.
    pub fn route(mut self, authority: &str, to: SocketAddr) -> Self {
        self.routes.insert(authority.to_owned(), to);
        self
    }

    /// Asks for these Basic credentials, with 407 when they are missing or wrong.
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        self.credentials = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Refuses every request with this status.
    pub fn refuse(mut self, status: u16) -> Self {
        self.refusal = Some(status);
        self
    }

    /// Starts it.
    pub fn start(self) -> Proxy {
        Proxy(Server::start(move |request| self.answer(request)))
    }

    fn answer(&self, request: &Received) -> Answer {
        if let Some(status) = self.refusal {
            return Answer::status(status);
        }
        if !self.admits(request) {
            return Answer::status(407).header("Proxy-Authenticate", "Basic realm=\"proxy\"");
        }
        let forwarded = match request.method.as_str() {
            "CONNECT" => self
                .routes
                .get(&request.target)
                .map(|to| Answer::raw("HTTP/1.1 200 Connection established\r\n\r\n").tunnel(*to)),
            _ => self.forward(request),
        };
        forwarded.unwrap_or_else(|| Answer::status(502))
    }

    fn admits(&self, request: &Received) -> bool {
        self.credentials.as_ref().is_none_or(|(user, password)| {
            let expected = BASE64_STANDARD.encode(format!("{user}:{password}"));
            request.header("proxy-authorization") == Some(&format!("Basic {expected}"))
        })
    }

    /// Passes a plain http request on and brings back its answer; `None` without a route or an answer.
    fn forward(&self, request: &Received) -> Option<Answer> {
        let url = request.target.strip_prefix("http://")?;
        let path_start = url.find('/').unwrap_or(url.len());
        let (authority, path) = url.split_at(path_start);
        let to = match authority.contains(':') {
            true => self.routes.get(authority)?,
            false => self.routes.get(&format!("{authority}:80"))?,
        };
        let bytes = exchange(*to, path, request).ok()?;
        Some(Answer::raw(bytes).close())
    }
}

fn exchange(to: SocketAddr, path: &str, request: &Received) -> io::Result<Vec<u8>> {
    let mut head = format!("{} {path} HTTP/1.1\r\n", request.method);
    let hop_by_hop = ["connection", "proxy-connection", "proxy-authorization"];
    for (name, value) in &request.headers {
        if !hop_by_hop.contains(&name.to_ascii_lowercase().as_str()) {
            head += &format!("{name}: {value}\r\n");
        }
    }
    head += "Connection: close\r\n\r\n";
    let mut upstream = TcpStream::connect(to)?;
    upstream.write_all(&[head.as_bytes(), &request.body].concat())?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    Ok(answer)
}
