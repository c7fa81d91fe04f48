//! The C# library: its xunit tests, for each framework it is built for, against servers on this machine.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use psoauth_test_support::{
    Answer, Authority, AuthorizationServer, Output, Program, Received, Server, Suite, library, tools,
};
use ring::{digest, signature};
use serde_json::{Value, json};

const CLIENT: (&str, &str) = ("the client", "s3cr+t value/&=é");
const USER: (&str, &str) = ("jane@contoso.com", "pa55 w+rd");

/// What Entra cannot send but others might: only whole numbers are codes, and only in the object itself.
const ODD_CODES: &str =
    r#"{"error":"odd","error_codes":["no",1.5,7,{"a":9},[8],null],"2":{"error_codes":[3]},"other":[4]}"#;

fn main() {
    Suite::new()
        .with_tool("csharp_on_net10", needs, |tools| xunit(&tools, "net10.0"))
        .with_tool("csharp_on_netstandard2_0", needs, |tools| xunit(&tools, "netstandard2.0"))
        .run();
}

/// The .NET SDK and a C compiler, which makes a library of another ABI version.
fn needs() -> Result<(PathBuf, PathBuf), String> {
    Ok((tools::dotnet()?, tools::c_compiler()?))
}

fn xunit((dotnet, compiler): &(PathBuf, PathBuf), framework: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let known = AuthorizationServer::builder().client(CLIENT.0, CLIENT.1).user(USER.0, USER.1);
    let endpoint = known.start();
    let silent = Server::start(|_| Answer::nothing().hold());
    let authority = Authority::new("Nobody's authority");
    let untrusted = Server::start_tls(&authority.issue(&["127.0.0.1"]), |_| Answer::token());
    let (clients, client) = (Authority::new("clients"), folder.path().join("client.pem"));
    std::fs::write(&client, clients.issue_client("the client").pem()).expect("the folder can be written");
    authority.write_pem(&folder.path().join("authority.pem"));
    let mutual = Server::start_tls(&authority.issue(&["127.0.0.1"]).for_clients_of(&clients), |_| Answer::token());
    let answers = Server::start(answer);
    let native = library::path().parent().expect("a folder").to_owned();

    let output = Program::new(dotnet)
        .args(["test", "tests/csharp/PSOAuthHelper.Tests.csproj", "--artifacts-path"])
        .arg(folder.path().join("artifacts"))
        .arg(format!("-p:PSOAuthNativeFolder={}", native.display()))
        .arg(format!("-p:LibraryFramework={framework}"))
        .env("PSOAUTH_TEST_ENDPOINT", endpoint.url("/token"))
        .env("PSOAUTH_TEST_CLIENT_ID", CLIENT.0)
        .env("PSOAUTH_TEST_CLIENT_SECRET", CLIENT.1)
        .env("PSOAUTH_TEST_USERNAME", USER.0)
        .env("PSOAUTH_TEST_PASSWORD", USER.1)
        .env("PSOAUTH_TEST_SILENT", silent.url("/token"))
        .env("PSOAUTH_TEST_UNTRUSTED", untrusted.url("/token"))
        .env("PSOAUTH_TEST_AUTHORITY", folder.path().join("authority.pem"))
        .env("PSOAUTH_TEST_MUTUAL_TLS", mutual.url("/token"))
        .env("PSOAUTH_TEST_CLIENT_CERTIFICATE", client)
        .env("PSOAUTH_TEST_ANSWERS", answers.url(""))
        .env("IDENTITY_ENDPOINT", answers.url("/identity"))
        .env("IDENTITY_HEADER", "the identity's secret")
        .env("PSOAUTH_TEST_OTHER_ABI", other_abi(compiler, folder.path()))
        .current_dir(tools::workspace())
        .deadline(Duration::from_secs(300))
        .output();
    assert_passed(&output.success());
}

/// A run that found no test would also end well.
fn assert_passed(output: &Output) {
    let passed = output.stdout.lines().find_map(|line| line.split("Passed:").nth(1));
    let count = passed.and_then(|rest| rest.trim().split([',', ' ']).next()?.parse::<u32>().ok());
    assert!(count.is_some_and(|count| count >= 75), "{}", output.stdout);
}

fn other_abi(compiler: &Path, folder: &Path) -> PathBuf {
    let library = folder.join(library::file_name());
    let compile = Program::new(compiler).args(["-shared", "-fPIC", "-Iinclude", "tests/c/other_abi.c", "-o"]);
    compile.arg(&library).current_dir(tools::workspace()).output().success();
    library
}

