//! The C# library: its xunit tests, for each framework it is built for, against servers on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use psoauth_test_support::{
    Answer, Authority, AuthorizationServer, Output, Program, Received, Server, Suite, library, tools,
};

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
    let untrusted = Server::start_tls(&Authority::new("Nobody's authority").issue(&["127.0.0.1"]), |_| Answer::token());
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
        .env("PSOAUTH_TEST_ANSWERS", answers.url(""))
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
    assert!(count.is_some_and(|count| count >= 50), "{}", output.stdout);
}

fn other_abi(compiler: &Path, folder: &Path) -> PathBuf {
    let library = folder.join(library::file_name());
    let compile = Program::new(compiler).args(["-shared", "-fPIC", "-Iinclude", "tests/c/other_abi.c", "-o"]);
    compile.arg(&library).current_dir(tools::workspace()).output().success();
    library
}

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
        "/echo" => {
            let (form, authorization) = (request.text(), request.header("authorization"));
            let echo = serde_json::json!({ "access_token": "echo", "form": form, "authorization": authorization });
            Answer::json(200, echo.to_string())
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
        "/odd-codes" => Answer::json(400, ODD_CODES),
        other => Answer::status(other.strip_prefix("/status/").and_then(|code| code.parse().ok()).unwrap_or(404)),
    }
}
