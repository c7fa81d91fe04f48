//! Finds the programs that tests need. Each function gives the path, or the reason why there is none.

use std::env;
use std::path::{Path, PathBuf};

/// PowerShell: what `PSOAUTH_PWSH` names, then `pwsh` on PATH, on Windows `powershell.exe`, then `../shared/bin/pwsh`.
///
/// # Errors
/// The reason why there is none.
pub fn pwsh() -> Result<PathBuf, String> {
    if let Some(named) = env::var_os("PSOAUTH_PWSH") {
        let path = PathBuf::from(named);
        return match is_executable(&path) {
            true => Ok(path),
            false => Err(format!("PSOAUTH_PWSH names no program: {}", path.display())),
        };
    }
    if cfg!(windows) {
        return find_any(&["pwsh", "powershell"]);
    }
    find("pwsh")
}

/// PowerShell for Windows, run under Wine: `pwsh-win`.
///
/// # Errors
/// The reason why there is none.
pub fn pwsh_win() -> Result<PathBuf, String> {
    wine()?;
    find("pwsh-win")
}

/// Wine for 64-bit programs: on PATH, or where Debian puts it.
///
/// # Errors
/// The reason why there is none.
pub fn wine() -> Result<PathBuf, String> {
    let debian = PathBuf::from("/usr/lib/wine/wine64");
    find("wine64").or_else(|reason| if is_executable(&debian) { Ok(debian) } else { Err(reason) })
}

/// A C compiler that makes Windows programs.
///
/// # Errors
/// The reason why there is none.
pub fn mingw_compiler() -> Result<PathBuf, String> {
    find("x86_64-w64-mingw32-gcc")
}

/// The .NET SDK: `dotnet` on PATH, then `../shared/bin/dotnet`.
///
/// # Errors
/// The reason why there is none.
pub fn dotnet() -> Result<PathBuf, String> {
    find("dotnet")
}

/// A C compiler: cc, gcc or clang.
///
/// # Errors
/// The reason why there is none.
pub fn c_compiler() -> Result<PathBuf, String> {
    find_any(&["cc", "gcc", "clang"])
}

/// A C++ compiler: c++, g++ or clang++.
///
/// # Errors
/// The reason why there is none.
pub fn cxx_compiler() -> Result<PathBuf, String> {
    find_any(&["c++", "g++", "clang++"])
}

/// Node.js.
///
/// # Errors
/// The reason why there is none.
pub fn node() -> Result<PathBuf, String> {
    find("node")
}

/// npm.
///
/// # Errors
/// The reason why there is none.
pub fn npm() -> Result<PathBuf, String> {
    find("npm")
}

/// Python 3.
///
/// # Errors
/// The reason why there is none.
pub fn python() -> Result<PathBuf, String> {
    find_any(&["python3", "python"])
}

/// Any program by its name: on PATH, then in `../shared/bin` beside the workspace.
///
/// # Errors
/// The reason why there is none.
pub fn find(name: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let shared = workspace().join("../shared/bin");
    let mut folders = env::split_paths(&path).chain([shared]);
    folders.find_map(|folder| executable_in(&folder, name)).ok_or_else(|| format!("{name} is not on PATH"))
}

fn find_any(names: &[&str]) -> Result<PathBuf, String> {
    let mut found = names.iter().filter_map(|name| find(name).ok());
    found.next().ok_or_else(|| format!("none of {} is on PATH", names.join(", ")))
}

fn executable_in(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    let mut candidates = endings.iter().map(|ending| folder.join(format!("{name}{ending}")));
    candidates.find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let support = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = support.ancestors().nth(2).expect("the support crate lies in tests/support");
    root.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_has_a_reason() {
        assert_eq!(find("psoauth-no-such-tool"), Err("psoauth-no-such-tool is not on PATH".to_owned()));
    }

    #[test]
    fn cargo_is_found() {
        let cargo = find("cargo").unwrap();
        assert!(cargo.is_file() && workspace().join("tests/support/Cargo.toml").is_file());
    }
}
