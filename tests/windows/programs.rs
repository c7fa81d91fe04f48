//! Callers in C, compiled for Windows.

use std::path::{Path, PathBuf};

use psoauth_test_support::{Answer, AuthorizationServer, Program, Server, Suite, tools};
use tempfile::TempDir;

use crate::{dll, wine};

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("c_gets_tokens_and_reads_errors", find, |wine| gets_tokens(&wine))
        .with_tool("c_keeps_the_headers_contract", find, |wine| keeps_contract(&wine))
        .with_tool("c_cancels_from_another_thread", find, |wine| cancels(&wine))
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

fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client("the client", "s3cr+t value").start()
}

fn gets_tokens(wine: &Path) {
    let program = compile("c/token");
    let server = server();
    let endpoint = server.url("/contoso.com/oauth2/v2.0/token");
    let output = wine::program(wine).arg(&program.path).arg(endpoint).output().success();
    assert!(output.stdout.contains("a token of ") && output.stdout.contains("invalid_client"), "{}", output.stdout);
    assert_eq!((server.granted(), server.refused()), (1, 1));
}

fn keeps_contract(wine: &Path) {
    let program = compile("c/contract");
    let server = server();
    let silent = Server::start(|_| Answer::nothing().hold());
    wine::program(wine).arg(&program.path).args([server.url("/token"), silent.url("/token")]).output().success();
}

fn cancels(wine: &Path) {
    let program = compile("c/cancel");
    let server = Server::start(|_| Answer::nothing().hold());
    let mut running = wine::program(wine).arg(&program.path).arg(server.url("/token")).start();
    server.next_request();
    running.wait_for_line(|line| line == "waiting");
    running.write(b"cancel\n");
    let output = running.wait().success();
    assert!(output.stdout.contains("The call was cancelled."), "{}", output.stdout);
    server.wait_until_open(0);
}

fn unloads(wine: &Path) {
    let program = compile("windows/unload");
    let silent = Server::start(|_| Answer::nothing().hold());
    let library = wine::windows_path(&program.library);
    wine::program(wine).arg(&program.path).args([library, silent.url("/token")]).output().success();
}
