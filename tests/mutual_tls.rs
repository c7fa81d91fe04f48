//! Clients that authenticate by the certificate of their TLS connection (RFC 8705).

use std::path::Path;

use psoauth_test_support::{
    Answer, Authority, Identity, OidcInstallation, OidcProvider, OpenSsl, Server, Suite, TlsVersion,
};
use psoauthhelper::{Call, Error, Status, Text, TokenRequest};
use serde_json::json;
use tempfile::TempDir;

fn main() {
    Suite::new()
        .test("the_certificate_goes_with_the_connection", the_certificate_goes_with_the_connection)
        .test("issuers_are_sent_in_order_and_roots_are_not", issuers_are_sent_in_order_and_roots_are_not)
        .alone("connections_of_two_certificates_are_never_shared", connections_of_two_certificates_are_never_shared)
        .test("a_completed_chain_is_sent_at_the_next_call", a_completed_chain_is_sent_at_the_next_call)
        .test("a_certificate_that_is_refused_is_told_from_none", a_certificate_that_is_refused_is_told_from_none)
        .test("without_tls_nothing_is_sent", without_tls_nothing_is_sent)
        .with_tool("oidc_provider_knows_the_certificates", tools, oidc_provider_knows_the_certificates)
        .run()
}

fn tools() -> Result<(OpenSsl, OidcInstallation), String> {
    Ok((OpenSsl::find()?, OidcInstallation::find()?))
}

/// Clients' files and a server that trusts their authority.
struct Setup {
    folder: TempDir,
    servers: Authority,
    clients: Authority,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let servers = Authority::new("servers");
        servers.write_pem(&folder.path().join("servers.pem"));
        Self { folder, servers, clients: Authority::new("clients") }
    }

    fn server(&self, version: TlsVersion) -> Server {
        let identity = self.servers.issue(&["127.0.0.1"]).only(version).for_clients_of(&self.clients);
        Server::start_tls(&identity, |_| Answer::token())
    }

    /// A request that trusts the servers and has no certificate.
    fn request(&self, endpoint: String) -> TokenRequest {
        TokenRequest {
            token_endpoint: endpoint.into(),
            client_id: "the client".into(),
            certificate_authority_path: text(&self.folder.path().join("servers.pem")),
            ..TokenRequest::new()
        }
    }

    /// The same with the certificate.
    fn request_as(&self, client: &Identity, endpoint: String) -> TokenRequest {
        let path = self.folder.path().join("client.pem");
        std::fs::write(&path, client.pem()).unwrap();
        TokenRequest { certificate_path: text(&path), mutual_tls: true, ..self.request(endpoint) }
    }
}

fn text(path: &Path) -> Text {
    path.to_str().expect("a path of the tests is UTF-8").into()
}

fn ask(request: TokenRequest) -> Result<(), Error> {
    Call::start(request).wait().result.as_ref().map(drop).map_err(Error::clone)
}

fn the_certificate_goes_with_the_connection() {
    let setup = Setup::new();
    let client = setup.clients.issue_client("client.example");
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = setup.server(version);
        ask(setup.request_as(&client, server.url("/token"))).unwrap();
        assert_eq!(server.handshakes().clients, [[client.certificate()]], "{version:?}");
        assert_eq!(server.next_request().text(), "grant_type=client_credentials&client_id=the%20client");
    }
}

fn issuers_are_sent_in_order_and_roots_are_not() {
    let setup = Setup::new();
    let higher = setup.clients.subordinate("higher");
    let lower = higher.subordinate("lower");
    let client = lower.issue_client("client.example");
    let server = setup.server(TlsVersion::V1_3);
    let (stranger, root) = (Authority::new("stranger"), &setup.clients);
    let pem = [root.pem(), higher.pem(), client.pem(), stranger.pem(), lower.pem()].concat();
    let path = setup.folder.path().join("chain.pem");
    std::fs::write(&path, pem).unwrap();
    let request =
        TokenRequest { certificate_path: text(&path), mutual_tls: true, ..setup.request(server.url("/token")) };
    ask(request).unwrap();
    assert_eq!(server.handshakes().clients, [[client.certificate(), lower.certificate(), higher.certificate()]]);
}

