//! TLS that cannot be trusted: each message says which fault it is and what an administrator would do.

use psoauth_test_support::{Answer, Authority, Identity, Server, Suite, TlsVersion, handshake};
use tempfile::NamedTempFile;

use crate::child::call;
use crate::client::{exchange, request, token};

pub fn add(suite: Suite) -> Suite {
    let suite = suite
        .test("tls::only_tls_1_1_by_its_hello", || {
            no_common_ground(handshake::answer_tls11, "offers no TLS 1.2 or later. Enable TLS 1.2")
        })
        .test("tls::only_tls_1_1_by_its_alert", || {
            no_common_ground(
                |peer| handshake::refuse(peer, handshake::PROTOCOL_VERSION),
                "offers no TLS 1.2 or later. Enable TLS 1.2",
            )
        })
        .test("tls::only_a_weak_cipher", || {
            no_common_ground(
                |peer| handshake::refuse(peer, handshake::HANDSHAKE_FAILURE),
                "no cipher suite, group or signature scheme in common, or it asks for a client certificate. Enable",
            )
        })
        .test("tls::no_tls_at_all", no_tls_at_all)
        .test("tls::a_handshake_that_stalls", a_handshake_that_stalls);
    if cfg!(not(target_os = "linux")) {
        // Elsewhere the system's store is no file that an environment variable names.
        return suite;
    }
    suite
        .test("tls::a_root_in_the_systems_store", a_root_in_the_systems_store)
        .test("tls::http_needs_no_store", http_needs_no_store)
        .test("tls::an_unknown_authority", || {
            bad_certificate(
                |_| Authority::new("Stranger").issue(&["127.0.0.1"]),
                "an authority that this machine does not trust. If a company's proxy",
            )
        })
        .test("tls::self_signed", || {
            bad_certificate(
                |_| Identity::self_signed(&["127.0.0.1"]),
                "a self-signed certificate, which this machine does not trust. Give the server",
            )
        })
        .test("tls::another_name", || {
            bad_certificate(
                |root| root.issue(&["login.example.com"]),
                "a certificate for another name. Check the host name",
            )
        })
        .test("tls::expired", || bad_certificate(|root| root.issue_expired(&["127.0.0.1"]), "has expired. Renew it"))
        .test("tls::not_yet_valid", || {
            bad_certificate(
                |root| root.issue_not_yet_valid(&["127.0.0.1"]),
                "not valid yet. Check this machine's clock",
            )
        })
        .test("tls::cut_inside_an_endless_body", cut_inside_an_endless_body)
}

fn no_common_ground(play: impl Fn(psoauth_test_support::Connection) + Send + Sync + 'static, says: &str) {
    let server = Server::start_raw(play);
    let (status, message, attempts) = exchange(request(&format!("https://{}/token", server.address())));
    assert_eq!((status.as_str(), attempts), ("Tls", 1), "{message}");
    assert!(message.contains("https://127.0.0.1:") && message.contains(says), "{message}");
}

fn no_tls_at_all() {
    let server = Server::start_raw(|mut connection| {
        let _ = std::io::Write::write_all(&mut connection, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.hold();
    });
    let (status, message, _) = exchange(request(&format!("https://{}/token", server.address())));
    assert_eq!(status, "Tls", "{message}");
    assert!(message.contains("did not answer in TLS. Check the port"), "{message}");
}

fn a_handshake_that_stalls() {
    let server = Server::start_raw(handshake::stall);
    let mut request = request(&format!("https://{}/token", server.address()));
    request.connect_timeout = std::time::Duration::from_millis(300);
    let (status, message, attempts) = exchange(request);
    assert_eq!((status.as_str(), attempts), ("TimedOut", 2));
    assert!(message.contains("within 0.3 s. Check the address, firewall and proxy"), "{message}");
}

fn trusted() -> (Authority, NamedTempFile) {
    let authority = Authority::new("Company Root");
    let file = NamedTempFile::new().expect("a temporary file");
    authority.write_pem(file.path());
    (authority, file)
}

fn a_root_in_the_systems_store() {
    let (authority, file) = trusted();
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = Server::start_tls(&authority.issue(&["127.0.0.1"]).only(version), |_| token());
        let path = file.path().to_str().expect("UTF-8");
        let told = call(&server.url("/token"), &[("SSL_CERT_FILE", path)]);
        assert_eq!(told.status, "Ok", "{}", told.message);
    }
}

/// A store that cannot be read fails whoever reads it.
fn http_needs_no_store() {
    let missing = [("SSL_CERT_FILE", "/nowhere/roots.pem"), ("SSL_CERT_DIR", "/nowhere")];
    let told = call(&Server::start(|_| token()).url("/token"), &missing);
    assert_eq!(told.status, "Ok", "{}", told.message);
    let server = Server::start_tls(&Authority::new("an authority").issue(&["127.0.0.1"]), |_| token());
    let told = call(&server.url("/token"), &missing);
    assert!(told.status == "Tls" && told.message.contains("could not be verified"), "{}", told.message);
}

fn bad_certificate(identity: impl FnOnce(&Authority) -> Identity, says: &str) {
    let (authority, file) = trusted();
    let server = Server::start_tls(&identity(&authority), |_| token());
    let told = call(&server.url("/token"), &[("SSL_CERT_FILE", file.path().to_str().expect("UTF-8"))]);
    assert_eq!(told.status, "Tls", "{}", told.message);
    assert!(told.message.contains("https://127.0.0.1:") && told.message.contains(says), "{}", told.message);
    assert!(server.requests().is_empty(), "the secret was sent");
}

/// Without close_notify nobody knows whether that was all.
fn cut_inside_an_endless_body() {
    let (authority, file) = trusted();
    let server = Server::start_tls(&authority.issue(&["127.0.0.1"]), |_| {
        Answer::raw("HTTP/1.1 200 OK\r\n\r\n{\"access_token\":\"t0k3n\"}").cut()
    });
    let told = call(&server.url("/token"), &[("SSL_CERT_FILE", file.path().to_str().expect("UTF-8"))]);
    assert_eq!(told.status, "Network", "{}", told.message);
    assert!(told.message.contains("broke inside the answer (HTTP 200)"), "{}", told.message);
}
