//! What a caller may get wrong: addresses that break out, and texts of every size.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use psoauth_test_support::{Answer, Program, Server, Suite, tools};
use psoauthhelper::{ClientAuthentication, EntraVersion, TokenRequest};
use tempfile::NamedTempFile;

use crate::child::misled;
use crate::client::{exchange, request, token};

/// Addresses to which nothing may be sent.
const REFUSED_ENDPOINTS: [(&str, &str); 26] = [
    ("", "lacks a token endpoint, a tenant or an issuer"),
    (" ", "percent-encode"),
    ("login.example/token", "is not a URL"),
    ("//login.example/token", "is not a URL"),
    ("/token", "is not a URL"),
    ("https://", "is not a URL"),
    ("https://[::1", "is not a URL"),
    ("https://[fe80::1%25eth0]/token", "is not a URL"),
    ("https://[fe80::1%eth0]/token", "is not a URL"),
    ("https://login.example:99999/token", "is not a URL"),
    ("https://login.example:port/token", "is not a URL"),
    ("https://256.1.1.1/token", "is not a URL"),
    ("file:///etc/passwd", "neither https nor http"),
    ("javascript:alert(1)", "neither https nor http"),
    ("ftp://login.example/token", "neither https nor http"),
    ("https://user@login.example/token", "user name or password"),
    ("https://user:hunter2@login.example/token", "user name or password"),
    ("https://login.example/token#part", "fragment"),
    ("https://login.example/token\r\nHost: evil.example", "percent-encode"),
    ("https://login.example\\@evil.example/token", "percent-encode"),
    ("https://lоgin.example/token", "percent-encode"),
    ("http://login.example/token", "use https"),
    ("http://localhost.evil.example/token", "use https"),
    ("http://127.0.0.1.evil.example/token", "use https"),
    ("http://[::ffff:127.0.0.1]/token", "use https"),
    ("http://0.0.0.0/token", "use https"),
];

const REFUSED_TENANTS: [&str; 20] = [
    ".",
    "..",
    "../x",
    "a/../b",
    "a/b",
    "a\\b",
    "a%2fb",
    "%2e%2e",
    "a?b",
    "a#b",
    "a b",
    "a@b",
    "a:b",
    "a\r\nb",
    "a\0b",
    "a..b",
    ".a",
    "a.",
    "contoso․com",
    "cоntoso.com",
];

/// Spellings of this machine, all of which go to 127.0.0.1.
const LOOPBACKS: [&str; 7] = ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "LOCALHOST"];

pub fn add(suite: Suite) -> Suite {
    suite
        .test("local::endpoints_that_break_out", endpoints_that_break_out)
        .test("local::tenants_that_break_out", tenants_that_break_out)
        .test("local::spellings_of_loopback", spellings_of_loopback)
        .with_tool("local::a_hosts_file_moves_localhost_nowhere", mounts, |unshare| {
            a_hosts_file_moves_localhost_nowhere(&unshare)
        })
        .test("local::texts_of_every_size", texts_of_every_size)
        .test("local::the_longest_timeouts", the_longest_timeouts)
        .test("local::every_field_set_twice", every_field_set_twice)
}

fn refused(request: TokenRequest) -> String {
    let (status, message, attempts) = exchange(request);
    assert_eq!((status.as_str(), attempts), ("InvalidArgument", 0), "{message}");
    assert!(!message.contains("hunter2") && !message.contains("evil.example"), "{message}");
    message
}

fn endpoints_that_break_out() {
    for (endpoint, says) in REFUSED_ENDPOINTS {
        let message = refused(request(endpoint));
        assert!(message.contains(says), "{endpoint:?}: {message}");
    }
}

fn tenants_that_break_out() {
    for tenant in REFUSED_TENANTS.map(str::to_owned).into_iter().chain(["a".repeat(254), "a".repeat(10_000_000)]) {
        for entra_version in [EntraVersion::V1, EntraVersion::V2] {
            let message = refused(TokenRequest { tenant: tenant.as_str().into(), entra_version, ..request("") });
            assert!(message.contains("neither a GUID nor a domain name"), "{message}");
        }
    }
}

fn spellings_of_loopback() {
    let server = Server::start(|_| token());
    for host in LOOPBACKS {
        assert_eq!(exchange(request(&format!("http://{host}:{}/token", server.port()))).0, "Ok", "{host}");
    }
}

/// `unshare`, where it can give a process a hosts file of its own.
fn mounts() -> Result<PathBuf, String> {
    let unshare = tools::find("unshare")?;
    let output = Program::new(&unshare).args(["--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts"]).output();
    match output.status.success() {
        true => Ok(unshare),
        false => Err(format!("no hosts file of one's own here: {}", output.stderr.trim())),
    }
}

/// http may go to localhost because that is this machine.
fn a_hosts_file_moves_localhost_nowhere(unshare: &Path) {
    let server = Server::start(|_| token());
    let hosts = NamedTempFile::new().expect("a temporary file");
    fs::write(hosts.path(), "127.0.0.9 localhost\n").expect("it can be written");
    let told = misled(unshare, hosts.path(), &format!("http://localhost:{}/token", server.port()));
    assert_eq!(told.status, "Ok", "{}", told.message);
}

fn texts_of_every_size() {
    let server = Server::start(|request| match request.field("scope").map_or(0, |scope| scope.len()) {
        0 | 1 | 1_000 | 10_000_000 => token(),
        length => Answer::json(500, length.to_string()),
    });
    for length in [0, 1, 1_000, 10_000_000] {
        let mut request = request(&server.url("/token"));
        request.scope = "x".repeat(length).into();
        request.client_secret = "y".repeat(length).into();
        request.client_authentication = ClientAuthentication::Body;
        assert_eq!(exchange(request).0, "Ok", "{length} bytes");
    }
    let long = |length| exchange(request(&format!("http://127.0.0.1:{}/{}", server.port(), "p".repeat(length))));
    assert_eq!(long(60_000).0, "Ok", "a long path");
    let (status, message, _) = long(70_000);
    assert_eq!(status, "InvalidArgument");
    assert!(message.contains("too long to be sent"), "{message}");
}

fn the_longest_timeouts() {
    let server = Server::start(|_| token());
    let mut request = request(&server.url("/token"));
    (request.timeout, request.connect_timeout) = (Duration::MAX, Duration::MAX);
    let call = psoauthhelper::Call::start(request);
    let outcome = call.wait_timeout(Duration::MAX).expect("it ends");
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
}

fn every_field_set_twice() {
    let server = Server::start(|_| token());
    let mut request = TokenRequest::new();
    for round in ["first", "second"] {
        request.token_endpoint = server.url(&format!("/{round}")).as_str().into();
        for field in [&mut request.client_id, &mut request.client_secret, &mut request.resource, &mut request.scope] {
            *field = round.into();
        }
        for field in [&mut request.username, &mut request.password, &mut request.refresh_token] {
            *field = round.into();
        }
    }
    assert_eq!(exchange(request).0, "Ok");
    let received = server.next_request();
    assert_eq!(received.target, "/second");
    let values: Vec<_> = received.form().into_iter().skip(1).map(|(_, value)| value).collect();
    assert_eq!(values, ["second"; 7]);
}
