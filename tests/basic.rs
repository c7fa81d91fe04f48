//! Clients that authenticate by HTTP Basic (RFC 6749 section 2.3.1), at a server that is not ours and decodes as the RFC
//! says.

use psoauth_test_support::{DjangoInstallation, DjangoOAuthToolkit, Suite};
use psoauthhelper::{Call, ClientAuthentication, Status, TokenRequest};

/// Ids and secrets whose encoding could go wrong.
const CLIENTS: [(&str, &str); 9] = [
    ("plain", "secret"),
    ("with:colon", "and:another:"),
    ("per%cent", "%41%2B%"),
    ("p+lus", "a+b +"),
    ("a space", " around "),
    ("schlüssel-日本", "gehëim🔑"),
    ("unreserved-._~", "-._~!*'()"),
    ("a&b=c", "&client_id=plain&x=\"\\/?#[]@"),
    ("e-mail@contoso.com", "é%C3%A9"),
];

fn main() {
    Suite::new()
        .with_tool("every_id_and_secret_arrives_encoded", DjangoInstallation::find, arrives_encoded)
        .with_tool("raw_values_arrive_where_nothing_is_decoded", DjangoInstallation::find, arrives_raw)
        .with_tool("every_id_and_secret_arrives_in_the_body", DjangoInstallation::find, arrives_in_the_body)
        .with_tool("another_secret_is_refused", DjangoInstallation::find, another_secret_is_refused)
        .run()
}

/// How asking for a token in this way ends.
fn ask(server: &DjangoOAuthToolkit, way: ClientAuthentication, (id, secret): (&str, &str)) -> Status {
    let call = Call::start(TokenRequest {
        token_endpoint: server.token_endpoint().into(),
        client_id: id.into(),
        client_secret: secret.into(),
        client_authentication: way,
        max_retries: 0,
        ..TokenRequest::new()
    });
    let outcome = call.wait();
    if let Ok(token) = &outcome.result {
        assert_eq!((token.expires_in, token.scope.as_ref().map(|scope| scope.as_str())), (Some(3600), Some("read")));
    }
    if let Err(error) = &outcome.result {
        let oauth = error.oauth.as_ref().map(|oauth| oauth.error.as_str());
        assert!(error.status != Status::OAuthError || oauth == Some("invalid_client"), "{id}: {error}");
    }
    outcome.status()
}

fn arrives_encoded(installation: DjangoInstallation) {
    let server = installation.start(&CLIENTS);
    for client in CLIENTS {
        assert_eq!(ask(&server, ClientAuthentication::Basic, client), Status::Ok, "{client:?}");
    }
}

fn arrives_raw(installation: DjangoInstallation) {
    let server = installation.start(&CLIENTS);
    for client in CLIENTS {
        let (id, secret) = client;
        // This server decodes whatever it gets: a raw plus sign is a space to it.
        let expected = match (id.contains(':'), id.contains(['%', '+']) || secret.contains(['%', '+'])) {
            (true, _) => Status::InvalidArgument,
            (false, true) => Status::OAuthError,
            (false, false) => Status::Ok,
        };
        assert_eq!(ask(&server, ClientAuthentication::BasicRaw, client), expected, "{client:?}");
    }
}

fn arrives_in_the_body(installation: DjangoInstallation) {
    let server = installation.start(&CLIENTS);
    for client in CLIENTS {
        assert_eq!(ask(&server, ClientAuthentication::Body, client), Status::Ok, "{client:?}");
    }
}

fn another_secret_is_refused(installation: DjangoInstallation) {
    let server = installation.start(&CLIENTS);
    for way in [ClientAuthentication::Basic, ClientAuthentication::BasicRaw, ClientAuthentication::Body] {
        for client in [("plain", "Secret"), ("plain", "secret "), ("nobody", "secret"), ("plain", "secret%00")] {
            assert_eq!(ask(&server, way, client), Status::OAuthError, "{client:?}");
        }
    }
}
