//! The PowerShell module: imported by its name, from the folder and from the package.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Program, Suite, library, tools};

use crate::dist::dist;
use crate::{CLIENT_ID, CLIENT_SECRET, TOKEN, server};

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("the_module_is_imported_by_name", tools::pwsh, |pwsh| from_folder(&pwsh)).with_tool(
        "the_modules_package_is_installed_and_imported_by_name",
        tools::pwsh,
        |pwsh| from_package(&pwsh),
    )
}

fn from_folder(pwsh: &Path) {
    let modules = tempfile::tempdir().expect("a temporary folder");
    library::copy_folder(&dist().file("PSOAuthHelper"), &modules.path().join("PSOAuthHelper")).expect("the module");
    gets_token(pwsh, modules.path());
}

/// With Save-PSResource from a local repository where this PowerShell has it; else laid out as Install-PSResource does:
/// the archive's files without those of the packaging. `contents` checks the manifest that the gallery reads.
fn from_package(pwsh: &Path) {
    let modules = tempfile::tempdir().expect("a temporary folder");
    let installed =
        script(pwsh, "install.ps1").arg(&dist().folder).arg(modules.path()).env("HOME", modules.path()).output();
    if installed.success().stdout.trim() != "installed" {
        let module = modules.path().join("PSOAuthHelper").join(dist().version());
        dist().unzip("PSOAuthHelper.{}.nupkg", &module);
        for folder in ["_rels", "package"] {
            fs::remove_dir_all(module.join(folder)).expect("a part of the packaging");
        }
        for file in ["[Content_Types].xml", "PSOAuthHelper.nuspec"] {
            fs::remove_file(module.join(file)).expect("a part of the packaging");
        }
        assert_eq!(files(&module), files(&dist().file("PSOAuthHelper/{}")));
    }
    gets_token(pwsh, modules.path());
}

fn gets_token(pwsh: &Path, modules: &Path) {
    let server = server();
    let import = script(pwsh, "import.ps1").args([&server.url("/token"), CLIENT_ID, CLIENT_SECRET]);
    let output = import.env("PSModulePath", modules).current_dir(modules).output().success();
    let lines: Vec<&str> = output.stdout.lines().collect();
    let commands = files(&tools::workspace().join("powershell/PSOAuthHelper/functions")).len();
    let base = modules.join("PSOAuthHelper").join(dist().version());
    assert_eq!(
        lines,
        [&dist().version(), &base.display().to_string(), &commands.to_string(), &format!("Bearer {TOKEN}")],
        "{}",
        output.stderr
    );
    assert_eq!(server.granted(), 1);
}

fn script(pwsh: &Path, name: &str) -> Program {
    let path = tools::workspace().join("xtask/tests/packages").join(name);
    Program::new(pwsh).args(["-NoProfile", "-NonInteractive", "-File"]).arg(path)
}

/// The files below a folder, by their path in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = PathBuf::from(entry.file_name());
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path()).into_iter().map(|inside| name.join(inside))),
            false => found.push(name),
        }
    }
    found.sort();
    found
}
