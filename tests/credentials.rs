//! Clients that authenticate by assertions: ready ones, and those that the library signs with keys and certificates.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use psoauth_test_support::{Answer, Identity, OidcInstallation, OidcProvider, OpenSsl, Server, Suite};
use psoauthhelper::{Call, ClientAuthentication, Error, Status, TokenRequest};
use serde_json::{Value, json};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const PASSWORD: &str = "sécret p@ss";

fn main() {
    Suite::new()
        .test("a_ready_assertion_goes_behind_the_fields", a_ready_assertion_goes_behind_the_fields)
        .test("an_assertion_file_is_read_at_each_call", an_assertion_file_is_read_at_each_call)
        .test("an_assertion_that_a_server_repeats_is_not_shown", an_assertion_that_a_server_repeats_is_not_shown)
        .test("each_attempt_has_an_assertion_of_its_own", each_attempt_has_an_assertion_of_its_own)
        .test("a_replaced_certificate_is_used_at_the_next_call", a_replaced_certificate_is_used_at_the_next_call)
        .with_tool("every_form_of_key_signs_what_jose_verifies", tools, every_form_of_key_signs_what_jose_verifies)
        .with_tool("every_form_of_pfx_signs_what_jose_verifies", tools, every_form_of_pfx_signs_what_jose_verifies)
        .with_tool("algorithms_follow_the_key_or_the_caller", tools, algorithms_follow_the_key_or_the_caller)
        .with_tool("oidc_provider_takes_the_assertions", tools, oidc_provider_takes_the_assertions)
        .run()
}

fn tools() -> Result<(OpenSsl, OidcInstallation), String> {
    Ok((OpenSsl::find()?, OidcInstallation::find()?))
}

fn request(endpoint: String) -> TokenRequest {
    TokenRequest { token_endpoint: endpoint.into(), client_id: "the client".into(), ..TokenRequest::new() }
}

fn text(path: &Path) -> psoauthhelper::Text {
    path.to_str().expect("a path of the tests is UTF-8").into()
}

/// The assertion that a server gets of `request`, which is given the server's endpoint.
fn assertion_of(request: TokenRequest) -> (String, String) {
    let server = Server::start(|_| Answer::token());
    let endpoint = server.url("/token?api-version=1");
    let request = TokenRequest { token_endpoint: endpoint.as_str().into(), ..request };
    Call::start(request).wait().result.as_ref().unwrap_or_else(|error| panic!("{error}"));
    let received = server.next_request();
    assert_eq!(received.field("client_assertion_type").as_deref(), Some(ASSERTION_TYPE));
    assert_eq!(received.field("client_id").as_deref(), Some("the client"));
    (received.field("client_assertion").expect("an assertion"), endpoint)
}

fn a_ready_assertion_goes_behind_the_fields() {
    let server = Server::start(|_| Answer::token());
    let mut request = TokenRequest {
        client_assertion: "aaa.bbb.ccc\r\n".into(),
        scope: "s".into(),
        // A session's setting for secrets.
        client_authentication: ClientAuthentication::Basic,
        ..request(server.url("/token"))
    };
    request.parameters.add("audience".into(), "api".into()).unwrap();
    Call::start(request).wait().result.as_ref().unwrap();
    let received = server.next_request();
    assert_eq!(received.header("authorization"), None);
    assert_eq!(
        received.text(),
        "grant_type=client_credentials&client_id=the%20client&scope=s&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A\
         client-assertion-type%3Ajwt-bearer&client_assertion=aaa.bbb.ccc&audience=api"
    );
}

fn an_assertion_file_is_read_at_each_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let from_file = || TokenRequest { client_assertion_path: text(&path), ..request(String::new()) };
    for (content, sent) in [("a.b.c\n", "a.b.c"), ("d.e.f\r\n", "d.e.f"), ("g.h.i", "g.h.i")] {
        fs::write(&path, content).unwrap();
        assert_eq!(assertion_of(from_file()).0, sent);
    }
}

