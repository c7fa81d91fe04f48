//! Get-PSOAuthToken: its credentials, its errors and what it shows; and ConvertFrom-JsonWebToken.

use std::collections::HashSet;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use psoauth_test_support::{Answer, Identity, OidcInstallation, OidcProvider, OpenSsl, Received, Server, Suite, tools};
use serde_json::{Value, json};

use crate::session::{CLIENT_ID, CLIENT_SECRET, Session, server};

const PASSWORD: &str = "s\u{e9}cret p@ss";
const ASSERTION: &str = "ready.asser.tion";
const IDENTITY_HEADER: &str = "the-header-of-the-identity";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const METADATA: &str = "/.well-known/openid-configuration";

pub fn add(suite: Suite) -> Suite {
    let openssl = || Ok::<_, String>((tools::pwsh()?, OpenSsl::find()?));
    let jose = || Ok::<_, String>((tools::pwsh()?, OpenSsl::find()?, OidcInstallation::find()?));
    suite
        .with_tool("every_credential_is_sent_as_what_it_is", openssl, |(pwsh, openssl)| {
            credentials(&Session::new(&pwsh), &openssl);
        })
        .with_tool("a_key_that_stays_in_net_signs_what_jose_verifies", jose, |(pwsh, openssl, jose)| {
            certificates(&Session::new(&pwsh), &openssl, &jose);
        })
        .with_tool("errors_of_a_token_are_those_of_a_cmdlet", tools::pwsh, |pwsh| errors(&Session::new(&pwsh)))
        .with_tool("the_default_view_shows_no_token", tools::pwsh, |pwsh| view(&Session::new(&pwsh)))
        .with_tool("tokens_are_read_and_not_verified", tools::pwsh, |pwsh| {
            Session::new(&pwsh).run("json-web-token.ps1", &[]);
        })
}

/// A server that gives a token to whoever asks, and names itself as an issuer.
pub fn generous() -> Server {
    Server::start(|request| match request.target.as_str() {
        METADATA => {
            let issuer = format!("http://{}", request.header("host").expect("HTTP 1.1"));
            let metadata = json!({ "issuer": issuer, "token_endpoint": format!("{issuer}/discovered/token") });
            Answer::json(200, metadata.to_string())
        }
        _ => Answer::token(),
    })
}

fn credentials(session: &Session, openssl: &OpenSsl) {
    make_keys(openssl);
    let server = generous();
    session.write("client.pem", Identity::self_signed(&["client"]).pem());
    session.write("assertion.txt", ASSERTION);
    for name in ["rsa.pfx", "encrypted.pem"] {
        fs::copy(openssl.path(name), session.folder().join(name)).expect("openssl wrote it");
    }
    let parameters = [
        ("Origin", server.url("")),
        ("Files", session.folder().display().to_string()),
        ("ClientId", CLIENT_ID.to_owned()),
        ("ClientSecret", CLIENT_SECRET.to_owned()),
        ("Password", PASSWORD.to_owned()),
        ("Assertion", ASSERTION.to_owned()),
    ];
    let program = session.script("token.ps1", &parameters.each_ref().map(|(name, value)| (*name, value.as_str())));
    program
        .env("IDENTITY_ENDPOINT", server.url("/msi/token"))
        .env("IDENTITY_HEADER", IDENTITY_HEADER)
        .output()
        .success();

    let requests = server.requests();
    let mut requests = requests.iter().map(|request| &**request);
    let mut next = || requests.next().expect("the script makes as many requests as are looked at");
    let secret = "client_secret=Vja%2FVmdxaLOPR%2Balkjfsadffelkjlfw234522%3D";
    let client = format!("grant_type=client_credentials&client_id={CLIENT_ID}");
    for target in ["/token?api-version=1", "/contoso.com/oauth2/v2.0/token", "/contoso.com/oauth2/token"] {
        let request = next();
        assert_eq!((request.target.as_str(), request.text()), (target, &*format!("{client}&{secret}&scope=a%20b%20c")));
    }
    assert_eq!(next().target, METADATA);
    let discovered = next();
    assert_eq!(discovered.target, "/discovered/token");
    assert_eq!(
        discovered.text(),
        format!(
            "{client}&{secret}&resource=r&scope=s&audience=one&audience=two&claims=%7B%7D&max_age=5&note=hidden&force=true"
        )
    );
    assert_eq!(next().text(), format!("{client}&{secret}&scope=s"), "a credential is a client id and its secret");

    let certificate = assertion(next());
    assert_eq!(certificate.0["alg"], "ES256");
    assert!(certificate.0["x5t#S256"].is_string(), "{}", certificate.0);
    let pfx = assertion(next());
    assert_eq!((&pfx.0["alg"], &pfx.0["kid"]), (&json!("RS256"), &json!("the key")));
    let key = assertion(next());
    assert_eq!((&key.0["alg"], &key.0["kid"]), (&json!("ES256"), &json!("the key")));
    assert_eq!(key.1["iss"], CLIENT_ID);
    for ready in ["ready.asser.tion", "ready.asser.tion", "a.second.one"] {
        let request = next();
        assert_eq!(request.field("client_assertion").as_deref(), Some(ready));
        assert_eq!(request.field("client_assertion_type").as_deref(), Some(ASSERTION_TYPE));
    }
    for query in ["", "&client_id=of-the-identity", "&principal_id=object", "&mi_res_id=resource"] {
        let request = next();
        assert_eq!(
            request.target,
            format!("/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net{query}")
        );
        assert_eq!(request.header("x-identity-header"), Some(IDENTITY_HEADER));
    }
    assert!(requests.next().is_none());
}

