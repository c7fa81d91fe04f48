//! The checkout that packages are made of: the workspace of the current folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, io};

use serde_json::Value;

use crate::files::read;

/// Where things are, and what is said once in the workspace.
pub struct Checkout {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The version of everything: that of Cargo.toml.
    pub version: String,
    /// What the crate is, from Cargo.toml.
    pub description: String,
    /// When the commit was made, in Unix seconds; `SOURCE_DATE_EPOCH` counts first.
    pub time: i64,
    /// The target that rustc builds for here, such as `x86_64-unknown-linux-gnu`.
    pub host: String,
}

impl Checkout {
    /// The checkout of the current folder.
    ///
    /// # Errors
    /// It is none, or has no time.
    pub fn open() -> Result<Self, String> {
        let metadata = metadata(&["--no-deps"])?;
        let root = path(&metadata["workspace_root"]);
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let package = packages.into_iter().find(|package| package["name"] == "psoauthhelper");
        let package = package.ok_or("the current folder lies in no checkout of psoauthhelper")?;
        Ok(Self {
            time: time(&root)?,
            target: path(&metadata["target_directory"]),
            version: text(&package["version"]),
            description: text(&package["description"]),
            host: host()?,
            root,
        })
    }

    /// Where dist's own builds are: their flags differ from those of `cargo build`, which would build all again.
    pub fn builds(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// The C header.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn header(&self) -> Result<String, String> {
        let bytes = read(&self.root.join("include/psoauthhelper.h"))?;
        Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
    }

    /// The version of the ABI: that of the header.
    ///
    /// # Errors
    /// The header cannot be read.
    pub fn abi_version(&self) -> Result<u32, String> {
        let header = self.header()?;
        let number = header.lines().find_map(|line| line.strip_prefix("#define PSOAUTH_ABI_VERSION "));
        number.and_then(|number| number.parse().ok()).ok_or_else(|| "the header has no PSOAUTH_ABI_VERSION".to_owned())
    }
}

/// What `cargo metadata` says.
///
/// # Errors
/// What cargo says when it fails.
pub fn metadata(arguments: &[&str]) -> Result<Value, String> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked"]).args(arguments);
    let output = run(&mut cargo)?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// Cargo, the one that runs this program.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What it told this program about its package would be a change to build scripts, which would run again.
    let told = env::vars_os().map(|(name, _)| name);
    for name in told.filter(|name| {
        name.to_string_lossy().starts_with("CARGO_PKG_") || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
    }) {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs a program to its end.
///
/// # Errors
/// It does not start, or ends with another exit code than 0: what it said.
pub fn run(command: &mut Command) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("{name} is not on PATH"),
        _ => format!("{name}: {error}"),
    })?;
    match output.status.success() {
        true => Ok(output),
        false => {
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            Err(format!("{name}: {}\n{out}{err}", output.status))
        }
    }
}

/// A path of JSON, or nothing.
pub fn path(value: &Value) -> PathBuf {
    PathBuf::from(value.as_str().unwrap_or_default())
}

/// A text of JSON, or nothing.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn host() -> Result<String, String> {
    let output = run(Command::new("rustc").arg("-vV"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("rustc names no host: {text}"))
}

fn time(root: &Path) -> Result<i64, String> {
    let given = env::var("SOURCE_DATE_EPOCH").ok();
    let seconds = match given {
        Some(given) => given,
        None => {
            let output = run(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root));
            let output =
                output.map_err(|error| format!("no commit to take the time from: set SOURCE_DATE_EPOCH ({error})"))?;
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
    };
    seconds.trim().parse().map_err(|_| format!("no Unix seconds: {seconds}"))
}