fn connections_of_two_certificates_are_never_shared() {
    let setup = Setup::new();
    let server = setup.server(TlsVersion::V1_3);
    let (one, two) = (setup.clients.issue_client("one.example"), setup.clients.issue_client("two.example"));
    for client in [&one, &two, &one, &two] {
        ask(setup.request_as(client, server.url("/token"))).unwrap();
    }
    assert_eq!(server.handshakes().clients, [[one.certificate()], [two.certificate()]]);
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 1, 0, 1]);
}

fn a_completed_chain_is_sent_at_the_next_call() {
    let setup = Setup::new();
    let lower = setup.clients.subordinate("lower");
    let client = lower.issue_client("client.example");
    let server = setup.server(TlsVersion::V1_3);
    let incomplete = setup.request_as(&client, server.url("/token"));
    assert_eq!(ask(incomplete.clone()).expect_err("no way to the root").status, Status::Tls);
    let path = incomplete.certificate_path.as_str();
    std::fs::write(path, [client.pem(), lower.pem()].concat()).unwrap();
    ask(incomplete).unwrap();
    assert_eq!(server.handshakes().clients, [[client.certificate(), lower.certificate()]]);
}

fn a_certificate_that_is_refused_is_told_from_none() {
    let setup = Setup::new();
    let stranger = Authority::new("strangers").issue_client("client.example");
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = setup.server(version);
        for (request, says) in [
            (setup.request_as(&stranger, server.url("/token")), " does not accept the client certificate ("),
            (setup.request(server.url("/token")), " asks for a client certificate, which this request does not have."),
        ] {
            let error = ask(request).expect_err(says);
            assert_eq!(error.status, Status::Tls, "{version:?}: {error}");
            assert!(error.message.as_str().contains(says), "{version:?}: {error}");
        }
        assert!(server.requests().is_empty());
    }
}

fn without_tls_nothing_is_sent() {
    let setup = Setup::new();
    let server = Server::start(|_| Answer::token());
    let client = setup.clients.issue_client("client.example");
    let call = Call::start(setup.request_as(&client, server.url("/token")));
    let error = call.wait().result.as_ref().expect_err("http");
    assert_eq!(error.status, Status::InvalidArgument);
    assert_eq!(error.message.as_str(), "Mutual TLS needs an https address of the token endpoint.");
    assert_eq!((call.wait().attempts, server.connections()), (0, 0));
}

fn oidc_provider_knows_the_certificates((openssl, oidc): (OpenSsl, OidcInstallation)) {
    let setup = Setup::new();
    let server = setup.servers.issue(&["127.0.0.1"]);
    let issued = setup.clients.issue_client("client.example");
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout rsa.pem -out crt.pem -days 30 -subj /CN=self");
    openssl.run("pkcs12 -export -inkey rsa.pem -in crt.pem -out self.pfx -passout pass:secret");
    let provider = oidc.start_with(&json!({
        "tls": { "key": server.pem(), "cert": server.pem(), "ca": setup.clients.pem() },
        "clients": [
            {
                "client_id": "issued",
                "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=client.example",
                "certificate": issued.pem(),
            },
            {
                "client_id": "self-signed",
                "token_endpoint_auth_method": "self_signed_tls_client_auth",
                "certificate": openssl.text("crt.pem"),
            },
        ],
    }));
    let ask_as = |client_id: &str, request: TokenRequest| {
        ask(TokenRequest {
            client_id: client_id.into(),
            resource: OidcProvider::RESOURCE.into(),
            scope: OidcProvider::SCOPE.into(),
            ..request
        })
    };
    let by_authority = || setup.request_as(&issued, provider.token_endpoint());
    let by_itself = || TokenRequest {
        certificate_path: text(&openssl.path("self.pfx")),
        certificate_password: "secret".into(),
        mutual_tls: true,
        ..setup.request(provider.token_endpoint())
    };
    ask_as("issued", by_authority()).unwrap();
    ask_as("self-signed", by_itself()).unwrap();
    for (client_id, request) in
        [("issued", by_itself()), ("self-signed", by_authority()), ("issued", setup.request(provider.token_endpoint()))]
    {
        let error = ask_as(client_id, request).expect_err(client_id);
        assert_eq!(error.oauth.expect("an answer").error.as_str(), "invalid_client");
    }
}
