//! Certificates and TLS servers, seen by rustls.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use psoauth_test_support::{Answer, Authority, Identity, Server, TlsVersion, handshake};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned};

fn client(trusted: &Authority) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

/// One request; the version it went over, or what went wrong.
fn get(config: &Arc<ClientConfig>, server: &Server, name: &str) -> io::Result<ProtocolVersion> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let tls = ClientConnection::new(Arc::clone(config), name).unwrap();
    let mut stream = StreamOwned::new(tls, TcpStream::connect(server.address())?);
    stream.write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    assert_eq!(answer, Answer::token().bytes());
    Ok(stream.conn.protocol_version().unwrap())
}

fn failure(config: &Arc<ClientConfig>, server: &Server, name: &str) -> String {
    get(config, server, name).unwrap_err().to_string()
}

#[test]
fn issued_certificates_are_good_for_their_names_alone() {
    let authority = Authority::new("Test Root");
    let server = Server::start_tls(&authority.issue(&["login.example.com", "127.0.0.1"]), |_| Answer::token());
    assert!(server.url("/").starts_with("https://127.0.0.1:"));
    let config = client(&authority);
    get(&config, &server, "login.example.com").unwrap();
    get(&config, &server, "127.0.0.1").unwrap();
    assert!(failure(&config, &server, "other.example.com").contains("not valid for name"));
    assert!(failure(&client(&Authority::new("Stranger")), &server, "127.0.0.1").contains("UnknownIssuer"));

    server.wait_until_open(0);
    let handshakes = server.handshakes();
    assert_eq!((handshakes.full, handshakes.resumed), (2, 0));
    assert_eq!(handshakes.failed.len(), 2);
    // A thread serves each, and either may be the first to note its own.
    for alert in ["BadCertificate", "UnknownCA"] {
        assert!(handshakes.failed.iter().any(|failure| failure.contains(alert)), "{alert}: {handshakes:?}");
    }
}

#[test]
fn bad_certificates_are_bad_in_their_way() {
    let authority = Authority::new("Test Root");
    let config = client(&authority);
    let refused = |identity: Identity| {
        let server = Server::start_tls(&identity, |_| Answer::token());
        failure(&config, &server, "127.0.0.1")
    };
    let expired = refused(authority.issue_expired(&["127.0.0.1"]));
    assert!(expired.contains("expired"), "{expired}");
    let early = refused(authority.issue_not_yet_valid(&["127.0.0.1"]));
    assert!(early.contains("not valid yet"), "{early}");
    let unknown = refused(Identity::self_signed(&["127.0.0.1"]));
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");
}

#[test]
fn a_version_can_be_fixed_and_sessions_are_resumed() {
    let authority = Authority::new("Test Root");
    for (version, expected) in
        [(TlsVersion::V1_2, ProtocolVersion::TLSv1_2), (TlsVersion::V1_3, ProtocolVersion::TLSv1_3)]
    {
        let server = Server::start_tls(&authority.issue(&["127.0.0.1"]).only(version), |_| Answer::token());
        let config = client(&authority);
        assert_eq!(get(&config, &server, "127.0.0.1").unwrap(), expected);
        assert_eq!(get(&config, &server, "127.0.0.1").unwrap(), expected);
        let handshakes = server.handshakes();
        assert_eq!((handshakes.full, handshakes.resumed), (1, 1), "{version:?}");
    }
}

#[test]
fn an_answer_can_end_without_a_close_notify() {
    let authority = Authority::new("Test Root");
    let server = Server::start_tls(&authority.issue(&["127.0.0.1"]), |_| Answer::token().cut());
    let error = get(&client(&authority), &server, "127.0.0.1").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn handshakes_fail_as_they_should() {
    let config = client(&Authority::new("Test Root"));
    let server = Server::start_raw(|connection| handshake::refuse(connection, handshake::HANDSHAKE_FAILURE));
    let refused = failure(&config, &server, "127.0.0.1");
    assert!(refused.contains("HandshakeFailure"), "{refused}");
    let server = Server::start_raw(handshake::answer_tls11);
    let old = failure(&config, &server, "127.0.0.1");
    assert!(old.contains("incompatible"), "{old}");
}

#[test]
fn a_stalled_handshake_ends_with_the_client() {
    let server = Server::start_raw(handshake::stall);
    let config = client(&Authority::new("Test Root"));
    let mut tls = ClientConnection::new(config, "127.0.0.1".try_into().unwrap()).unwrap();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    tls.write_tls(&mut socket).unwrap();
    server.wait_until_accepted(1);
    assert_eq!(server.open_connections(), 1);
    drop(socket);
    server.wait_until_open(0);
}

#[test]
fn a_silent_client_does_not_keep_a_server() {
    let server = Server::start_tls(&Identity::self_signed(&["127.0.0.1"]), |_| Answer::token());
    let mut socket = TcpStream::connect(server.address()).unwrap();
    server.wait_until_accepted(1);
    drop(server);
    assert_eq!(socket.read_to_end(&mut Vec::new()).unwrap(), 0);
}

#[test]
fn a_root_can_be_kept_in_a_file() {
    let authority = Authority::new("Test Root");
    let file = tempfile::NamedTempFile::new().unwrap();
    authority.write_pem(file.path());
    let pem = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(pem, authority.pem());
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}
