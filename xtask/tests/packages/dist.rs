//! One run of `cargo xtask dist` for all trials.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use psoauth_test_support::{Program, tools};

/// The packages, and what dist said.
pub struct Dist {
    pub folder: PathBuf,
    pub said: String,
}

/// The packages of this checkout, made when the first trial asks for them.
///
/// # Panics
/// When dist fails: in each trial.
pub fn dist() -> &'static Dist {
    static MADE: OnceLock<Result<Dist, String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dist");
        let output = xtask(&folder).current_dir(tools::workspace()).output();
        match output.status.success() {
            true => Ok(Dist { folder, said: output.stdout }),
            false => Err(output.stderr),
        }
    });
    made.as_ref().unwrap_or_else(|error| panic!("cargo xtask dist: {error}"))
}

/// A run of dist that writes into `folder`. Its current folder chooses the checkout.
pub fn xtask(folder: &Path) -> Program {
    let program = Program::new(env!("CARGO_BIN_EXE_xtask")).arg("dist").arg("--output").arg(folder);
    program.inherit_env().deadline(Duration::from_secs(1200))
}

impl Dist {
    /// The version of Cargo.toml.
    pub fn version(&self) -> String {
        let manifest = fs::read_to_string(tools::workspace().join("Cargo.toml")).expect("Cargo.toml is readable");
        let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
        line.and_then(|rest| rest.strip_suffix('"')).expect("the root package has a version").to_owned()
    }

    /// A file of dist/, `{}` in whose name is the version.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name.replace("{}", &self.version()))
    }

    /// The C package.
    pub fn tar_gz(&self) -> PathBuf {
        let entries = fs::read_dir(&self.folder).expect("dist is readable").flatten().map(|entry| entry.path());
        let mut archives = entries.filter(|path| path.to_string_lossy().ends_with(".tar.gz"));
        archives.next().expect("dist made a C package")
    }

    /// Unpacks a zip archive of dist/ into a folder.
    pub fn unzip(&self, name: &str, folder: &Path) {
        let bytes = fs::read(self.file(name)).expect("the package is readable");
        zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip archive").extract(folder).expect("it can be extracted");
    }
}
