//! Proxies that the environment names, in both cases of letters.

use std::io::Write;
use std::sync::Arc;

use super::networks::{Named, Network};
use super::token;
use crate::{Authority, Proxy, Server, Unreachable};

/// The password of proxies, which must not show.
pub const PROXY_PASSWORD: &str = "pr0xy-pa55w0rd";

const HOST: &str = "login.example.com";
const ENDPOINT: &str = "https://login.example.com/token";

/// Proxies that give no way, or are not asked for one.
pub(super) fn without_store() -> Vec<Named> {
    vec![
        ("http_proxy_in_upper_case", || http_goes_through("HTTP_PROXY")),
        ("http_proxy_in_lower_case", || http_goes_through("http_proxy")),
        ("a_proxy_is_not_asked_for_127_0_0_1", || loopback("127.0.0.1")),
        ("a_proxy_is_not_asked_for_localhost", || loopback("localhost")),
        ("a_proxy_with_other_credentials", wrong_credentials),
        ("a_proxy_that_refuses_with_403", || refusal(403)),
        ("a_proxy_that_refuses_with_500", || refusal(500)),
        ("a_proxy_that_refuses_with_502", || refusal(502)),
        ("a_proxy_that_refuses_with_504", || refusal(504)),
        ("a_proxy_that_is_none", no_proxy_at_all),
        ("a_proxy_that_is_not_there", absent),
    ]
}

/// Proxies on the way to a server that the caller trusts.
pub(super) fn with_store() -> Vec<Named> {
    vec![
        ("https_proxy_in_upper_case", || https_goes_through("HTTPS_PROXY")),
        ("https_proxy_in_lower_case", || https_goes_through("https_proxy")),
        ("all_proxy_in_upper_case", || https_goes_through("ALL_PROXY")),
        ("all_proxy_in_lower_case", || https_goes_through("all_proxy")),
        ("no_proxy_in_upper_case", || passed_by("NO_PROXY")),
        ("no_proxy_in_lower_case", || passed_by("no_proxy")),
        ("no_proxy_of_others_in_upper_case", || not_passed_by("NO_PROXY")),
        ("no_proxy_of_others_in_lower_case", || not_passed_by("no_proxy")),
        ("a_proxy_with_credentials", with_credentials),
    ]
}

/// A server for `host`, and the authority that vouches for it.
fn tls_server(host: &str) -> (Server, Authority) {
    let authority = Authority::new("Company Root");
    (Server::start_tls(&authority.issue(&[host]), |_| token()), authority)
}

fn https_goes_through(variable: &'static str) -> Network {
    let (server, authority) = tls_server(HOST);
    let proxy = Proxy::builder().route(&format!("{HOST}:443"), server.address()).start();
    let network = Network::new(ENDPOINT.into()).trusting(&authority).variable(variable, proxy.url()).keeping(server);
    network.afterwards(move || assert_eq!(proxy.targets(), [format!("{HOST}:443")]))
}

fn http_goes_through(variable: &'static str) -> Network {
    let server = Server::start(|_| token());
    let proxy = Proxy::builder().route(&format!("{HOST}:80"), server.address()).start();
    let network = Network::new(format!("http://{HOST}/token")).variable(variable, proxy.url()).keeping(server);
    network.afterwards(move || assert_eq!(proxy.requests().len(), 1))
}

/// 0.0.0.0 is this machine under a name that is not loopback: reached directly, without a lookup.
fn beside_a_proxy(variable: &'static str, passed_by: &str) -> (Network, Proxy) {
    let (server, authority) = tls_server("0.0.0.0");
    let proxy = Proxy::builder().start();
    let network = Network::new(format!("https://0.0.0.0:{}/token", server.port())).trusting(&authority);
    let network = network.variable("HTTPS_PROXY", proxy.url()).variable(variable, passed_by).keeping(server);
    (network, proxy)
}

fn passed_by(variable: &'static str) -> Network {
    let (network, proxy) = beside_a_proxy(variable, "other.example,0.0.0.0");
    network.afterwards(move || assert_eq!(proxy.server().connections(), 0))
}

fn not_passed_by(variable: &'static str) -> Network {
    let (network, proxy) = beside_a_proxy(variable, "other.example");
    let network = network.ends("Network", ["https://0.0.0.0:", "Check the proxy"], 1);
    network.afterwards(move || assert_eq!(proxy.targets().len(), 1))
}

fn loopback(host: &str) -> Network {
    let (server, proxy) = (Server::start(|_| token()), Proxy::builder().start());
    let network = Network::new(format!("http://{host}:{}/token", server.port())).keeping(server);
    let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].into_iter();
    let network = variables.fold(network, |network, name| network.variable(name, proxy.url()));
    network.afterwards(move || assert_eq!(proxy.server().connections(), 0))
}

fn with_credentials() -> Network {
    let (server, authority) = tls_server(HOST);
    let proxy = Proxy::builder().route(&format!("{HOST}:443"), server.address());
    let proxy = proxy.credentials("user", PROXY_PASSWORD).start();
    let network = Network::new(ENDPOINT.into()).trusting(&authority).keeping(server);
    network.variable("HTTPS_PROXY", proxy.url_with("user", PROXY_PASSWORD)).keeping(proxy)
}

/// To a host that only a proxy leads to, with credentials.
fn through(proxy: String) -> Network {
    Network::new(ENDPOINT.into()).variable("HTTPS_PROXY", proxy)
}

fn wrong_credentials() -> Network {
    let proxy = Proxy::builder().credentials("user", "another").start();
    let says = [ENDPOINT, "asks for credentials (HTTP 407). Put them"];
    through(proxy.url_with("user", PROXY_PASSWORD)).keeping(proxy).ends("Network", says, 1)
}

fn refusal(status: u16) -> Network {
    let proxy = Arc::new(Proxy::builder().refuse(status).start());
    let network = through(proxy.url_with("user", PROXY_PASSWORD));
    network
        .ends("Network", [ENDPOINT, "gives no way to this destination. Check the proxy"], 1)
        .afterwards(move || assert_eq!(proxy.targets(), [format!("{HOST}:443")]))
}

fn no_proxy_at_all() -> Network {
    let mail = Server::start_raw(|mut connection| {
        let _ = connection.write_all(b"220 smtp.example ready\r\n\r\n");
        connection.close();
    });
    let network = through(format!("http://user:{PROXY_PASSWORD}@{}", mail.address())).keeping(mail);
    network.ends("Network", [ENDPOINT, "proxy", "Check"], 1)
}

fn absent() -> Network {
    let nowhere = Unreachable::refusing();
    let network = through(format!("http://user:{PROXY_PASSWORD}@127.0.0.1:{}", nowhere.port())).keeping(nowhere);
    network.ends("Network", [ENDPOINT, "Check the address, firewall and proxy"], 2)
}