/// What was asked for once already.
static FIRST: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The path chooses the answer, as tests/csharp/TestServer.cs lists.
fn answer(request: &Received) -> Answer {
    match request.target.as_str() {
        "/status/429" => Answer::status(429).header("Retry-After", "7"),
        "/html" => {
            Answer::raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<html></html>\n")
        }
        "/redirect" => Answer::status(307).header("Location", "/token"),
        "/large" => Answer::json(200, " ".repeat(2 << 20)),
        "/close" => Answer::nothing().close(),
        "/bare" => Answer::json(200, r#"{"access_token":"bare"}"#),
        "/long-lived" => {
            Answer::json(200, r#"{"access_token":"t","expires_in":253402300799,"expires_on":253402300799}"#)
        }
        "/echo" | "http://login.example/echo" | "/contoso.com/oauth2/v2.0/token" => echo(request),
        "/assertion" => match check_assertion(request) {
            Ok(checked) => Answer::json(200, checked.to_string()),
            Err(why) => Answer::json(401, json!({ "error": "invalid_client", "error_description": why }).to_string()),
        },
        "/.well-known/oauth-authorization-server/issuer" => {
            let issuer = format!("http://{}/issuer", request.header("host").unwrap_or_default());
            let endpoint = format!("http://{}/assertion", request.header("host").unwrap_or_default());
            Answer::json(200, json!({ "issuer": issuer, "token_endpoint": endpoint }).to_string())
        }
        "/repeat" => {
            let secret = request.field("client_secret").unwrap_or_default();
            let repeat = serde_json::json!({
                "error": "invalid_client",
                "error_description": format!("not {secret}!"),
                "error_uri": format!("https://e.example/?{secret}"),
            });
            Answer::json(401, repeat.to_string())
        }
        "/long-refusal" => Answer::json(400, format!(r#"{{"error":"long","x":"{}"}}"#, "x".repeat(900_000))),
        "/odd-codes" => Answer::json(400, ODD_CODES),
        identity if identity.starts_with("/identity?") => {
            let token = json!({ "access_token": "identity", "expires_on": "4102444800", "target": identity });
            match request.header("x-identity-header") {
                Some("the identity's secret") => Answer::json(200, token.to_string()),
                _ => Answer::status(401),
            }
        }
        throttled if throttled.starts_with("/throttled/") => {
            match FIRST.lock().expect("no panic").insert(throttled.into()) {
                true => Answer::status(429).header("Retry-After", "0"),
                false => Answer::token(),
            }
        }
        other => Answer::status(other.strip_prefix("/status/").and_then(|code| code.parse().ok()).unwrap_or(404)),
    }
}

fn echo(request: &Received) -> Answer {
    let echo = json!({
        "access_token": "echo",
        "form": request.text(),
        "authorization": request.header("authorization"),
        "proxy_authorization": request.header("proxy-authorization"),
        "user_agent": request.header("user-agent"),
    });
    Answer::json(200, echo.to_string())
}

/// Verifies an assertion by ring, with the key that the request names beside it, and looks at every claim.
fn check_assertion(request: &Received) -> Result<Value, String> {
    let field = |name: &str| request.field(name).ok_or(format!("no {name}"));
    let assertion = field("client_assertion")?;
    let (content, signed) = assertion.rsplit_once('.').ok_or("no JWT")?;
    let (header, claims) = content.split_once('.').ok_or("no JWT")?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|error| error.to_string());
    let read = |part: &str| serde_json::from_slice(&decode(part)?).map_err(|error| error.to_string());
    let (header, claims): (Value, Value) = (read(header)?, read(claims)?);

    let algorithm: &dyn signature::VerificationAlgorithm = match header["alg"].as_str() {
        Some("PS256") => &signature::RSA_PSS_2048_8192_SHA256,
        Some("RS256") => &signature::RSA_PKCS1_2048_8192_SHA256,
        Some("ES256") => &signature::ECDSA_P256_SHA256_FIXED,
        Some("ES384") => &signature::ECDSA_P384_SHA384_FIXED,
        other => return Err(format!("alg is {other:?}")),
    };
    let key = STANDARD.decode(field("public_key")?).map_err(|error| error.to_string())?;
    let verified = signature::UnparsedPublicKey::new(algorithm, key).verify(content.as_bytes(), &decode(signed)?);
    verified.map_err(|_| "the signature is not of this key")?;

    let certificate = STANDARD.decode(field("certificate")?).map_err(|error| error.to_string())?;
    let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate);
    let sha1 = if header["alg"] == "RS256" { json!(URL_SAFE_NO_PAD.encode(sha1)) } else { Value::Null };
    let sha256 = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &certificate));
    let here = format!("http://{}{}", request.header("host").unwrap_or_default(), request.target);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let issued = claims["iat"].as_u64().ok_or("no iat")?;
    let client = field("client_id")?;
    for (right, what) in [
        (header["typ"] == "JWT", "typ"),
        (header["x5t"] == sha1, "x5t"),
        (header["x5t#S256"] == sha256, "x5t#S256"),
        (claims["iss"] == client && claims["sub"] == client, "iss and sub"),
        (claims["aud"] == here || claims["aud"] == here.replace("/assertion", "/issuer"), "aud"),
        (claims["nbf"] == issued && claims["exp"] == issued + 300, "nbf and exp"),
        // Dated back by half a minute, and sent within another one.
        ((now - 90..=now - 20).contains(&issued), "iat"),
        (claims["jti"].as_str().is_some_and(|id| id.len() == 22), "jti"),
        (claims.as_object().is_some_and(|claims| claims.len() == 7), "the number of claims"),
    ] {
        if !right {
            return Err(format!("{what} is wrong in {header} {claims}"));
        }
    }
    let token = format!("token-{}", claims["jti"].as_str().unwrap_or_default());
    Ok(
        json!({ "access_token": token, "expires_in": 3600, "alg": header["alg"], "kid": header["kid"], "aud": claims["aud"] }),
    )
}