fn an_assertion_that_a_server_repeats_is_not_shown() {
    let repeat = |received: &psoauth_test_support::Received| {
        let assertion = received.field("client_assertion").unwrap();
        Answer::json(
            401,
            json!({ "error": "invalid_client", "error_description": format!("bad {assertion}") }).to_string(),
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "secret-a.secret-b.secret-c").unwrap();
    let key = folder.path().join("key");
    fs::write(&key, Identity::self_signed(&["client"]).pem()).unwrap();
    for request in [
        TokenRequest { client_assertion: "secret-a.secret-b.secret-c".into(), ..request(String::new()) },
        TokenRequest { client_assertion_path: text(&path), ..request(String::new()) },
        TokenRequest { certificate_path: text(&key), ..request(String::new()) },
    ] {
        let server = Server::start(repeat);
        let call = Call::start(TokenRequest { token_endpoint: server.url("/token").into(), ..request });
        let error = call.wait().result.as_ref().expect_err("refused");
        assert!(error.message.as_str().ends_with("invalid_client: bad [redacted]"), "{error}");
    }
}

fn each_attempt_has_an_assertion_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.pem");
    fs::write(&path, Identity::self_signed(&["client"]).pem()).unwrap();
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::json(503, "{}"),
        _ => Answer::token(),
    });
    let call = Call::start(TokenRequest { certificate_path: text(&path), ..request(server.url("/token")) });
    let outcome = call.wait();
    outcome.result.as_ref().unwrap();
    assert_eq!(outcome.attempts, 2);
    let id = || claims(&server.next_request().field("client_assertion").unwrap())["jti"].as_str().unwrap().to_owned();
    let (first, second) = (id(), id());
    assert_ne!(first, second);
    assert!(first.len() == 22 && second.len() == 22, "128 bits each: {first} {second}");
}

fn a_replaced_certificate_is_used_at_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.pem");
    let mut seen = Vec::new();
    for name in ["one", "two"] {
        fs::write(&path, Identity::self_signed(&[name]).pem()).unwrap();
        let (assertion, _) = assertion_of(TokenRequest { certificate_path: text(&path), ..request(String::new()) });
        seen.push(header(&assertion)["x5t#S256"].clone());
    }
    assert_ne!(seen[0], seen[1]);
}

fn header(assertion: &str) -> Value {
    part(assertion, 0)
}

fn claims(assertion: &str) -> Value {
    part(assertion, 1)
}

