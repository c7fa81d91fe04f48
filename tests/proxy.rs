//! The proxy that a request names, and the user agent on the way. Where the environment's proxies take part, a child
//! asks: this program itself.

use std::env;
use std::net::{Ipv6Addr, TcpStream};

use psoauth_test_support::{Answer, Authority, Program, Proxy, Server, Suite, Unreachable};
use psoauthhelper::{Call, Status, TokenRequest};

const ASK: &str = "--ask";
const ENDPOINT: &str = "https://login.example.com/token";
const PASSWORD: &str = "pass:word/hunter2";

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, arguments)) if first == ASK => ask(arguments),
        _ => suite().run(),
    }
}

fn suite() -> Suite {
    Suite::new()
        .test("a_named_proxy_is_used", a_named_proxy_is_used)
        .test("a_named_proxy_comes_before_the_environments", a_named_proxy_comes_before_the_environments)
        .with_tool("none_goes_past_the_environments_proxies", mapped_loopback, none_goes_past_the_environments_proxies)
        .test("this_machine_is_reached_directly", this_machine_is_reached_directly)
        .test("a_proxy_may_take_plain_http", a_proxy_may_take_plain_http)
        .test("a_proxy_may_speak_tls", a_proxy_may_speak_tls)
        .test("what_a_proxy_refuses_is_explained", what_a_proxy_refuses_is_explained)
        .alone("clients_with_other_credentials_do_not_meet", clients_with_other_credentials_do_not_meet)
}

/// The child: endpoint, proxy and file of authorities; it prints the token or the message.
fn ask(arguments: &[String]) {
    let [endpoint, proxy, authorities] = arguments else { panic!("three arguments") };
    let request = TokenRequest {
        token_endpoint: endpoint.as_str().into(),
        allow_http: true,
        proxy: proxy.as_str().into(),
        certificate_authority_path: authorities.as_str().into(),
        ..request()
    };
    match &Call::start(request).wait().result {
        Ok(token) => println!("{}", token.access_token.as_str()),
        Err(error) => println!("{error}"),
    }
}

fn request() -> TokenRequest {
    TokenRequest {
        token_endpoint: ENDPOINT.into(),
        client_id: "client".into(),
        client_secret: "secret".into(),
        max_retries: 0,
        ..TokenRequest::new()
    }
}

fn through(proxy: &Proxy) -> TokenRequest {
    TokenRequest { proxy: proxy.url().into(), ..request() }
}

/// A server for ENDPOINT, and the file that makes it trusted.
fn login(folder: &tempfile::TempDir) -> (Server, String) {
    let authority = Authority::new("Contoso Root");
    let file = folder.path().join("roots.pem");
    authority.write_pem(&file);
    let server = Server::start_tls(&authority.issue(&["login.example.com"]), |_| Answer::token());
    (server, file.to_str().expect("UTF-8").to_owned())
}

fn succeeds(request: TokenRequest) {
    let call = Call::start(request);
    assert_eq!(call.wait().result.as_ref().expect("a token").access_token.as_str(), "token");
}

fn failure(request: TokenRequest) -> (Status, String) {
    let call = Call::start(request);
    let error = call.wait().result.as_ref().expect_err("no token");
    (error.status, error.message.as_str().to_owned())
}

fn a_named_proxy_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, roots) = login(&folder);
    let proxy = Proxy::builder().route("login.example.com:443", server.address()).credentials("üser", PASSWORD).start();
    succeeds(TokenRequest {
        proxy_username: "üser".into(),
        proxy_password: PASSWORD.into(),
        certificate_authority_path: roots.into(),
        user_agent: "Contoso/1.0".into(),
        ..through(&proxy)
    });
    assert_eq!(proxy.targets(), ["login.example.com:443"]);
    let connect = proxy.server().next_request();
    assert_eq!(connect.header("user-agent"), Some("Contoso/1.0"));
    let received = server.next_request();
    assert_eq!((received.header("proxy-authorization"), received.header("user-agent")), (None, Some("Contoso/1.0")));
}

fn a_named_proxy_comes_before_the_environments() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, roots) = login(&folder);
    let proxy = Proxy::builder().route("login.example.com:443", server.address()).start();
    let other = Proxy::builder().start();
    let output = Program::new(env::current_exe().expect("a program knows where it lies"))
        .args([ASK, ENDPOINT, &proxy.url(), &roots])
        .env("HTTPS_PROXY", other.url())
        .env("ALL_PROXY", other.url())
        .env("NO_PROXY", "*")
        .output()
        .success();
    assert_eq!(output.stdout.trim(), "token");
    assert_eq!((proxy.targets().len(), other.targets().len()), (1, 0));
}

