//! Windows' store of roots, and what it says of certificates.

use psoauth_test_support::{Authority, AuthorizationServer, Identity, Suite};

use crate::session::{self, CLIENT_ID, CLIENT_SECRET, Session};

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("windows_judges_the_servers_certificate", session::find_trusting, |pwsh| {
        certificates(&Session::new(&pwsh));
    })
}

fn certificates(session: &Session) {
    let authority = session::authority();
    let names = ["localhost"];
    // Wine calls a chain without its root one whose revocation cannot be checked.
    let stranger = Authority::new("Stranger");
    let cases = [
        (authority.issue(&names), ""),
        (
            stranger.issue(&names).with_root(&stranger),
            "an authority that this machine does not trust. If a company's proxy",
        ),
        (
            Identity::self_signed(&names),
            "a self-signed certificate, which this machine does not trust. Give the server",
        ),
        (authority.issue(&["login.example.com"]), "a certificate for another name. Check the host name"),
        (authority.issue_expired(&names), "has expired. Renew it on the server, and check this machine's clock"),
        // Windows has one code for both sides of the validity.
        (authority.issue_not_yet_valid(&names), "check this machine's clock"),
    ];
    let start =
        |identity: &Identity| AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start_tls(identity);
    let servers: Vec<_> = cases.iter().map(|(identity, says)| (start(identity), says)).collect();
    let line = |(server, says): &(AuthorizationServer, &&str)| {
        format!("https://localhost:{}/token\t{says}", server.server().port())
    };
    let file = session.write("cases.txt", &servers.iter().map(line).collect::<Vec<_>>().join("\n"));
    let parameters = [("Cases", file.as_str()), ("ClientId", CLIENT_ID), ("ClientSecret", CLIENT_SECRET)];
    session.script_trusting(authority, "../windows/certificates.ps1", &parameters).output().success();
    let requests: Vec<_> = servers.iter().map(|(server, _)| server.server().requests().len()).collect();
    assert_eq!(requests, [1, 0, 0, 0, 0, 0], "the secret goes to the trusted server alone");
}
