//! Callers in C, compiled for Windows.

use std::path::{Path, PathBuf};

use psoauth_test_support::{Answer, Program, Server, Suite, tools};
use tempfile::TempDir;

use crate::{dll, trials, wine};

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("c_gets_tokens_and_reads_errors", find, |wine| {
            trials::gets_tokens(compile("c/token").run(&wine), "/contoso.com/oauth2/v2.0/token");
        })
        .with_tool("c_keeps_the_headers_contract", find, |wine| {
            trials::keeps_contract(compile("c/contract").run(&wine));
        })
        .with_tool("c_cancels_from_another_thread", find, |wine| trials::cancels(compile("c/cancel").run(&wine)))
        .with_tool("the_dll_stays_when_it_is_unloaded", find, |wine| unloads(&wine))
}

fn find() -> Result<PathBuf, String> {
    wine::find().and_then(|_| tools::wine())
}

/// A program with the DLL beside it, in a folder that goes with it.
struct Compiled {
    path: PathBuf,
    library: PathBuf,
    _folder: TempDir,
}

impl Compiled {
    fn run(&self, wine: &Path) -> Program {
        wine::program(wine).arg(&self.path)
    }
}

/// Compiles a program, named by its path in tests/ without `.c`.
fn compile(name: &str) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("program.exe");
    let library = folder.path().join("psoauthhelper.dll");
    std::fs::copy(dll::find().expect("the trial has found it"), &library).expect("the DLL can be copied");
    Program::new(tools::mingw_compiler().expect("the trial has found it"))
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-static", "-pthread", "-Iinclude"])
        .arg(format!("tests/{name}.c"))
        .arg(&library)
        .arg("-o")
        .arg(&path)
        .current_dir(tools::workspace())
        .output()
        .success();
    Compiled { path, library, _folder: folder }
}

fn unloads(wine: &Path) {
    let program = compile("windows/unload");
    let silent = Server::start(|_| Answer::nothing().hold());
    let library = wine::windows_path(&program.library);
    program.run(wine).args([library, silent.url("/token")]).output().success();
}