/// Whether 127.0.0.1 can be reached by an address that is not taken for loopback's.
fn mapped_loopback() -> Result<(), String> {
    let server = Server::start_raw(drop);
    let address = (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1), server.port());
    TcpStream::connect(address).map(drop).map_err(|error| format!("::ffff:127.0.0.1 is not reached here: {error}"))
}

fn none_goes_past_the_environments_proxies(_: ()) {
    let server = Server::start(|_| Answer::token());
    let refusing = Proxy::builder().refuse(403).start();
    let endpoint = format!("http://[::ffff:127.0.0.1]:{}/token", server.port());
    let ask = |proxy: &str| {
        let program = Program::new(env::current_exe().expect("a program knows where it lies"));
        let program = program.env("HTTP_PROXY", refusing.url()).env("ALL_PROXY", refusing.url());
        program.args([ASK, &endpoint, proxy, ""]).output().success().stdout
    };
    assert_eq!(ask("none").trim(), "token");
    assert!(refusing.requests().is_empty());
    assert!(ask("").contains("HTTP 403"));
    assert_eq!((refusing.requests().len(), server.requests().len()), (1, 1));
}

fn this_machine_is_reached_directly() {
    let server = Server::start(|_| Answer::token());
    let refusing = Proxy::builder().refuse(403).start();
    for host in ["127.0.0.1", "localhost"] {
        let endpoint = format!("http://{host}:{}/token", server.port());
        succeeds(TokenRequest { token_endpoint: endpoint.into(), ..through(&refusing) });
    }
    assert!(refusing.requests().is_empty());
}

fn a_proxy_may_take_plain_http() {
    let server = Server::start(|_| Answer::token());
    let proxy = Proxy::builder().route("login.example.com:80", server.address()).credentials("user", PASSWORD).start();
    let plain =
        TokenRequest { token_endpoint: "http://login.example.com/token".into(), allow_http: true, ..through(&proxy) };
    succeeds(TokenRequest { proxy_username: "user".into(), proxy_password: PASSWORD.into(), ..plain.clone() });
    assert_eq!(proxy.requests()[0].target, "http://login.example.com/token");

    let (status, message) = failure(plain);
    assert_eq!(status, Status::BadResponse);
    assert!(message.contains("HTTP 407") && message.contains("user name and password"), "{message}");
}

fn a_proxy_may_speak_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new("Contoso Root");
    let roots = folder.path().join("roots.pem");
    authority.write_pem(&roots);
    let proxy = Server::start_tls(&authority.issue(&["127.0.0.1"]), |_| Answer::token());
    let plain = TokenRequest {
        token_endpoint: "http://login.example.com/token".into(),
        allow_http: true,
        proxy: proxy.url("").into(),
        ..request()
    };
    let (status, message) = failure(plain.clone());
    assert_eq!(status, Status::Tls);
    assert!(message.contains(&format!("token through the proxy {}", proxy.url(""))), "{message}");

    succeeds(TokenRequest { certificate_authority_path: roots.to_str().expect("UTF-8").into(), ..plain });
    assert_eq!(proxy.next_request().target, "http://login.example.com/token");
}

fn what_a_proxy_refuses_is_explained() {
    let proxy = Proxy::builder().credentials("user", "another").start();
    let asked = failure(through(&proxy));
    let wrong =
        failure(TokenRequest { proxy_username: "user".into(), proxy_password: PASSWORD.into(), ..through(&proxy) });
    let refused = failure(through(&Proxy::builder().refuse(403).start()));
    let nowhere = Unreachable::refusing();
    let unreachable = failure(TokenRequest { proxy: nowhere.url("").into(), ..request() });
    for ((status, message), says) in [
        (asked, "Give the proxy's user name and password"),
        (wrong, "does not accept the credentials"),
        (refused, "gives no way to this destination"),
        (unreachable, "No connection to"),
    ] {
        assert_eq!(status, Status::Network, "{message}");
        assert!(message.contains(says), "{message}");
        assert!(message.contains("login.example.com/token through the proxy http://127.0.0.1:"), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

fn clients_with_other_credentials_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, roots) = login(&folder);
    let proxy = Proxy::builder().route("login.example.com:443", server.address()).credentials("user", PASSWORD).start();
    let right = TokenRequest {
        proxy_username: "user".into(),
        proxy_password: PASSWORD.into(),
        certificate_authority_path: roots.into(),
        ..through(&proxy)
    };
    succeeds(right.clone());
    let (status, _) = failure(TokenRequest { proxy_password: "wrong".into(), ..right.clone() });
    assert_eq!(status, Status::Network, "the tunnel of another is not used");
    let (status, _) = failure(TokenRequest { certificate_authority_path: "".into(), ..right.clone() });
    assert_eq!(status, Status::Tls, "the trust of another is not used");
    succeeds(right);
    assert_eq!(server.connections(), 2, "the first tunnel is used again; the third one was not trusted");
}
