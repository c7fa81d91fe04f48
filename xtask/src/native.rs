//! The native libraries: what is built here, and what was built elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::checkout::{Checkout, cargo, run};

/// The platforms that packages are for, by .NET's runtime identifier, with the targets of Rust that are built for them.
const PLATFORMS: [(&str, &[&str]); 5] = [
    ("linux-arm64", &["aarch64-unknown-linux-gnu"]),
    ("linux-x64", &["x86_64-unknown-linux-gnu"]),
    ("osx-arm64", &["aarch64-apple-darwin"]),
    ("osx-x64", &["x86_64-apple-darwin"]),
    ("win-x64", &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"]),
];

/// Where a Windows library is that was built on another system.
const WINDOWS_LIBRARY: &str = "windows/x86_64-pc-windows-gnu/release/psoauthhelper.dll";

/// A shared library of one platform.
#[derive(Clone)]
pub struct Library {
    /// .NET's runtime identifier, such as `linux-x64`.
    pub rid: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What was built for the system that dist runs on.
pub struct Build {
    /// The folder of the libraries.
    pub folder: PathBuf,
    /// What a program links besides the static library, such as `-lpthread`.
    pub system_libraries: String,
    /// The shared library.
    pub library: Library,
}

impl Library {
    /// A library given by `RID=PATH`.
    ///
    /// # Errors
    /// The text has another form, or names no platform of ours or no file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (rid, path) = text.split_once('=').ok_or("--library takes RID=PATH")?;
        if !PLATFORMS.iter().any(|(known, _)| *known == rid) {
            return Err(format!("--library: there is no package for {rid}"));
        }
        match Path::new(path).is_file() {
            true => Ok(Self { rid: rid.to_owned(), path: path.into() }),
            false => Err(format!("--library: {path} is no file")),
        }
    }

    /// Its path in packages of .NET's form.
    pub fn packaged(&self) -> String {
        format!("runtimes/{}/native/{}", self.rid, file_name(&self.rid))
    }

    /// The targets that its dependencies are looked up for.
    pub fn targets(&self) -> &'static [&'static str] {
        PLATFORMS.iter().find(|(rid, _)| *rid == self.rid).map(|(_, targets)| *targets).unwrap_or_default()
    }
}

/// Builds the shared and the static library. Neither holds a path of this machine.
///
/// # Errors
/// There is no package for this system, or the build fails.
pub fn build(checkout: &Checkout) -> Result<Build, String> {
    let host = checkout.host.as_str();
    let platform = PLATFORMS.iter().find(|(_, targets)| targets.contains(&host));
    let (rid, _) = platform.ok_or_else(|| format!("there is no package for {host}"))?;
    let builds = checkout.builds();
    let system_libraries = builds.join("system-libraries");
    fs::create_dir_all(&builds).map_err(|error| format!("{}: {error}", builds.display()))?;

    let mut cargo = cargo();
    cargo.current_dir(&checkout.root).env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", remap(checkout)?);
    cargo.args(["rustc", "--quiet", "--release", "--locked", "--package", "psoauthhelper", "--lib"]);
    // Without the rlib of Cargo.toml, which would turn link-time optimisation off.
    cargo.args(["--crate-type", "cdylib,staticlib", "--target", host, "--target-dir"]).arg(&builds).arg("--");
    cargo.arg("--print").arg(format!("native-static-libs={}", system_libraries.display()));
    cargo.args(versioned_name(host, checkout.abi_version()?));
    run(&mut cargo)?;

    let printed = fs::read_to_string(&system_libraries).map_err(|error| format!("{error}"))?;
    // Compilers add what unwinds by themselves: this, or another library where everything is linked statically.
    let needed: Vec<_> = printed.split_whitespace().filter(|library| *library != "-lgcc_s").collect();
    let folder = builds.join(host).join("release");
    Ok(Build {
        library: Library { rid: (*rid).to_owned(), path: folder.join(file_name(rid)) },
        system_libraries: needed.join(" "),
        folder,
    })
}

/// The library for Windows that `.ci/windows` builds on Linux.
///
/// # Errors
/// There is none, or it is older than the sources.
pub fn windows(checkout: &Checkout) -> Result<Library, String> {
    let path = checkout.target.join(WINDOWS_LIBRARY);
    let built = path.metadata().and_then(|found| found.modified());
    let built = built.map_err(|_| format!("there is no target/{WINDOWS_LIBRARY}"))?;
    let sources = ["src", "build.rs", "Cargo.toml", "Cargo.lock"].map(|source| newest(&checkout.root.join(source)));
    match sources.into_iter().flatten().any(|changed| changed > built) {
        true => Err(format!("target/{WINDOWS_LIBRARY} is older than the sources")),
        false => Ok(Library { rid: "win-x64".to_owned(), path }),
    }
}

/// The platforms that no library is there for.
pub fn missing(libraries: &[Library]) -> impl Iterator<Item = &'static str> {
    let rids = PLATFORMS.iter().map(|(rid, _)| *rid);
    rids.filter(|rid| !libraries.iter().any(|library| library.rid == *rid))
}

/// Why there is no library of a platform.
pub fn why_missing(checkout: &Checkout, rid: &str) -> String {
    let elsewhere = format!("build it on such a system and give it to dist with --library {rid}=PATH");
    match windows(checkout) {
        Err(reason) if rid == "win-x64" => format!("{reason}; {elsewhere}"),
        _ => elsewhere,
    }
}

/// Linker arguments for the name that programs look for when they start. Only packages have it: in a checkout programs
/// find the library by the name that cargo gives it.
fn versioned_name(host: &str, abi_version: u32) -> Vec<String> {
    let argument = match host {
        _ if host.contains("linux") => format!("-Wl,-soname,libpsoauthhelper.so.{abi_version}"),
        _ if host.contains("darwin") => format!("-Wl,-install_name,@rpath/libpsoauthhelper.{abi_version}.dylib"),
        _ => return Vec::new(),
    };
    vec!["-C".to_owned(), format!("link-arg={argument}")]
}

/// Flags, in cargo's encoding, that take this machine's folders out of messages and debug information.
fn remap(checkout: &Checkout) -> Result<String, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).ok_or("there is no CARGO_HOME")?;
    let flag = |folder: &Path, name: &str| format!("--remap-path-prefix={}={name}", folder.display());
    Ok([flag(&checkout.root, "/psoauthhelper"), flag(&home, "/cargo")].join("\x1f"))
}

fn file_name(rid: &str) -> &'static str {
    match rid.split('-').next() {
        Some("win") => "psoauthhelper.dll",
        Some("osx") => "libpsoauthhelper.dylib",
        _ => "libpsoauthhelper.so",
    }
}

/// When a file, or the newest below a folder, was written.
fn newest(path: &Path) -> Option<SystemTime> {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().filter_map(|entry| newest(&entry.path())).max(),
        Err(_) => path.metadata().ok()?.modified().ok(),
    }
}
