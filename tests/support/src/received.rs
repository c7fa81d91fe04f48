//! A request as a [`Server`](crate::Server) read it.

use std::io::{self, BufRead, ErrorKind};

/// A request as it came, in the order it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The connection it came on, counted from 0 in the order of acceptance.
    pub connection: usize,
    /// The method, such as `POST`.
    pub method: String,
    /// The request target, such as `/token`.
    pub target: String,
    /// Names and values as they were sent, in order.
    pub headers: Vec<(String, String)>,
    /// The request line and the headers, with the empty line, byte by byte.
    pub head: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// Reads one request; `None` when the peer closes before it is complete.
    ///
    /// # Panics
    /// When it is not HTTP/1.1 with a Content-Length: our clients send nothing else, so that is a finding.
    pub(crate) fn read(peer: &mut impl BufRead, connection: usize) -> Option<Self> {
        let head = read_head(peer).ok()?;
        let text = str::from_utf8(&head).expect("a request's head is ASCII");
        let mut lines = text.split_terminator("\r\n");
        let request_line = lines.next().expect("a head has a request line");
        let [method, target, "HTTP/1.1"] = *request_line.split(' ').collect::<Vec<_>>() else {
            panic!("not a request line of HTTP/1.1: {request_line:?}");
        };
        let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).map(header).collect();

        let mut received =
            Self { connection, method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new(), head };
        assert_eq!(received.header("transfer-encoding"), None, "chunked requests are not read here");
        let length =
            received.header("content-length").map_or(0, |length| length.parse().expect("Content-Length is a number"));
        received.body.resize(length, 0);
        peer.read_exact(&mut received.body).ok()?;
        Some(received)
    }

    /// The value of the first header of this name, in any case of letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(each, _)| each.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The body as text.
    ///
    /// # Panics
    /// If it is not UTF-8.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as a form: names and values decoded, in order.
    ///
    /// # Panics
    /// If it is not one, or not UTF-8 once decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        let pairs = self.text().split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').expect("a form's pairs have an =");
                (form_decode(name), form_decode(value))
            })
            .collect()
    }

    /// The decoded value of the first form field of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let mut fields = self.form().into_iter();
        fields.find(|(each, _)| each == name).map(|(_, value)| value)
    }

    pub(crate) fn says_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn read_head(peer: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if peer.read_until(b'\n', &mut head)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

fn header(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').expect("a header line has a colon");
    (name.to_owned(), value.trim_ascii().to_owned())
}

/// Decodes one name or value of a form (`application/x-www-form-urlencoded`).
///
/// # Panics
/// On a percent sign without two hexadecimal digits, and when the result is not UTF-8.
pub(crate) fn form_decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => 16 * hex_digit(bytes.next()) + hex_digit(bytes.next()),
            byte => byte,
        });
    }
    String::from_utf8(decoded).expect("a form's values are UTF-8")
}

fn hex_digit(byte: Option<u8>) -> u8 {
    let digit = byte.and_then(|byte| char::from(byte).to_digit(16));
    digit.expect("two hexadecimal digits after %") as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &str) -> Option<Received> {
        Received::read(&mut bytes.as_bytes(), 0)
    }

    #[test]
    fn a_form_is_decoded_once_and_keeps_its_order() {
        let body = "b=%2B+%2f%26%3d%25%27%22%C3%A9%20&a=&b=%2541";
        let request = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let form = read(&request).unwrap().form();
        let expected = [("b", "+ /&=%'\"é "), ("a", ""), ("b", "%41")];
        assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    #[should_panic(expected = "two hexadecimal digits")]
    fn a_bare_percent_sign_is_no_form() {
        form_decode("100%");
    }

    #[test]
    fn a_request_is_kept_to_the_byte() {
        let head = "POST /a?b HTTP/1.1\r\nHost:  x \r\naCCept: y:z\r\nContent-Length: 3\r\n\r\n";
        let mut bytes = [head.as_bytes(), b"\0\r\nGET"].concat();
        let mut rest = &bytes[..];
        let request = Received::read(&mut rest, 7).unwrap();
        assert_eq!(rest, b"GET");
        assert_eq!((request.connection, request.method.as_str(), request.target.as_str()), (7, "POST", "/a?b"));
        assert_eq!((request.head.as_slice(), request.body.as_slice()), (head.as_bytes(), &b"\0\r\n"[..]));
        assert_eq!((request.header("ACCEPT"), request.header("host")), (Some("y:z"), Some("x")));
        assert_eq!(request.headers[1].0, "aCCept");

        bytes.truncate(head.len() + 2);
        assert!(Received::read(&mut &bytes[..], 0).is_none(), "the body is incomplete");
        assert!(read("POST / HTTP/1.1\r\nHost: x\r\n").is_none(), "the head is incomplete");
    }
}
