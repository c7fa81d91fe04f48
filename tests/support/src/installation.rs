//! Servers that are not ours: installed once into cargo's folder, by the files that name their versions.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::library::target_folder;
use crate::tools::workspace;

/// Trials that run at once need one installation, not one each.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The folder in which `tests/<name>` is installed: `install` makes it, with copies of `files` in it, where it is not there
/// yet. Another one is made when one of the files changes.
///
/// # Errors
/// The reason why it cannot be installed.
///
/// # Panics
/// When files cannot be copied.
pub(crate) fn installed(
    name: &str,
    files: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let source = workspace().join("tests").join(name);
    let temporary = target_folder().join("tmp");
    let folder = temporary.join(format!("{name}-{:016x}", fingerprint(&source, files)));
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&temporary).expect("cargo's folder can be written");
    let fresh = tempfile::tempdir_in(&temporary).expect("cargo's folder can be written");
    for file in files {
        fs::copy(source.join(file), fresh.path().join(file)).expect("the file can be copied");
    }
    install(fresh.path())?;
    // Another process may have been first: then its folder stays, and the fresh one goes.
    let _ = fs::rename(fresh.path(), &folder);
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(format!("{} cannot be made", folder.display())),
    }
}

/// Changes with each of the files that decide what is installed.
fn fingerprint(source: &Path, files: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(source.join(file)).expect("the file can be read").hash(&mut hasher);
    }
    hasher.finish()
}
