//! The proxy of Windows' settings and its exceptions.

use psoauth_test_support::{AuthorizationServer, Proxy, Suite, tools};

use crate::session::{self, CLIENT_ID, CLIENT_SECRET, ROOTS, Session};

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("the_system_proxy_and_its_exceptions_count", session::find_trusting, |pwsh| {
        system_proxy(&Session::new(&pwsh));
    })
}

/// Entra is reached through the proxy, a server of the company's own without.
fn system_proxy(session: &Session) {
    let authority = session::authority();
    let known = || AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET);
    let entra = known().start_tls(&authority.issue(&["login.microsoftonline.com"]));
    let own = known().start_tls(&authority.issue(&["sts.contoso.example"]));
    let proxy = Proxy::builder().route("login.microsoftonline.com:443", entra.server().address()).start();

    let endpoint = format!("https://sts.contoso.example:{}/token", own.server().port());
    let address = format!("127.0.0.1:{}", proxy.server().port());
    let parameters = [
        ("Proxy", address.as_str()),
        ("OwnEndpoint", endpoint.as_str()),
        ("ClientId", CLIENT_ID),
        ("ClientSecret", CLIENT_SECRET),
    ];
    let files = [(ROOTS, authority.pem()), ("/etc/hosts", "127.0.0.1 sts.contoso.example\n")];
    let script = tools::workspace().join("tests/windows/system-proxy.ps1");
    session.script_in_place_of(&files, &script, &parameters).output().success();
    assert_eq!((entra.granted(), own.granted()), (1, 1));
    assert_eq!(proxy.targets(), ["login.microsoftonline.com:443"]);
}
