//! npm's oidc-provider: an authorization server that is not ours.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::library::target_folder;
use crate::tools::{self, workspace};
use crate::{Program, Running};

const FILES: [&str; 4] = ["package.json", "package-lock.json", "server.mjs", "verify.mjs"];

/// oidc-provider as npm installed it.
pub struct Installation {
    node: PathBuf,
    folder: PathBuf,
}

/// oidc-provider on 127.0.0.1, running.
pub struct OidcProvider {
    issuer: String,
    _running: Running,
}

impl Installation {
    /// Installs it by its lock file into a folder of cargo's target, unless it is there already.
    ///
    /// # Errors
    /// The reason why it cannot be had here: no node, no npm, no registry.
    ///
    /// # Panics
    /// When files cannot be copied.
    pub fn find() -> Result<Self, String> {
        let (node, npm) = (tools::node()?, tools::npm()?);
        let source = workspace().join("tests/oidc-provider");
        let temporary = target_folder().join("tmp");
        let folder = temporary.join(format!("oidc-provider-{:016x}", fingerprint(&source)));
        if !folder.is_dir() {
            install(&npm, &source, &folder)?;
        }
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

/// Changes with each of the files that decide what is installed.
fn fingerprint(source: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in FILES {
        fs::read(source.join(file)).expect("the file can be read").hash(&mut hasher);
    }
    hasher.finish()
}

fn install(npm: &Path, source: &Path, folder: &Path) -> Result<(), String> {
    let temporary = folder.parent().expect("the folder lies in cargo's");
    fs::create_dir_all(temporary).expect("cargo's folder can be written");
    let fresh = tempfile::tempdir_in(temporary).expect("cargo's folder can be written");
    for file in FILES {
        fs::copy(source.join(file), fresh.path().join(file)).expect("the file can be copied");
    }
    let output = Program::new(npm)
        .args(["ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1", "--fetch-timeout=60000"])
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        .inherit_env()
        .current_dir(fresh.path())
        .deadline(Duration::from_secs(300))
        .output();
    if !output.status.success() {
        let reason = output.stderr.lines().next().unwrap_or("npm ci failed").to_owned();
        return Err(format!("oidc-provider cannot be installed: {reason}"));
    }
    // Another process may have been first: then its folder stays, and the fresh one goes.
    let _ = fs::rename(fresh.path(), folder);
    match folder.is_dir() {
        true => Ok(()),
        false => Err(format!("{} cannot be made", folder.display())),
    }
}

impl OidcProvider {
    /// The client that sends its secret in the body: id and secret.
    pub const POST_CLIENT: (&str, &str) = ("post-client", "post+secret/with&every=awk%ward'char\"acter ");
    /// The client that sends its secret in a Basic header: id and secret.
    pub const BASIC_CLIENT: (&str, &str) = ("basic-client", "basic+secret/with&every=awk%ward'char\"acter ");
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
