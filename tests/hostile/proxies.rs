//! Proxies that the environment names, in both cases of letters.

use psoauth_test_support::{Authority, Proxy, Server, Suite, Unreachable};
use tempfile::NamedTempFile;

use crate::child::{Told, call};
use crate::client::token;

const HOST: &str = "login.example.com";
const PASSWORD: &str = "pr0xy-pa55w0rd";

pub fn add(suite: Suite) -> Suite {
    let both = |suite: Suite, name: &str, variable: &'static str, trial: fn(&str)| {
        let lower = variable.to_lowercase();
        suite
            .test(&format!("proxies::{name}_in_upper_case"), move || trial(variable))
            .test(&format!("proxies::{name}_in_lower_case"), move || trial(&lower))
    };
    let suite = if cfg!(target_os = "linux") {
        let suite = both(suite, "https_proxy", "HTTPS_PROXY", https_goes_through);
        let suite = both(suite, "all_proxy", "ALL_PROXY", https_goes_through);
        both(suite, "no_proxy", "NO_PROXY", is_passed_by).test("proxies::with_credentials", with_credentials)
    } else {
        suite
    };
    // HTTP_PROXY in upper case is a header's name in CGI, so only the lower-case one counts there.
    both(suite, "http_proxy", "HTTP_PROXY", http_goes_through)
        .test("proxies::never_for_loopback", never_for_loopback)
        .test("proxies::wrong_credentials", wrong_credentials)
        .test("proxies::refuses", refuses)
        .test("proxies::is_no_proxy", is_no_proxy)
        .test("proxies::is_not_there", is_not_there)
}

/// A server for `host`, and a file with the root that vouches for it.
fn tls_server(host: &str) -> (Server, NamedTempFile) {
    let authority = Authority::new("Company Root");
    let file = NamedTempFile::new().expect("a temporary file");
    authority.write_pem(file.path());
    (Server::start_tls(&authority.issue(&[host]), |_| token()), file)
}

fn https_goes_through(variable: &str) {
    let (server, root) = tls_server(HOST);
    let proxy = Proxy::builder().route(&format!("{HOST}:443"), server.address()).start();
    let root = root.path().to_str().expect("UTF-8");
    let told = call(&format!("https://{HOST}/token"), &[(variable, &proxy.url()), ("SSL_CERT_FILE", root)]);
    assert_eq!(told.status, "Ok", "{}", told.message);
    assert_eq!(proxy.targets(), [format!("{HOST}:443")]);
}

fn http_goes_through(variable: &str) {
    let server = Server::start(|_| token());
    let proxy = Proxy::builder().route(&format!("{HOST}:80"), server.address()).start();
    let told = call(&format!("http://{HOST}/token"), &[(variable, &proxy.url())]);
    assert_eq!(told.status, "Ok", "{}", told.message);
    assert_eq!(proxy.requests().len(), 1);
}

/// 0.0.0.0 is this machine under a name that is not loopback: reached directly, without a lookup.
fn is_passed_by(variable: &str) {
    let (server, root) = tls_server("0.0.0.0");
    let proxy = Proxy::builder().start();
    let root = root.path().to_str().expect("UTF-8");
    let endpoint = format!("https://0.0.0.0:{}/token", server.port());
    let named =
        [("HTTPS_PROXY", proxy.url()), (variable, "other.example,0.0.0.0".into()), ("SSL_CERT_FILE", root.into())];
    let told = call(&endpoint, &named.each_ref().map(|(name, value)| (*name, value.as_str())));
    assert_eq!(told.status, "Ok", "{}", told.message);
    assert_eq!(proxy.server().connections(), 0);
    let told = call(&endpoint, &[("HTTPS_PROXY", &proxy.url()), (variable, "other.example"), ("SSL_CERT_FILE", root)]);
    assert_eq!((told.status.as_str(), proxy.targets().len()), ("Network", 1), "{}", told.message);
}

fn never_for_loopback() {
    let server = Server::start(|_| token());
    let proxy = Proxy::builder().start();
    let proxy_url = proxy.url();
    let all: Vec<_> =
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, proxy_url.as_str())).into();
    for host in ["127.0.0.1", "localhost"] {
        let told = call(&format!("http://{host}:{}/token", server.port()), &all);
        assert_eq!(told.status, "Ok", "{}", told.message);
    }
    assert_eq!(proxy.server().connections(), 0);
}

fn with_credentials() {
    let (server, root) = tls_server(HOST);
    let proxy = Proxy::builder().route(&format!("{HOST}:443"), server.address()).credentials("user", PASSWORD).start();
    let root = root.path().to_str().expect("UTF-8");
    let proxy = proxy.url_with("user", PASSWORD);
    let told = call(&format!("https://{HOST}/token"), &[("HTTPS_PROXY", &proxy), ("SSL_CERT_FILE", root)]);
    assert_eq!(told.status, "Ok", "{}", told.message);
}

fn through(proxy: &str) -> Told {
    let told = call(&format!("https://{HOST}/token"), &[("HTTPS_PROXY", proxy)]);
    assert_eq!(told.status, "Network", "{}", told.message);
    assert!(told.message.contains("https://login.example.com/token"), "{}", told.message);
    assert!(!told.message.contains(PASSWORD) && !told.message.contains("user"), "{}", told.message);
    told
}

fn wrong_credentials() {
    let proxy = Proxy::builder().credentials("user", "another").start();
    let told = through(&proxy.url_with("user", PASSWORD));
    assert!(told.message.contains("asks for credentials (HTTP 407). Put them"), "{}", told.message);
}

fn refuses() {
    for status in [403, 500, 502, 504] {
        let proxy = Proxy::builder().refuse(status).start();
        let told = through(&proxy.url_with("user", PASSWORD));
        assert!(
            told.message.contains("gives no way to this destination. Check the proxy"),
            "{status}: {}",
            told.message
        );
    }
}

fn is_no_proxy() {
    let mail = Server::start_raw(|mut connection| {
        let _ = std::io::Write::write_all(&mut connection, b"220 smtp.example ready\r\n\r\n");
        connection.close();
    });
    let told = through(&format!("http://user:{PASSWORD}@{}", mail.address()));
    assert!(told.message.contains("proxy") && told.message.contains("Check"), "{}", told.message);
}

fn is_not_there() {
    let nowhere = Unreachable::refusing();
    let told = through(&format!("http://user:{PASSWORD}@127.0.0.1:{}", nowhere.port()));
    assert!(told.message.contains("Check the address, firewall and proxy"), "{}", told.message);
}