/// Keys and certificates: rsa.pfx, p256.pfx and p384.pfx with `PASSWORD`, the certificates beside them, and a P-256 key
/// that is encrypted with it.
fn make_keys(openssl: &OpenSsl) {
    openssl.write("password", PASSWORD);
    for (name, key) in [
        ("rsa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ] {
        openssl.run(&format!("genpkey {key} -out {name}.pem"));
        openssl.run(&format!("req -x509 -key {name}.pem -subj /CN={name} -days 2 -out {name}.crt"));
        openssl.run(&format!("pkcs12 -export -inkey {name}.pem -in {name}.crt -out {name}.pfx -passout file:password"));
    }
    openssl.run("pkcs8 -topk8 -in p256.pem -out encrypted.pem -passout file:password");
}

/// Header and claims of a request's assertion.
fn assertion(request: &Received) -> (Value, Value) {
    let assertion = request.field("client_assertion").unwrap_or_else(|| panic!("{}", request.text()));
    let mut parts = assertion.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url"));
    let mut part = || serde_json::from_slice(&parts.next().expect("a JWT has three parts")).expect("JSON");
    (part(), part())
}

fn certificates(session: &Session, openssl: &OpenSsl, jose: &OidcInstallation) {
    make_keys(openssl);
    let server = Server::start(|_| Answer::token());
    let endpoint = server.url("/token");
    let method = "private_key_jwt";
    let clients = ["rsa", "p256"].map(|name| {
        json!({ "client_id": name, "token_endpoint_auth_method": method, "certificate": openssl.text(&format!("{name}.crt")) })
    });
    let provider = jose.start_with(&json!({ "clients": clients }));
    let parameters = [
        ("TokenEndpoint", endpoint.as_str()),
        ("Files", &openssl.path("").display().to_string()),
        ("Password", PASSWORD),
        ("Issuer", provider.issuer()),
        ("ProviderEndpoint", &provider.token_endpoint()),
        ("Resource", OidcProvider::RESOURCE),
        ("Scope", OidcProvider::SCOPE),
    ];
    session.run("certificate.ps1", &parameters);

    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is past 1970").as_secs();
    let mut ids = HashSet::new();
    let signed = [("rsa", "PS256"), ("rsa", "RS256"), ("p256", "ES256"), ("p384", "ES384"), ("rsa", "PS256")];
    let requests = server.requests();
    assert_eq!(requests.len(), signed.len());
    for ((name, algorithm), request) in signed.into_iter().zip(requests) {
        let sent = request.field("client_assertion").expect("an assertion");
        let (header, claims) = jose.verify(&sent, &openssl.text(&format!("{name}.crt"))).expect(algorithm);
        assert_eq!(header["alg"], algorithm);
        assert_eq!(header["typ"], "JWT");
        assert_eq!(header["x5t#S256"].as_str().map(str::len), Some(43));
        assert_eq!(header["x5t"].as_str().map(str::len), (algorithm == "RS256").then_some(27));
        assert_eq!(header.get("kid"), (algorithm == "ES384").then_some(&json!("the key")));
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("the \"client\""), &json!("the \"client\"")));
        assert_eq!(claims["aud"], endpoint.as_str());
        let time = |name: &str| claims[name].as_u64().unwrap_or_else(|| panic!("{name} in {claims}"));
        assert_eq!((time("exp") - time("iat"), time("nbf")), (300, time("iat")));
        assert!((now - 90..=now).contains(&time("iat")), "{claims} at {now}");
        ids.insert(claims["jti"].to_string());
    }
    assert_eq!(ids.len(), signed.len(), "each has an id of its own");
}

/// A server that repeats what it was sent.
fn errors(session: &Session) {
    let echo = Server::start(|request| {
        let names = ["client_secret", "client_assertion", "note"];
        let sent = names.map(|name| request.field(name).unwrap_or_default()).join(" ");
        let object = json!({ "error": "invalid_client", "error_description": format!("not {sent}!"), "error_codes": [7_000_215] });
        Answer::json(401, object.to_string())
    });
    session.run("token-errors.ps1", &[("EchoEndpoint", &echo.url("/token"))]);
}

fn view(session: &Session) {
    let server = server();
    let endpoint = server.url("/contoso.com/oauth2/token");
    let client = [("TokenEndpoint", endpoint.as_str()), ("ClientId", CLIENT_ID), ("ClientSecret", CLIENT_SECRET)];
    let output = session.script("token-view.ps1", &client).output().success();
    let shown = output.stdout;
    assert_eq!(server.granted(), 2);
    assert!(
        shown.contains("Bearer") && shown.contains("https://resource.example") && shown.contains("3599"),
        "{shown}"
    );
    assert!(!shown.contains("access-token-"), "{shown}");
}
