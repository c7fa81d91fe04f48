//! npm's oidc-provider, where node and npm are.

use std::io::{Read, Write};
use std::net::TcpStream;

use psoauth_test_support::{OidcInstallation, OidcProvider, Suite};

fn main() {
    Suite::new()
        .with_tool("clients_are_told_apart", OidcInstallation::find, clients_are_told_apart)
        .with_tool("it_stops_when_dropped", OidcInstallation::find, it_stops_when_dropped)
        .run()
}

fn post(provider: &OidcProvider, form: &str) -> String {
    let authority = provider.issuer().strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(authority).unwrap();
    let head = format!("POST /token HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
    let media_type = "Content-Type: application/x-www-form-urlencoded\r\n";
    write!(socket, "{head}{media_type}Content-Length: {}\r\n\r\n{form}", form.len()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

/// Percent-encodes every byte, which is as good as any encoding.
fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn clients_are_told_apart(installation: OidcInstallation) {
    let provider = installation.start();
    let (id, secret) = OidcProvider::POST_CLIENT;
    let grant = format!("grant_type=client_credentials&client_id={id}&client_secret=");
    let (right, resource) = (format!("{grant}{}", encode(secret)), encode(OidcProvider::RESOURCE));

    let granted = post(&provider, &format!("{right}&resource={resource}&scope={}", encode(OidcProvider::SCOPE)));
    assert!(granted.starts_with("HTTP/1.1 200 ") && granted.contains("\"expires_in\":3600"), "{granted}");
    let wrong = post(&provider, &format!("{grant}wrong"));
    assert!(wrong.starts_with("HTTP/1.1 401 ") && wrong.contains("invalid_client"), "{wrong}");
    let scope = post(&provider, &format!("{right}&resource={resource}&scope=api%3Awrite"));
    assert!(scope.starts_with("HTTP/1.1 400 ") && scope.contains("invalid_scope"), "{scope}");
    let target = post(&provider, &format!("{right}&resource=https%3A%2F%2Fother.example.com"));
    assert!(target.starts_with("HTTP/1.1 400 ") && target.contains("invalid_target"), "{target}");
}

fn it_stops_when_dropped(installation: OidcInstallation) {
    let provider = installation.start();
    let authority = provider.issuer().strip_prefix("http://").unwrap().to_owned();
    assert_eq!(provider.token_endpoint(), format!("http://{authority}/token"));
    TcpStream::connect(&authority).unwrap();
    drop(provider);
    TcpStream::connect(&authority).unwrap_err();
}
