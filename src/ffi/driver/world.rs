//! What the driven library finds around it: a hostile server, and an environment that leads nowhere else.

use std::env;

use psoauth_test_support::cases::{self, SECRET};
use psoauth_test_support::{Answer, Received, Server};

/// A server that plays the hostile cases at their paths, and answers everything else with what it was sent.
pub struct World {
    server: Server,
    paths: Vec<String>,
}

impl World {
    /// Starts the server and sets the environment of this process: proxies and the instance metadata of Azure are that
    /// server, so that nothing leaves this machine whatever addresses are made up.
    ///
    /// # Safety
    /// This process has no other thread yet.
    pub unsafe fn start() -> Self {
        let cases: Vec<_> = cases::all().into_iter().chain(cases::endless()).collect();
        let paths = cases.iter().map(|case| format!("/{}", case.name)).collect::<Vec<_>>();
        let (known, play) = (paths.clone(), cases::play(&cases));
        let server =
            Server::start(move |request| if known.contains(&request.target) { play(request) } else { echo(request) });
        server.stop_recording();
        for name in ["NO_PROXY", "no_proxy", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "MSI_ENDPOINT"] {
            // SAFETY: the only other threads are the server's, which look at no environment.
            unsafe { env::remove_var(name) };
        }
        let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        for name in proxies.into_iter().chain(["AZURE_POD_IDENTITY_AUTHORITY_HOST"]) {
            // SAFETY: as above.
            unsafe { env::set_var(name, server.url("")) };
        }
        Self { server, paths }
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.paths.len()
    }

    /// The address of a case.
    pub fn case(&self, number: usize) -> String {
        self.server.url(&self.paths[number])
    }

    /// Texts that mean something in one field or another; the addresses among them are on this machine.
    pub fn texts(&self) -> [String; 24] {
        let origin = self.server.url("");
        [
            SECRET.into(),
            "".into(),
            "client".into(),
            "a b c".into(),
            "password".into(),
            "refresh_token".into(),
            "client_credentials".into(),
            "urn:ietf:params:oauth:grant-type:jwt-bearer".into(),
            "audience".into(),
            "contoso.com".into(),
            "../contoso.com".into(),
            "login.microsoftonline.us".into(),
            "https://api.example/.default".into(),
            "PS256".into(),
            "ES384".into(),
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into(),
            "/".into(),
            "/dev/zero".into(),
            format!("{origin}/echo"),
            format!("{origin}/"),
            origin.clone(),
            origin.replace("http:", "https:"),
            "http://127.0.0.1:1/closed".into(),
            "x\u{1f980}".repeat(20_000),
        ]
    }
}

/// A refusal with the whole form in it.
fn echo(request: &Received) -> Answer {
    let said = format!("{} {}", request.target, String::from_utf8_lossy(&request.body));
    Answer::json(400, serde_json::json!({ "error": "invalid_request", "error_description": said }).to_string())
}