fn part(assertion: &str, index: usize) -> Value {
    let part = assertion.split('.').nth(index).expect("a JWT has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Verifies the assertion of `request` with jose and checks each of its claims; returns its header.
fn verified(jose: &OidcInstallation, request: TokenRequest, pem: &str) -> Value {
    let before = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let (assertion, endpoint) = assertion_of(request);
    let (header, claims) = jose.verify(&assertion, pem).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(header["typ"], "JWT");
    assert_eq!(claims["iss"], "the client");
    assert_eq!(claims["sub"], "the client");
    assert_eq!(claims["aud"], endpoint.as_str());
    let time = |name: &str| claims[name].as_u64().unwrap_or_else(|| panic!("{name} in {claims}"));
    assert_eq!(time("exp") - time("iat"), 300);
    assert_eq!(time("nbf"), time("iat"));
    assert!((before - 30..=before + 30).contains(&time("iat")), "{claims} at {before}");
    assert_eq!(claims["jti"].as_str().map(str::len), Some(22));
    assert_eq!(claims.as_object().unwrap().len(), 7);
    header
}

fn every_form_of_key_signs_what_jose_verifies((openssl, jose): (OpenSsl, OidcInstallation)) {
    openssl.write("password", PASSWORD);
    for (key, make, algorithm) in [
        ("rsa", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem", "PS256"),
        ("p256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem", "ES256"),
        ("p384", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem", "ES384"),
    ] {
        openssl.run(make);
        openssl.run(&format!("pkey -in {key}.pem -pubout -out {key}.pub"));
        let encrypt =
            |options: &str| format!("pkcs8 -topk8 -in {key}.pem -out form.pem -passout file:password {options}");
        for (form, make, encrypted) in [
            ("PKCS#8", format!("pkey -in {key}.pem -out form.pem"), false),
            ("PKCS#1 or SEC 1", format!("pkey -in {key}.pem -traditional -out form.pem"), false),
            ("AES-256, HMAC-SHA256", encrypt("-v2 aes-256-cbc"), true),
            ("AES-192, HMAC-SHA384", encrypt("-v2 aes-192-cbc -v2prf hmacWithSHA384"), true),
            ("AES-128, HMAC-SHA512", encrypt("-v2 aes-128-cbc -v2prf hmacWithSHA512"), true),
            ("3DES, HMAC-SHA1", encrypt("-v2 des3 -v2prf hmacWithSHA1"), true),
            ("PKCS#12's 3DES", encrypt("-v1 PBE-SHA1-3DES"), true),
        ] {
            openssl.run(&make);
            let request = TokenRequest {
                private_key_path: text(&openssl.path("form.pem")),
                certificate_password: if encrypted { PASSWORD } else { "" }.into(),
                key_id: "the \"key\"".into(),
                ..request(String::new())
            };
            let header = verified(&jose, request, &openssl.text(&format!("{key}.pub")));
            assert_eq!(header, json!({ "alg": algorithm, "typ": "JWT", "kid": "the \"key\"" }), "{key} as {form}");
        }
    }
}

/// Makes `rsa.pem`, and `crt.pem` signed by itself.
fn make_certificate(openssl: &OpenSsl) {
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout rsa.pem -out crt.pem -days 30 -subj /CN=client");
    openssl.write("password", PASSWORD);
}

/// The thumbprint that openssl works out, in base64url.
fn thumbprint(openssl: &OpenSsl, hash: &str) -> String {
    openssl.run(&format!("x509 -in crt.pem -noout -fingerprint -{hash} -out fingerprint"));
    let line = openssl.text("fingerprint");
    let (_, hex) = line.trim().split_once('=').expect("a fingerprint");
    let bytes = hex.split(':').map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal"));
    URL_SAFE_NO_PAD.encode(bytes.collect::<Vec<_>>())
}

fn every_form_of_pfx_signs_what_jose_verifies((openssl, jose): (OpenSsl, OidcInstallation)) {
    make_certificate(&openssl);
    let expected = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint(&openssl, "sha256") });
    // Certificates of others around the client's own.
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout other.pem -out others.pem -days 30 -subj /CN=other");
    let export = "pkcs12 -export -inkey rsa.pem -in crt.pem -certfile others.pem -out form.pfx";
    let (given, none) = ("-passout file:password", "-passout pass:");
    for (form, options, password) in [
        ("AES-256", given, PASSWORD),
        ("RC2-40 and 3DES", "-legacy -passout file:password", PASSWORD),
        ("RC2-128", "-legacy -certpbe PBE-SHA1-RC2-128 -passout file:password", PASSWORD),
        ("3DES alone", "-descert -legacy -passout file:password", PASSWORD),
        ("HMAC-SHA1", "-macalg sha1 -passout file:password", PASSWORD),
        ("HMAC-SHA384", "-macalg sha384 -passout file:password", PASSWORD),
        ("HMAC-SHA512", "-macalg sha512 -passout file:password", PASSWORD),
        ("no check", "-nomac -passout file:password", PASSWORD),
        ("nothing encrypted", "-keypbe NONE -certpbe NONE -passout file:password", PASSWORD),
        ("no password, AES-256", none, ""),
        ("no password, 3DES", "-legacy -passout pass:", ""),
    ] {
        openssl.run(&format!("{export} {options}"));
        let request = TokenRequest {
            certificate_path: text(&openssl.path("form.pfx")),
            certificate_password: password.into(),
            ..request(String::new())
        };
        assert_eq!(verified(&jose, request, &openssl.text("crt.pem")), expected, "{form}");
    }
    // One file of PEM, in either order, the key encrypted or not.
    openssl.run("pkcs8 -topk8 -in rsa.pem -out encrypted.pem -passout file:password");
    for (parts, password) in [
        (["rsa.pem", "crt.pem", "others.pem"], ""),
        (["others.pem", "crt.pem", "rsa.pem"], ""),
        (["others.pem", "crt.pem", "encrypted.pem"], PASSWORD),
    ] {
        let path = openssl.write("form.pem", parts.map(|part| openssl.text(part)).concat());
        let request = TokenRequest {
            certificate_path: text(&path),
            certificate_password: password.into(),
            ..request(String::new())
        };
        assert_eq!(verified(&jose, request, &openssl.text("crt.pem")), expected, "{parts:?}");
    }
}

fn algorithms_follow_the_key_or_the_caller((openssl, jose): (OpenSsl, OidcInstallation)) {
    make_certificate(&openssl);
    let path = openssl.write("both.pem", format!("{}{}", openssl.text("rsa.pem"), openssl.text("crt.pem")));
    let with = |algorithm: &str| TokenRequest {
        certificate_path: text(&path),
        signing_algorithm: algorithm.into(),
        ..request(String::new())
    };
    for algorithm in ["PS256", "RS256"] {
        let header = verified(&jose, with(algorithm), &openssl.text("crt.pem"));
        let sha1 = if algorithm == "RS256" { json!(thumbprint(&openssl, "sha1")) } else { Value::Null };
        assert_eq!((&header["alg"], &header["x5t"]), (&json!(algorithm), &sha1));
        assert_eq!(header["x5t#S256"], thumbprint(&openssl, "sha256"));
    }
    // What was not signed with the key does not verify: the check above can fail.
    let (assertion, _) = assertion_of(with("PS256"));
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout other.pem -out other.crt -days 30 -subj /CN=client");
    jose.verify(&assertion, &openssl.text("other.crt")).expect_err("another key");
}

fn certificate(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { certificate_path: text(path), certificate_password: password.into(), ..request(String::new()) }
}

fn private_key(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { private_key_path: text(path), certificate_password: password.into(), ..request(String::new()) }
}

fn oidc_provider_takes_the_assertions((openssl, oidc): (OpenSsl, OidcInstallation)) {
    make_certificate(&openssl);
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
    openssl.run("pkey -in p256.pem -pubout -out p256.pub");
    openssl.run("pkcs12 -export -inkey rsa.pem -in crt.pem -out client.pfx -passout file:password");
    let method = "private_key_jwt";
    let provider = oidc.start_with(&json!({ "clients": [
        { "client_id": "rsa", "token_endpoint_auth_method": method, "certificate": openssl.text("crt.pem") },
        { "client_id": "ec", "token_endpoint_auth_method": method, "public_key": openssl.text("p256.pub") },
    ] }));
    let ask = |client_id: &str, request: TokenRequest| {
        let call = Call::start(TokenRequest {
            token_endpoint: provider.token_endpoint().into(),
            client_id: client_id.into(),
            resource: OidcProvider::RESOURCE.into(),
            scope: OidcProvider::SCOPE.into(),
            ..request
        });
        call.wait().result.as_ref().map(|token| token.expires_in).map_err(Error::clone)
    };
    let rsa = |algorithm: &str| TokenRequest {
        signing_algorithm: algorithm.into(),
        ..certificate(&openssl.path("client.pfx"), PASSWORD)
    };
    let ec = || private_key(&openssl.path("p256.pem"), "");
    for algorithm in ["", "PS256", "RS256"] {
        assert_eq!(ask("rsa", rsa(algorithm)).expect(algorithm), Some(3600));
    }
    assert_eq!(ask("ec", ec()).expect("ES256"), Some(3600));
    for (client_id, request) in [("ec", rsa("")), ("rsa", ec()), ("nobody", ec())] {
        let error = ask(client_id, request).expect_err(client_id);
        assert_eq!(error.status, Status::OAuthError);
        assert_eq!(error.oauth.expect("an answer").error.as_str(), "invalid_client");
    }
}
