//! Clients that authenticate by assertions: ready ones, and those that the library signs with keys and certificates.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use psoauth_test_support::{Answer, Authority, Identity, Installation, OidcProvider, OpenSsl, Server, Suite};
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
        .test("files_that_cannot_be_used_are_explained", files_that_cannot_be_used_are_explained)
        .with_tool("every_form_of_key_signs_what_jose_verifies", tools, every_form_of_key_signs_what_jose_verifies)
        .with_tool("every_form_of_pfx_signs_what_jose_verifies", tools, every_form_of_pfx_signs_what_jose_verifies)
        .with_tool("algorithms_follow_the_key_or_the_caller", tools, algorithms_follow_the_key_or_the_caller)
        .with_tool("keys_that_cannot_be_used_are_explained", OpenSsl::find, keys_that_cannot_be_used_are_explained)
        .with_tool("passwords_that_do_not_open_are_told", OpenSsl::find, passwords_that_do_not_open_are_told)
        .with_tool("a_damaged_pfx_is_refused_whatever_the_damage", OpenSsl::find, a_damaged_pfx_is_refused)
        .with_tool("oidc_provider_takes_the_assertions", tools, oidc_provider_takes_the_assertions)
        .run()
}

fn tools() -> Result<(OpenSsl, Installation), String> {
    Ok((OpenSsl::find()?, Installation::find()?))
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

fn failure(request: TokenRequest) -> Error {
    let call = Call::start(request);
    let outcome = call.wait();
    let error = outcome.result.as_ref().expect_err("no token").clone();
    assert_eq!(outcome.attempts, 0, "nothing was sent: {error}");
    error
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
fn verified(jose: &Installation, request: TokenRequest, pem: &str) -> Value {
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

fn every_form_of_key_signs_what_jose_verifies((openssl, jose): (OpenSsl, Installation)) {
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

fn every_form_of_pfx_signs_what_jose_verifies((openssl, jose): (OpenSsl, Installation)) {
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

fn algorithms_follow_the_key_or_the_caller((openssl, jose): (OpenSsl, Installation)) {
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
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem");
    let rsa = "has an RSA key, which does not go with";
    explains(with("ES256"), &path, &format!("{rsa} ES256: use PS256 or RS256, or leave the algorithm out."));
    for (key, algorithm, says) in [
        (
            "p256",
            "PS256",
            "has an EC key on P-256, which does not go with PS256: use ES256, or leave the algorithm out.",
        ),
        (
            "p384",
            "ES256",
            "has an EC key on P-384, which does not go with ES256: use ES384, or leave the algorithm out.",
        ),
    ] {
        let path = openssl.path(format!("{key}.pem"));
        explains(TokenRequest { signing_algorithm: algorithm.into(), ..private_key(&path, "") }, &path, says);
    }

    // What was not signed with the key does not verify: the check above can fail.
    let (assertion, _) = assertion_of(with("PS256"));
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout other.pem -out other.crt -days 30 -subj /CN=client");
    jose.verify(&assertion, &openssl.text("other.crt")).expect_err("another key");
}

/// Checks that the request fails with a message of its path that ends so, and shows nothing else of the file.
#[track_caller]
fn explains(request: TokenRequest, path: &Path, says: &str) {
    let password = request.certificate_password.as_str().to_owned();
    let request = TokenRequest { token_endpoint: "http://127.0.0.1:9/token".into(), ..request };
    let error = failure(request);
    let message = error.message.as_str();
    assert_eq!(error.status, Status::InvalidArgument, "{message}");
    let (_, reason) = message.split_once(path.to_str().unwrap()).unwrap_or_else(|| panic!("no path: {message}"));
    assert_eq!(reason.trim(), says, "{message}");
    assert!(password.is_empty() || !message.contains(&password), "{message}");
}

fn certificate(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { certificate_path: text(path), certificate_password: password.into(), ..request(String::new()) }
}

fn private_key(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { private_key_path: text(path), certificate_password: password.into(), ..request(String::new()) }
}

fn files_that_cannot_be_used_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let (one, other) = (Identity::self_signed(&["one"]), Authority::new("other").issue(&["other"]));
    let split = |identity: &Identity| {
        let (certificate, key) = identity.pem().split_once("-----BEGIN PRIVATE KEY").expect("both");
        (certificate.to_owned(), format!("-----BEGIN PRIVATE KEY{key}"))
    };
    let ((certificate_alone, key_alone), (_, other_key)) = (split(&one), split(&other));

    let absent = folder.path().join("absent");
    explains(certificate(&absent, ""), &absent, "does not exist.");
    explains(private_key(&absent, ""), &absent, "does not exist.");
    let of_file = |path: &Path| TokenRequest { client_assertion_path: text(path), ..request(String::new()) };
    explains(of_file(&absent), &absent, "does not exist.");
    let large = write("large", &vec![b'a'; (1 << 20) + 1]);
    explains(certificate(&large, ""), &large, "is larger than 1048576 bytes.");
    explains(of_file(&large), &large, "is larger than 65536 bytes.");
    for (name, content) in
        [("empty", &b"\n"[..]), ("spaced", b"a.b.c d.e.f"), ("utf16", b"\xff\xfea\0.\0"), ("html", b"<p>")]
    {
        let path = write(name, content);
        explains(of_file(&path), &path, "holds no JWT: that is one line of base64url and dots.");
        explains(certificate(&path, ""), &path, "is neither PEM nor PFX.");
    }
    let damaged = write("damaged", one.pem().replace("MI", "MJ").as_bytes());
    explains(certificate(&damaged, ""), &damaged, "is damaged, or is something else than it seems.");
    let path = write("certificate", certificate_alone.as_bytes());
    let says = "has a certificate, but no private key. Put both into one file, or export the PFX with its key.";
    explains(certificate(&path, ""), &path, says);
    explains(private_key(&path, ""), &path, says);
    let path = write("key", key_alone.as_bytes());
    explains(certificate(&path, ""), &path, "has a private key, but no certificate. Put both into one file.");
    let path = write("nothing", b"-----BEGIN X509 CRL-----\nAQID\n-----END X509 CRL-----\n");
    explains(certificate(&path, ""), &path, "has no private key.");
    let path = write("mismatch", format!("{certificate_alone}{other_key}").as_bytes());
    explains(certificate(&path, ""), &path, "has a certificate and a private key that do not belong together.");
    let path = write("two", format!("{key_alone}{other_key}").as_bytes());
    explains(private_key(&path, ""), &path, "has several private keys. Give a file with one.");
    let path = folder.path().to_owned();
    let error = failure(TokenRequest { token_endpoint: "http://127.0.0.1:9/".into(), ..certificate(&path, "") });
    assert_eq!(error.status, Status::InvalidArgument);
    assert!(error.message.as_str().contains(path.to_str().unwrap()), "{error}");
}

fn keys_that_cannot_be_used_are_explained(openssl: OpenSsl) {
    let at = |name: &str| openssl.path(name);
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
    for (make, says) in [
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key.pem",
            "has an RSA key of 1024 bits, which is too short: at least 2048 can be used.",
        ),
        (
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out key.pem",
            "has an RSA key with a public exponent below 65537, which is not safe.",
        ),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out key.pem",
            "has an EC key on the curve 1.3.132.0.35. Use a key on P-256 or P-384, or an RSA key.",
        ),
        (
            "genpkey -algorithm ED25519 -out key.pem",
            "has a private key of the type 1.3.101.112. Use an RSA key, or an EC key on P-256 or P-384.",
        ),
        (
            "ec -in p256.pem -no_public -out key.pem",
            "has an EC key that is damaged or lacks its public half. Write it anew with 'openssl pkey'.",
        ),
    ] {
        openssl.run(make);
        explains(private_key(&at("key.pem"), ""), &at("key.pem"), says);
    }
    openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
    openssl.run("rsa -in rsa.pem -traditional -aes256 -passout pass:secret -out old.pem");
    explains(
        private_key(&at("old.pem"), "secret"),
        &at("old.pem"),
        "has a private key in OpenSSL's old encryption (Proc-Type: 4,ENCRYPTED). Convert it with 'openssl pkcs8 -topk8'.",
    );
    openssl.run("pkcs8 -topk8 -in rsa.pem -out scrypt.pem -scrypt -passout pass:secret");
    explains(
        private_key(&at("scrypt.pem"), "secret"),
        &at("scrypt.pem"),
        "uses the key derivation 1.3.6.1.4.1.11591.4.11, which is not supported.",
    );
}

fn passwords_that_do_not_open_are_told(openssl: OpenSsl) {
    make_certificate(&openssl);
    let export = |name: &str, options: &str| {
        openssl.run(&format!("pkcs12 -export -inkey rsa.pem -in crt.pem -out {name} {options} -passout file:password"));
    };
    export("new.pfx", "-macalg sha256");
    export("old.pfx", "-legacy");
    export("plain.pfx", "-keypbe NONE -certpbe NONE");
    export("unchecked.pfx", "-nomac -iter 1");
    openssl.run("pkcs8 -topk8 -in rsa.pem -out encrypted.pem -iter 1 -passout file:password");
    for name in ["new.pfx", "old.pfx", "plain.pfx", "unchecked.pfx", "encrypted.pem"] {
        let path = openssl.path(name);
        let with = |password: &str| match name.ends_with("pem") {
            true => private_key(&path, password),
            false => certificate(&path, password),
        };
        explains(with(""), &path, "is encrypted, and the request gives no password for it.");
        // One password in 256 leaves what looks whole at its end: where nothing but that is checked, there are many.
        let many = if matches!(name, "unchecked.pfx" | "encrypted.pem") { 1500 } else { 1 };
        for number in 0..many {
            let wrong = with(&format!("hunter2-{number}"));
            explains(wrong, &path, "does not open with the password given: it is wrong.");
        }
    }
}

fn a_damaged_pfx_is_refused(openssl: OpenSsl) {
    make_certificate(&openssl);
    let server = Server::start(|_| Answer::token());
    // Few rounds, for there are many files; no check, so that the damage reaches what is behind it.
    for options in ["-legacy -nomac", "-nomac", "-keypbe NONE -certpbe NONE", ""] {
        let make = "pkcs12 -export -inkey rsa.pem -in crt.pem -out whole.pfx -iter 1 -passout file:password";
        openssl.run(format!("{make} {options}").trim_end());
        let whole = fs::read(openssl.path("whole.pfx")).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x41;
            for (damage, must_fail) in [(&whole[..at], true), (&flipped[..], false)] {
                let path = openssl.write("damaged.pfx", damage);
                let endpoint = server.url("/token").into();
                let call = Call::start(TokenRequest { token_endpoint: endpoint, ..certificate(&path, PASSWORD) });
                let status = call.wait().status();
                // Where the damage hits nothing of use, the key is good.
                let expected = status == Status::InvalidArgument || (status == Status::Ok && !must_fail);
                assert!(expected, "{options}, {at} of {}: {:?}", whole.len(), call.outcome());
            }
        }
    }
}

fn oidc_provider_takes_the_assertions((openssl, oidc): (OpenSsl, Installation)) {
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
