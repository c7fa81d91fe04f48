//! The session's options, and the token cache that one of them turns on.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;

use psoauth_test_support::{Answer, Authority, Proxy, Server, Suite, Unreachable, tools};

use crate::session::{CLIENT_ID, CLIENT_SECRET, Session, server};
use crate::token::generous;

const PASSWORD: &str = "s\u{e9}cret p@ss";

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("options_apply_to_every_command", tools::pwsh, |pwsh| options(&Session::new(&pwsh)))
        .with_tool("a_connection_that_does_not_come_about_has_its_own_limit", silent, |(pwsh, silent)| {
            Session::new(&pwsh).run("connect-timeout.ps1", &[("SilentEndpoint", &silent.url("/token"))]);
        })
        .with_tool("the_cache_gives_a_token_again", tools::pwsh, |pwsh| cache(&Session::new(&pwsh)))
}

fn silent() -> Result<(PathBuf, Unreachable), String> {
    Ok((tools::pwsh()?, Unreachable::silent()?))
}

fn options(session: &Session) {
    let (authority, clients) = (Authority::new("servers"), Authority::new("clients"));
    authority.write_pem(&session.folder().join("authority.pem"));
    session.write("client.pem", clients.issue_client("client.example").pem());
    let known = server();
    let (v2, origin) = (known.url("/contoso.com/oauth2/v2.0/token"), known.url(""));
    let generous = generous();
    let proxy =
        Proxy::builder().route("token.example:80", generous.address()).credentials("proxy-user", PASSWORD).start();
    let secure = authority.issue(&["127.0.0.1"]).for_clients_of(&clients);
    let secure = Server::start_tls(&secure, |_| Answer::token());
    let silent = Server::start(|_| Answer::nothing().hold());
    let failing = Server::start(|_| Answer::json(503, "{}"));
    let throttled = Mutex::new(HashSet::new());
    let throttling =
        Server::start(move |request| match throttled.lock().expect("not poisoned").insert(request.body.clone()) {
            true => Answer::json(429, "{}").header("Retry-After", "0"),
            false => Answer::token(),
        });
    let parameters = [
        ("TokenEndpoint", v2.clone()),
        ("ClientId", CLIENT_ID.to_owned()),
        ("ClientSecret", CLIENT_SECRET.to_owned()),
        ("Origin", origin),
        ("Files", session.folder().display().to_string()),
        ("GenerousEndpoint", generous.url("/token")),
        ("Proxy", proxy.url()),
        ("ProxyPassword", PASSWORD.to_owned()),
        ("SecureEndpoint", secure.url("/token")),
        ("SilentEndpoint", silent.url("/token")),
        ("FailingEndpoint", failing.url("/token")),
        ("ThrottlingEndpoint", throttling.url("/token")),
    ];
    session.run("options.ps1", &parameters.each_ref().map(|(name, value)| (*name, value.as_str())));

    assert_eq!(failing.requests().len(), 1 + 4, "no retry, then three");
    let agents: Vec<_> =
        known.server().requests().iter().map(|request| request.header("user-agent").map(str::to_owned)).collect();
    assert_eq!(agents.iter().filter(|agent| agent.as_deref() == Some("Contoso-Reports/2.1")).count(), 1, "{agents:?}");
    let basic: Vec<_> = known
        .server()
        .requests()
        .iter()
        .filter_map(|request| Some((request.header("authorization")?.to_owned(), request.text().to_owned())))
        .collect();
    // The secret has signs that form encoding changes: encoded and raw are told apart.
    assert_eq!(basic.len(), 2, "{basic:?}");
    assert!(basic[0].0 != basic[1].0 && basic.iter().all(|(_, body)| !body.contains("client_secret")), "{basic:?}");
    let targets: HashSet<_> = known.server().requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(targets, ["/contoso.com/oauth2/v2.0/token", "/contoso.com/oauth2/token"].map(str::to_owned).into());
    let public = generous.requests();
    let public: Vec<_> = public.iter().filter(|request| request.text().contains("grant_type=refresh_token")).collect();
    assert!(
        public.len() == 1 && public[0].header("authorization").is_none(),
        "a client without a secret sends its id in the body"
    );
    assert!(public[0].text().contains("client_id=public"));
    assert_eq!(proxy.requests().iter().filter(|request| request.header("proxy-authorization").is_some()).count(), 1);
    assert_eq!(secure.handshakes().clients.iter().filter(|chain| !chain.is_empty()).count(), 1, "mutual TLS");
}

/// A server that takes no assertion twice.
fn strict() -> Server {
    let seen = Mutex::new(HashSet::new());
    Server::start(move |request| {
        let assertion = request.field("client_assertion").unwrap_or_default();
        match seen.lock().expect("not poisoned").insert(assertion) {
            true => {
                let scope = request.field("scope").unwrap_or_default();
                let refresh = scope.strip_prefix("refresh_in:").unwrap_or("3000");
                let members = r#""access_token":"token","token_type":"Bearer","expires_in":3600"#;
                Answer::json(200, format!(r#"{{{members},"refresh_in":{refresh}}}"#))
            }
            false => Answer::json(401, r#"{"error":"invalid_client","error_description":"jti was used"}"#),
        }
    })
}

fn cache(session: &Session) {
    let (known, strict) = (server(), strict());
    let parameters = [
        ("TokenEndpoint", known.url("/contoso.com/oauth2/v2.0/token")),
        ("ClientId", CLIENT_ID.to_owned()),
        ("ClientSecret", CLIENT_SECRET.to_owned()),
        ("StrictEndpoint", strict.url("/token")),
    ];
    session.run("cache.ps1", &parameters.each_ref().map(|(name, value)| (*name, value.as_str())));
    // Without the cache, with it, by a command of 0.3.x, in the other runspace, after clearing: as the script counts them.
    assert_eq!((known.granted(), known.refused()), (6, 2));
    // One for each of two scopes, a refused one and a new one behind it, one after clearing, one under another option, and
    // for two scopes whose tokens are renewed at once two each.
    assert_eq!(strict.requests().len(), 10);
}
