//! OpenSSL's command line: keys, certificates and PFX files that are not ours.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Program, tools};

/// The openssl program with a folder of its own for what it makes.
pub struct OpenSsl {
    program: PathBuf,
    folder: TempDir,
}

impl OpenSsl {
    /// Finds it.
    ///
    /// # Errors
    /// The reason why there is none, or none that makes what the tests need.
    pub fn find() -> Result<Self, String> {
        let program = tools::find("openssl")?;
        let version = Program::new(&program).arg("version").output().stdout;
        if !version.starts_with("OpenSSL 3") {
            return Err(format!("openssl is {}, not OpenSSL 3", version.trim()));
        }
        Ok(Self { program, folder: tempfile::tempdir().map_err(|error| error.to_string())? })
    }

    /// Runs it in its folder with arguments separated by spaces.
    ///
    /// # Panics
    /// When it fails.
    pub fn run(&self, arguments: &str) {
        Program::new(&self.program).args(arguments.split(' ')).current_dir(self.folder.path()).output().success();
    }

    /// The path of a file in its folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file in its folder.
    ///
    /// # Panics
    /// When there is none.
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("openssl wrote it")
    }

    /// Writes a file into its folder.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("the folder can be written");
        path
    }
}
