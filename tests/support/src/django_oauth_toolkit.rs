//! PyPI's django-oauth-toolkit: an authorization server that is not ours, for HTTP Basic.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use crate::installation::installed;
use crate::{Program, Running, tools};

const FOLDER: &str = "django-oauth-toolkit";
const FILES: [&str; 2] = ["requirements.txt", "server.py"];

/// django-oauth-toolkit on 127.0.0.1, running.
pub struct DjangoOAuthToolkit {
    token_endpoint: String,
    _running: Running,
}

/// django-oauth-toolkit in a virtual environment of Python.
pub struct DjangoInstallation {
    folder: PathBuf,
}

impl DjangoInstallation {
    /// Installs it in the versions that its `requirements.txt` names into a folder of cargo's target, unless it is there
    /// already.
    ///
    /// # Errors
    /// The reason why it cannot be had here: no Python, no venv, no registry.
    ///
    /// # Panics
    /// When files cannot be copied.
    pub fn find() -> Result<Self, String> {
        let python = tools::python()?;
        let folder = installed(FOLDER, &FILES, |folder| install(&python, folder))?;
        Ok(Self { folder })
    }

    /// Starts it with these clients, each by its id and its secret.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self, clients: &[(&str, &str)]) -> DjangoOAuthToolkit {
        let file = tempfile::NamedTempFile::new().expect("the temporary folder can be written");
        std::fs::write(file.path(), json!(clients).to_string()).expect("the file can be written");
        let program = Program::new(python_of(&self.folder)).arg(self.folder.join("server.py")).arg(file.path());
        let mut running = program.deadline(Duration::from_secs(600)).start();
        let line = running.wait_for_line(|line| line.starts_with("listening on "));
        let token_endpoint = line["listening on ".len()..].to_owned();
        DjangoOAuthToolkit { token_endpoint, _running: running }
    }
}

impl DjangoOAuthToolkit {
    /// The token endpoint.
    pub fn token_endpoint(&self) -> &str {
        &self.token_endpoint
    }
}

fn install(python: &Path, folder: &Path) -> Result<(), String> {
    let environment = folder.join("venv");
    // Links to Python would be none on Windows, and copies would miss its libraries elsewhere: venv knows.
    run(Program::new(python).args(["-m", "venv"]).arg(&environment), "a virtual environment cannot be made")?;
    let pip = Program::new(python_of(folder))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(["--only-binary", ":all:", "--no-deps", "--retries", "4", "--timeout", "60", "--requirement"])
        .arg(folder.join("requirements.txt"))
        .inherit_env();
    run(pip, "django-oauth-toolkit cannot be installed")
}

fn run(program: Program, failure: &str) -> Result<(), String> {
    let output = program.deadline(Duration::from_secs(300)).output();
    if output.status.success() {
        return Ok(());
    }
    // venv says it on the one, pip on the other.
    let said = format!("{}\n{}", output.stderr, output.stdout);
    let reason = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason is given");
    Err(format!("{failure}: {reason}"))
}

fn python_of(folder: &Path) -> PathBuf {
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    folder.join("venv").join(inside)
}
