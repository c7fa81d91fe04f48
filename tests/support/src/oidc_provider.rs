//! npm's oidc-provider: an authorization server that is not ours.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::installation::installed;
use crate::{Program, Running, tools};

const FILES: [&str; 4] = ["package.json", "package-lock.json", "server.mjs", "verify.mjs"];

/// oidc-provider as npm installed it.
pub struct OidcInstallation {
    node: PathBuf,
    folder: PathBuf,
}

/// oidc-provider on 127.0.0.1, running.
pub struct OidcProvider {
    issuer: String,
    _running: Running,
}

impl OidcInstallation {
    /// Installs it by its lock file into a folder of cargo's target, unless it is there already.
    ///
    /// # Errors
    /// The reason why it cannot be had here: no node, no npm, no registry.
    ///
    /// # Panics
    /// When files cannot be copied.
    pub fn find() -> Result<Self, String> {
        let (node, npm) = (tools::node()?, tools::npm()?);
        let folder = installed("oidc-provider", &FILES, |folder| install(&npm, folder))?;
        Ok(Self { node, folder })
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) -> OidcProvider {
        self.run(Program::new(&self.node).arg(self.folder.join("server.mjs")))
    }

    /// Starts it with what `setup` adds: clients with keys or certificates, and TLS; `server.mjs` says how.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_with(&self, setup: &Value) -> OidcProvider {
        let file = tempfile::NamedTempFile::new().expect("the temporary folder can be written");
        std::fs::write(file.path(), setup.to_string()).expect("the file can be written");
        self.run(Program::new(&self.node).arg(self.folder.join("server.mjs")).arg(file.path()))
    }

    fn run(&self, program: Program) -> OidcProvider {
        let mut running = program.deadline(Duration::from_secs(600)).start();
        let line = running.wait_for_line(|line| line.starts_with("listening on "));
        let issuer = line["listening on ".len()..].to_owned();
        OidcProvider { issuer, _running: running }
    }

    /// Verifies a JWT with npm's jose, by a `PUBLIC KEY` or `CERTIFICATE` in PEM, and returns its header and claims.
    ///
    /// # Errors
    /// What jose says against it.
    pub fn verify(&self, assertion: &str, pem: &str) -> Result<(Value, Value), String> {
        let kind = if pem.contains("BEGIN CERTIFICATE") { "certificate" } else { "public_key" };
        let input = json!({ "assertion": assertion, kind: pem }).to_string();
        let output = Program::new(&self.node).arg(self.folder.join("verify.mjs")).stdin(input).output();
        if !output.status.success() {
            return Err(output.stderr);
        }
        let mut verified: Value = serde_json::from_str(&output.stdout).expect("verify.mjs writes JSON");
        Ok((verified["header"].take(), verified["claims"].take()))
    }
}

fn install(npm: &Path, folder: &Path) -> Result<(), String> {
    let output = Program::new(npm)
        .args(["ci", "--ignore-scripts", "--prefer-offline", "--fetch-timeout=60000"])
        // A registry that fails for a moment fails no test, and none at all holds nobody up for long.
        .args(["--fetch-retries=4", "--fetch-retry-factor=2", "--fetch-retry-mintimeout=1000"])
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        .inherit_env()
        .current_dir(folder)
        .deadline(Duration::from_secs(300))
        .output();
    if !output.status.success() {
        let reason = output.stderr.lines().next().unwrap_or("npm ci failed").to_owned();
        return Err(format!("oidc-provider cannot be installed: {reason}"));
    }
    Ok(())
}

impl OidcProvider {
    /// The client that sends its secret in the body: id and secret.
    pub const POST_CLIENT: (&str, &str) = ("post-client", "post+secret/with&every=awk%ward'char\"acter ");
    /// The resource that clients may ask for (RFC 8707).
    pub const RESOURCE: &str = "https://api.example.com";
    /// The scope that the resource knows.
    pub const SCOPE: &str = "api:read";

    /// The issuer, `http://127.0.0.1:port`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The token endpoint.
    pub fn token_endpoint(&self) -> String {
        format!("{}/token", self.issuer)
    }
}
