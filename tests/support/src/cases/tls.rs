//! TLS that cannot be trusted: each message says which fault it is and what an administrator would do.

use std::io::Write;
use std::sync::Arc;

use super::networks::{Named, Network};
use super::token;
use crate::{Answer, Authority, Connection, Identity, Server, TlsVersion, handshake};

/// Faults of handshakes, before any certificate is looked at.
pub(super) fn without_store() -> Vec<Named> {
    vec![
        ("only_tls_1_1_by_its_hello", || raw(handshake::answer_tls11).ends("Tls", TOO_OLD, 1)),
        ("only_tls_1_1_by_its_alert", || {
            raw(|peer| handshake::refuse(peer, handshake::PROTOCOL_VERSION)).ends("Tls", TOO_OLD, 1)
        }),
        ("only_a_weak_cipher", || {
            let says =
                "no cipher suite, group or signature scheme in common, or it asks for a client certificate. Enable";
            raw(|peer| handshake::refuse(peer, handshake::HANDSHAKE_FAILURE)).ends("Tls", [HOST, says], 1)
        }),
        ("no_tls_at_all", || raw(answer_in_http).ends("Tls", [HOST, "did not answer in TLS. Check the port"], 1)),
        ("a_handshake_that_stalls", || {
            let says = "within 1 s. Check the address, firewall and proxy";
            raw(handshake::stall).given_up_after(1).ends("TimedOut", [HOST, says], 2)
        }),
    ]
}

/// Faults of certificates, and none.
pub(super) fn with_store() -> Vec<Named> {
    vec![
        ("a_root_in_the_systems_store_over_tls_1_2", || good(TlsVersion::V1_2)),
        ("a_root_in_the_systems_store_over_tls_1_3", || good(TlsVersion::V1_3)),
        ("no_store_and_http", || {
            let server = Server::start(|_| token());
            without_a_store(Network::new(server.url("/token")).keeping(server))
        }),
        ("no_store_and_https", || {
            let server = Server::start_tls(&Authority::new("an authority").issue(&["127.0.0.1"]), |_| token());
            let network = without_a_store(Network::new(server.url("/token")).keeping(server));
            network.ends("Tls", [HOST, "could not be verified"], 1)
        }),
        ("an_unknown_authority", || {
            let says = "an authority that this machine does not trust. If a company's proxy";
            bad(|_| Authority::new("Stranger").issue(&["127.0.0.1"])).ends("Tls", [HOST, says], 1)
        }),
        ("a_self_signed_certificate", || {
            let says = "a self-signed certificate, which this machine does not trust. Give the server";
            bad(|_| Identity::self_signed(&["127.0.0.1"])).ends("Tls", [HOST, says], 1)
        }),
        ("a_self_signed_certificate_of_an_authority", || {
            let says = "marked as an authority's (CA:TRUE), which no server's may be. Give the server one";
            bad(|_| Identity::self_signed_authority(&["127.0.0.1"])).ends("Tls", [HOST, says], 1)
        }),
        ("another_name", || {
            let says = "a certificate for another name. Check the host name";
            bad(|root| root.issue(&["login.example.com"])).ends("Tls", [HOST, says], 1)
        }),
        ("an_expired_certificate", || {
            bad(|root| root.issue_expired(&["127.0.0.1"])).ends("Tls", [HOST, "has expired. Renew it"], 1)
        }),
        ("a_certificate_of_tomorrow", || {
            let says = "not valid yet. Check this machine's clock";
            bad(|root| root.issue_not_yet_valid(&["127.0.0.1"])).ends("Tls", [HOST, says], 1)
        }),
        ("cut_inside_an_endless_body_of_tls", cut_inside_an_endless_body),
    ]
}

const HOST: &str = "https://127.0.0.1:";
const TOO_OLD: [&str; 2] = [HOST, "offers no TLS 1.2 or later. Enable TLS 1.2"];

fn raw(play: impl Fn(Connection) + Send + Sync + 'static) -> Network {
    let server = Server::start_raw(play);
    Network::new(format!("https://{}/token", server.address())).keeping(server)
}

fn answer_in_http(mut connection: Connection) {
    let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.hold();
}

fn good(version: TlsVersion) -> Network {
    let authority = Authority::new("Company Root");
    let server = Server::start_tls(&authority.issue(&["127.0.0.1"]).only(version), |_| token());
    Network::new(server.url("/token")).trusting(&authority).keeping(server)
}

/// A store that cannot be read fails whoever reads it.
fn without_a_store(network: Network) -> Network {
    network.variable("SSL_CERT_FILE", "/nowhere/roots.pem").variable("SSL_CERT_DIR", "/nowhere")
}

/// A server with a certificate to which no secret may be sent.
fn bad(identity: impl FnOnce(&Authority) -> Identity) -> Network {
    let authority = Authority::new("Company Root");
    let server = Arc::new(Server::start_tls(&identity(&authority), |_| token()));
    let network = Network::new(server.url("/token")).trusting(&authority);
    network.afterwards(move || assert!(server.requests().is_empty(), "the secret was sent"))
}

/// Without close_notify nobody knows whether that was all.
fn cut_inside_an_endless_body() -> Network {
    let authority = Authority::new("Company Root");
    let server = Server::start_tls(&authority.issue(&["127.0.0.1"]), |_| {
        Answer::raw("HTTP/1.1 200 OK\r\n\r\n{\"access_token\":\"t0k3n\"}").cut()
    });
    let network = Network::new(server.url("/token")).trusting(&authority).keeping(server);
    network.ends("Network", [HOST, "broke inside the answer (HTTP 200)"], 1)
}
