//! The built library, and the PowerShell module with it.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::tools::workspace;

/// The psoauthhelper library that cargo built for the running test, example or benchmark.
///
/// Cargo refreshes `deps/` for each of these, but `target/debug/` only for `cargo build`: what lies there may be old.
///
/// # Panics
/// When there is none.
pub fn path() -> PathBuf {
    let library = profile_folder().join("deps").join(file_name());
    assert!(library.is_file(), "cargo left no library at {}", library.display());
    library
}

/// The library's file name on this platform, such as `libpsoauthhelper.so`.
pub fn file_name() -> String {
    format!("{DLL_PREFIX}psoauthhelper{DLL_SUFFIX}")
}

/// .NET's name of this platform, such as `linux-x64`.
pub fn runtime_identifier() -> String {
    let system = match () {
        () if cfg!(windows) => "win",
        () if cfg!(target_os = "macos") => "osx",
        () if cfg!(target_env = "musl") => "linux-musl",
        () => "linux",
    };
    let processor = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// Copies the module into `folder` as a user has it, with the library in its place, and returns the path of the manifest:
/// `folder/PSOAuthHelper/PSOAuthHelper.psd1`.
///
/// # Panics
/// When a file cannot be read or written.
pub fn stage_module(folder: &Path) -> PathBuf {
    stage_module_for(folder, &runtime_identifier(), &path())
}

/// As [`stage_module`], with a library that was built for another platform, which .NET calls `runtime_identifier`.
///
/// # Panics
/// When a file cannot be read or written.
pub fn stage_module_for(folder: &Path, runtime_identifier: &str, library: &Path) -> PathBuf {
    let module = folder.join("PSOAuthHelper");
    let source = workspace().join("powershell/PSOAuthHelper");
    copy_folder(&source, &module).expect("the module can be copied");
    let native = module.join("runtimes").join(runtime_identifier).join("native");
    fs::create_dir_all(&native).expect("the library's folder can be made");
    fs::copy(library, native.join(library.file_name().expect("a file"))).expect("the library can be copied");
    module.join("PSOAuthHelper.psd1")
}

/// Copies a folder with everything in it.
///
/// # Errors
/// Those of reading and writing.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_folder(&entry.path(), &target)?,
            false => fs::copy(entry.path(), target).map(drop)?,
        }
    }
    Ok(())
}

/// Cargo's folder of the profile in use, such as `target/debug`.
fn profile_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows where it lies");
    // Tests and benchmarks lie in deps/, examples in examples/, both in the profile's folder.
    let folder = program.ancestors().nth(2).expect("cargo's programs lie two folders deep");
    folder.to_owned()
}

/// Cargo's folder of all profiles, such as `target`.
pub(crate) fn target_folder() -> PathBuf {
    let profile = profile_folder();
    profile.parent().expect("a profile's folder lies in cargo's target").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_copied_whole() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(from.join("a/b")).unwrap();
        fs::write(from.join("a/b/file"), "text").unwrap();
        fs::write(from.join("top"), "").unwrap();
        copy_folder(&from, &folder.path().join("to")).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("to/a/b/file")).unwrap(), "text");
        assert!(folder.path().join("to/top").is_file());
    }

    #[test]
    fn a_test_knows_its_folders() {
        assert!(profile_folder().join("deps").is_dir());
        assert_eq!(target_folder(), profile_folder().parent().unwrap());
    }
}
