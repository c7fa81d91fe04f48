//! Files of keys, certificates and assertions that cannot be used, and what callers are told.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Answer, Authority, Identity, OpenSsl, Program, Server, Suite, tools};
use psoauthhelper::{Call, Status, Text, TokenRequest};

const PASSWORD: &str = "sécret p@ss";

fn main() {
    Suite::new()
        .test("files_that_cannot_be_used_are_explained", files_that_cannot_be_used_are_explained)
        .with_tool("keys_that_cannot_be_used_are_explained", OpenSsl::find, keys_that_cannot_be_used_are_explained)
        .with_tool("algorithms_that_do_not_fit_are_explained", OpenSsl::find, algorithms_that_do_not_fit_are_explained)
        .with_tool("passwords_that_do_not_open_are_told", OpenSsl::find, passwords_that_do_not_open_are_told)
        .with_tool("a_damaged_pfx_is_refused_whatever_the_damage", OpenSsl::find, a_damaged_pfx_is_refused)
        .with_tool("a_file_that_does_not_end_holds_nobody_up", || tools::find("mkfifo"), a_file_that_does_not_end)
        .run()
}

fn text(path: &Path) -> Text {
    path.to_str().expect("a path of the tests is UTF-8").into()
}

fn request() -> TokenRequest {
    TokenRequest {
        token_endpoint: "http://127.0.0.1:9/token".into(),
        client_id: "the client".into(),
        ..TokenRequest::new()
    }
}

fn certificate(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { certificate_path: text(path), certificate_password: password.into(), ..request() }
}

fn private_key(path: &Path, password: &str) -> TokenRequest {
    TokenRequest { private_key_path: text(path), certificate_password: password.into(), ..request() }
}

/// Checks that the request fails with a message of its path that ends so, and shows nothing else of the file.
#[track_caller]
fn explains(request: TokenRequest, path: &Path, says: &str) {
    let password = request.certificate_password.as_str().to_owned();
    let call = Call::start(request);
    let outcome = call.wait();
    let error = outcome.result.as_ref().expect_err(says);
    let message = error.message.as_str();
    assert_eq!((error.status, outcome.attempts), (Status::InvalidArgument, 0), "{message}");
    let (_, reason) = message.split_once(path.to_str().unwrap()).unwrap_or_else(|| panic!("no path: {message}"));
    assert_eq!(reason.trim(), says, "{message}");
    assert!(password.is_empty() || !message.contains(&password), "{message}");
}

/// Makes `rsa.pem`, and `crt.pem` signed by itself.
fn make_certificate(openssl: &OpenSsl) {
    openssl.run("req -x509 -newkey rsa:2048 -noenc -keyout rsa.pem -out crt.pem -days 30 -subj /CN=client");
    openssl.write("password", PASSWORD);
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

    explains(certificate(folder.path(), ""), folder.path(), "is no file.");
    let absent = folder.path().join("absent");
    explains(certificate(&absent, ""), &absent, "does not exist.");
    explains(private_key(&absent, ""), &absent, "does not exist.");
    let of_file = |path: &Path| TokenRequest { client_assertion_path: text(path), ..request() };
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

fn algorithms_that_do_not_fit_are_explained(openssl: OpenSsl) {
    openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem");
    for (key, algorithm, what, cure) in [
        ("rsa", "ES256", "an RSA key", "PS256 or RS256"),
        ("rsa", "ES384", "an RSA key", "PS256 or RS256"),
        ("p256", "PS256", "an EC key on P-256", "ES256"),
        ("p256", "ES384", "an EC key on P-256", "ES256"),
        ("p384", "RS256", "an EC key on P-384", "ES384"),
        ("p384", "ES256", "an EC key on P-384", "ES384"),
    ] {
        let path = openssl.path(format!("{key}.pem"));
        let says = format!("has {what}, which does not go with {algorithm}: use {cure}, or leave the algorithm out.");
        explains(TokenRequest { signing_algorithm: algorithm.into(), ..private_key(&path, "") }, &path, &says);
    }
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

fn a_file_that_does_not_end(mkfifo: PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    Program::new(mkfifo).arg(&path).output().success();
    // More than there are threads to read files and look up names.
    for _ in 0..40 {
        explains(certificate(&path, ""), &path, "is no file.");
        explains(TokenRequest { client_assertion_path: text(&path), ..request() }, &path, "is no file.");
    }
    explains(certificate(Path::new("/dev/zero"), ""), Path::new("/dev/zero"), "is no file.");

    let server = Server::start(|_| Answer::token());
    let pem = folder.path().join("client.pem");
    fs::write(&pem, Identity::self_signed(&["client"]).pem()).unwrap();
    let endpoint = server.url("/token").into();
    let other = Call::start(TokenRequest { token_endpoint: endpoint, ..certificate(&pem, "") });
    assert_eq!(other.wait().status(), Status::Ok);
}
