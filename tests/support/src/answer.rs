//! What a [`Server`](crate::Server) does once it has read a request: a list of steps.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::{Connection, Gate};

/// What the server does after a request, in order. When the steps are through, the connection is kept for the next
/// request, unless the request or the answer said `Connection: close`.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    first: Vec<Step>,
    message: Option<Message>,
    then: Vec<Step>,
}

/// A well-formed HTTP answer.
#[derive(Clone, Debug)]
struct Message {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    Drip(Vec<u8>, Duration),
    Flood(Vec<u8>),
    Pause(Duration),
    Wait(Gate),
    Tunnel(SocketAddr),
    Hold,
    Close,
    Cut,
    Reset,
}

impl Answer {
    /// A JSON answer with its Content-Length.
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// An answer of any media type with its Content-Length.
    pub fn typed(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::message(status, body.into()).header("Content-Type", media_type)
    }

    /// A token answer: 200, `access_token` is `token`, `token_type` Bearer, `expires_in` 3600.
    pub fn token() -> Self {
        Self::json(200, r#"{"access_token":"token","token_type":"Bearer","expires_in":3600}"#)
    }

    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self::message(status, Vec::new())
    }

    /// These bytes and nothing else.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::nothing().send(bytes)
    }

    /// No answer yet: for steps alone, as in `Answer::nothing().hold()`.
    pub fn nothing() -> Self {
        Self::default()
    }

    fn message(status: u16, body: Vec<u8>) -> Self {
        Self { message: Some(Message { status, headers: Vec::new(), body }), ..Self::default() }
    }

    /// Adds a header to a well-formed answer. A Content-Length or Transfer-Encoding given here replaces the computed one.
    ///
    /// # Panics
    /// On an answer made with [`raw`](Self::raw) or [`nothing`](Self::nothing).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let message = self.message.as_mut().expect("bytes have no headers");
        message.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes of a well-formed answer as they would be sent, to be cut or damaged and sent with [`raw`](Self::raw).
    pub fn bytes(&self) -> Vec<u8> {
        self.message.as_ref().map_or_else(Vec::new, Message::bytes)
    }

    /// The status and the body of a well-formed answer.
    pub(crate) fn status_and_body(&self) -> Option<(u16, &[u8])> {
        self.message.as_ref().map(|message| (message.status, message.body.as_slice()))
    }

    /// Then sends bytes.
    pub fn send(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Send(bytes.into()))
    }

    /// Then sends bytes one at a time, `interval` apart.
    pub fn drip(self, bytes: impl Into<Vec<u8>>, interval: Duration) -> Self {
        self.then(Step::Drip(bytes.into(), interval))
    }

    /// Then sends the same bytes again and again until the peer closes.
    pub fn flood(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Flood(bytes.into()))
    }

    /// Then sends nothing until the peer closes.
    pub fn hold(self) -> Self {
        self.then(Step::Hold)
    }

    /// Then closes in order; over TLS with a close_notify.
    pub fn close(self) -> Self {
        self.then(Step::Close)
    }

    /// Then closes the TCP connection without a close_notify: over TLS, a truncated answer.
    pub fn cut(self) -> Self {
        self.then(Step::Cut)
    }

    /// Then resets the connection (RST).
    pub fn reset(self) -> Self {
        self.then(Step::Reset)
    }

    /// Then copies bytes both ways between the peer and `to`, until either closes.
    pub(crate) fn tunnel(self, to: SocketAddr) -> Self {
        self.then(Step::Tunnel(to))
    }

    /// First waits this long, then does the rest.
    pub fn after(mut self, pause: Duration) -> Self {
        self.first.push(Step::Pause(pause));
        self
    }

    /// First waits until the gate is open (or the server stops), then does the rest.
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.first.push(Step::Wait(gate.clone()));
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.then.push(step);
        self
    }

    /// Whether the answer announces that the connection ends.
    pub(crate) fn says_close(&self) -> bool {
        self.message.as_ref().is_some_and(|message| {
            let mut headers = message.headers.iter();
            headers.any(|(name, value)| name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close"))
        })
    }

    /// Does all of it, and returns the connection if it goes on. An error means that the peer has gone.
    pub(crate) fn play(&self, mut peer: BufReader<Connection>) -> io::Result<Option<BufReader<Connection>>> {
        for step in &self.first {
            let Some(rest) = step.play(peer)? else {
                return Ok(None);
            };
            peer = rest;
        }
        if let Some(message) = &self.message {
            peer.get_mut().write_all(&message.bytes())?;
        }
        for step in &self.then {
            let Some(rest) = step.play(peer)? else {
                return Ok(None);
            };
            peer = rest;
        }
        Ok(Some(peer))
    }
}

impl Message {
    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.frames_itself() {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        head += "\r\n";
        [head.as_bytes(), &self.body].concat()
    }

    fn frames_itself(&self) -> bool {
        let never_has_body = matches!(self.status, 100..=199 | 204 | 304);
        never_has_body
            || self.headers.iter().any(|(name, _)| {
                name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
            })
    }
}

impl Step {
    fn play(&self, mut peer: BufReader<Connection>) -> io::Result<Option<BufReader<Connection>>> {
        let connection = peer.get_mut();
        match self {
            Step::Send(bytes) => connection.write_all(bytes)?,
            Step::Drip(bytes, interval) => {
                for byte in bytes.chunks(1) {
                    connection.write_all(byte)?;
                    connection.pause(*interval)?;
                }
            }
            Step::Flood(bytes) => loop {
                connection.write_all(bytes)?;
            },
            Step::Pause(length) => connection.pause(*length)?,
            Step::Wait(gate) => connection.wait_for(gate)?,
            Step::Tunnel(to) => {
                tunnel(&peer, *to)?;
                return Ok(None);
            }
            Step::Hold => {
                connection.hold();
                return Ok(None);
            }
            Step::Close => {
                peer.into_inner().close();
                return Ok(None);
            }
            Step::Cut => return Ok(None),
            Step::Reset => {
                peer.into_inner().reset();
                return Ok(None);
            }
        }
        Ok(Some(peer))
    }
}

fn tunnel(peer: &BufReader<Connection>, to: SocketAddr) -> io::Result<()> {
    let client = peer.get_ref().socket();
    let upstream = TcpStream::connect(to)?;
    upstream.set_nodelay(true)?;
    (&upstream).write_all(peer.buffer())?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut &upstream, &mut &*client);
            let _ = client.shutdown(Shutdown::Both);
        });
        let _ = io::copy(&mut &*client, &mut &upstream);
        let _ = upstream.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// The reason phrase of a status (RFC 9110); empty for the rarer ones.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_counts_its_body_unless_a_header_does() {
        let text = |answer: Answer| String::from_utf8(answer.bytes()).unwrap();
        assert_eq!(
            text(Answer::json(401, "{}")),
            "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        );
        assert_eq!(
            text(Answer::json(200, "{}").header("content-length", "9")),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 9\r\n\r\n{}"
        );
        assert_eq!(text(Answer::status(204)), "HTTP/1.1 204 No Content\r\n\r\n");
    }
}
