//! A PowerShell with the module as a user has it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use psoauth_test_support::{Authority, AuthorizationServer, Program, library, tools};
use tempfile::TempDir;

pub const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
pub const CLIENT_SECRET: &str = "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522=";

/// What the system says of a file that is no library; where it is not known, nothing.
pub const NOT_A_LIBRARY: &str = if cfg!(target_os = "linux") { "file too short" } else { "" };

/// What a script is run with: the module in a folder of its own, which goes with the session.
pub struct Session {
    pwsh: PathBuf,
    folder: TempDir,
}

/// The PowerShell to run scripts in.
///
/// # Errors
/// The reason why there is none.
pub fn find() -> Result<PathBuf, String> {
    tools::pwsh()
}

/// As [`find`], where [`Session::script_trusting`] works too.
///
/// # Errors
/// The reason why not.
pub fn find_trusting() -> Result<PathBuf, String> {
    find()
}

/// A C compiler for libraries that this PowerShell loads.
///
/// # Errors
/// The reason why there is none.
pub fn c_compiler() -> Result<PathBuf, String> {
    tools::c_compiler()
}

impl Session {
    pub fn new(pwsh: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        library::stage_module(folder.path());
        Self { pwsh: pwsh.to_owned(), folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the module.
    pub fn module(&self) -> PathBuf {
        self.folder.path().join("PSOAuthHelper")
    }

    /// Where the module has its library.
    pub fn library(&self) -> PathBuf {
        let native = self.module().join("runtimes").join(library::runtime_identifier()).join("native");
        native.join(library::file_name())
    }

    /// A program that runs a script of this folder with parameters, the module's first.
    pub fn script(&self, name: &str, parameters: &[(&str, &str)]) -> Program {
        let script = tools::workspace().join("tests/powershell").join(name);
        let program = Program::new(&self.pwsh).args(["-NoProfile", "-NonInteractive", "-File"]).arg(script);
        let program = program.arg("-Module").arg(self.module());
        parameters.iter().fold(program, |program, (name, value)| program.arg(format!("-{name}")).arg(value))
    }

    /// As [`script`](Self::script), with an authority among those that the system trusts.
    pub fn script_trusting(&self, authority: &Authority, name: &str, parameters: &[(&str, &str)]) -> Program {
        let root = self.folder().join("root.pem");
        authority.write_pem(&root);
        self.script(name, parameters).env("SSL_CERT_FILE", root)
    }

    /// A path as this PowerShell writes it.
    pub fn shown(&self, path: &Path) -> String {
        path.display().to_string()
    }

    /// Runs a script, which has to pass.
    pub fn run(&self, name: &str, parameters: &[(&str, &str)]) {
        self.script(name, parameters).output().success();
    }

    /// Writes a file into the session's folder.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder().join(name);
        fs::write(&path, content).expect("the folder can be written");
        path.display().to_string()
    }
}

/// An authority whose certificates a client that trusts it accepts.
pub fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| Authority::new("Test authority"))
}

/// A server that knows [`CLIENT_ID`].
pub fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start()
}
