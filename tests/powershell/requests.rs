//! What each command sends, to the byte, and authorization servers that are not ours.

use std::path::Path;

use psoauth_test_support::{
    Authority, AuthorizationServer, AuthorizationServerBuilder, OidcInstallation, OidcProvider, Proxy, Received, Suite,
};

use crate::session::{self, CLIENT_ID, CLIENT_SECRET, Session};

const PUBLIC_CLIENT: &str = "public-client";
const ARM_CLIENT: &str = "1950a258-227b-4e31-a9cf-717495945fc2";
const USER: (&str, &str) = ("adele@contoso.com", "p+ss word&=%");

const SECRET: &str = "client_secret=Vja%2FVmdxaLOPR%2Balkjfsadffelkjlfw234522%3D";
const RESOURCE: &str = "resource=https%3A%2F%2Fresource.example%2F";
const SCOPE: &str = "scope=https%3A%2F%2Fresource.example%2F.default";
const LOGIN: &str = "username=adele%40contoso.com&password=p%2Bss%20word%26%3D%25";

pub fn add(suite: Suite) -> Suite {
    let suite = suite
        .with_tool("every_command_sends_what_it_should", session::find_trusting, |pwsh| every_command(&pwsh))
        .with_tool("without_a_password_a_credential_is_asked_for", session::find_trusting, |pwsh| credential(&pwsh));
    suite.with_tool(
        "an_independent_server_understands_it",
        || Ok::<_, String>((session::find()?, OidcInstallation::find()?)),
        |(pwsh, installation)| independent_server(&pwsh, &installation.start()),
    )
}

fn known() -> AuthorizationServerBuilder {
    let builder = AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET);
    builder.public_client(PUBLIC_CLIENT).public_client(ARM_CLIENT).user(USER.0, USER.1)
}

/// Entra is played by a TLS server behind a CONNECT proxy, under its own name.
fn entra(authority: &Authority) -> (AuthorizationServer, Proxy) {
    let entra = known().start_tls(&authority.issue(&["login.microsoftonline.com"]));
    let proxy = Proxy::builder().route("login.microsoftonline.com:443", entra.server().address()).start();
    (entra, proxy)
}

fn credential(pwsh: &Path) {
    let authority = session::authority();
    let (entra, proxy) = entra(authority);
    let session = Session::new(pwsh);
    let program = session.script_trusting(authority, "credential.ps1", &[("Username", USER.0), ("Password", USER.1)]);
    program.env("HTTPS_PROXY", proxy.url()).output().success();
    assert_eq!((entra.granted(), entra.refused()), (3, 0));
}

fn every_command(pwsh: &Path) {
    let authority = session::authority();
    let (entra, proxy) = entra(authority);
    let plain = known().start();
    let session = Session::new(pwsh);

    let endpoint = plain.url("/given/as/it/is/token?api-version=1");
    let parameters = [
        ("TokenEndpoint", endpoint.as_str()),
        ("ClientId", CLIENT_ID),
        ("ClientSecret", CLIENT_SECRET),
        ("PublicClientId", PUBLIC_CLIENT),
        ("Username", USER.0),
        ("Password", USER.1),
    ];
    let program = session.script_trusting(authority, "requests.ps1", &parameters);
    program.env("HTTPS_PROXY", proxy.url()).output().success();

    let secret = format!("grant_type=client_credentials&client_id={CLIENT_ID}&{SECRET}");
    let login = format!("grant_type=password&client_id={PUBLIC_CLIENT}");
    let refresh = format!("grant_type=refresh_token&client_id={PUBLIC_CLIENT}&refresh_token=");
    let bodies = bodies(&plain);
    let (refreshes, others): (Vec<_>, Vec<_>) = bodies.iter().partition(|(_, body)| body.starts_with(&refresh));
    let given = "/given/as/it/is/token?api-version=1";
    assert_eq!(refreshes.len(), 2, "both ways to give a refresh token: {bodies:?}");
    assert!(refreshes.iter().all(|(target, body)| target == given && body.len() > refresh.len()), "{refreshes:?}");
    assert_eq!(
        others,
        [
            &(given.to_owned(), format!("{secret}&{RESOURCE}")),
            &(given.to_owned(), format!("{secret}&{RESOURCE}&{SCOPE}")),
            &(given.to_owned(), format!("{login}&{RESOURCE}&{LOGIN}")),
        ]
    );
    let (v1, v2) = ("/contoso.com/oauth2/token".to_owned(), "/contoso.com/oauth2/v2.0/token".to_owned());
    let management = "resource=https%3A%2F%2Fmanagement.azure.com&scope=openid";
    assert_eq!(
        self::bodies(&entra),
        [
            (v1.clone(), format!("{secret}&{RESOURCE}")),
            (v2.clone(), format!("{secret}&{SCOPE}")),
            (v2.clone(), format!("{secret}&{RESOURCE}&{SCOPE}")),
            (v1.clone(), format!("{login}&{RESOURCE}&{LOGIN}")),
            (v2, format!("{login}&{SCOPE}&{LOGIN}")),
            (v1, format!("grant_type=password&client_id={ARM_CLIENT}&{management}&{LOGIN}")),
        ]
    );
    assert!(proxy.targets().iter().all(|target| target == "login.microsoftonline.com:443"), "{:?}", proxy.targets());
}

/// Target and body of every request; the headers, which are the same for all, are looked at here.
fn bodies(server: &AuthorizationServer) -> Vec<(String, String)> {
    let look = |request: &Received| {
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(request.header("accept"), Some("application/json"));
        (request.target.clone(), request.text().to_owned())
    };
    server.server().requests().iter().map(|request| look(request)).collect()
}

fn independent_server(pwsh: &Path, provider: &OidcProvider) {
    let endpoint = provider.token_endpoint();
    let (client, secret) = OidcProvider::POST_CLIENT;
    let parameters = [
        ("TokenEndpoint", endpoint.as_str()),
        ("ClientId", client),
        ("ClientSecret", secret),
        ("Resource", OidcProvider::RESOURCE),
        ("Scope", OidcProvider::SCOPE),
    ];
    Session::new(pwsh).run("independent-server.ps1", &parameters);
}
