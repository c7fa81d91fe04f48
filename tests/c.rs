//! Callers in C: compiled as C11 and as C++17, and run against servers on this machine.

#[path = "c/trials.rs"]
mod trials;

use std::path::{Path, PathBuf};

use psoauth_test_support::cases::{self, PROXY_PASSWORD, SECRET, TOKEN};
use psoauth_test_support::{Program, Server, Suite, library, spellings, tools};
use tempfile::TempDir;

const C11: [&str; 3] = ["-std=c11", "-x", "c"];
const CXX17: [&str; 3] = ["-std=c++17", "-x", "c++"];

/// Where an authorization server answers as each version of Entra does.
const V1: &str = "/contoso.com/oauth2/token";
const V2: &str = "/contoso.com/oauth2/v2.0/token";

fn main() {
    Suite::new()
        .with_tool("c11_gets_tokens_and_reads_errors", tools::c_compiler, |compiler| {
            trials::gets_tokens(compile(&compiler, C11, "token").run(), V2);
        })
        .with_tool("cxx17_gets_tokens_and_reads_errors", tools::cxx_compiler, |compiler| {
            trials::gets_tokens(compile(&compiler, CXX17, "token").run(), V2);
        })
        .with_tool("c11_keeps_the_headers_contract", tools::c_compiler, |compiler| {
            trials::keeps_contract(compile(&compiler, C11, "contract").run());
        })
        .with_tool("c11_lives_on_when_a_server_hangs_up", tools::c_compiler, |compiler| hangs_up(&compiler, C11))
        .with_tool("c11_ends_as_said_on_hostile_networks", tools::c_compiler, |compiler| {
            hostile_networks(&compiler, C11)
        })
        .with_tool("c11_cancels_from_another_thread", tools::c_compiler, |compiler| {
            trials::cancels(compile(&compiler, C11, "cancel").run());
        })
        .with_tool("cxx17_cancels_from_another_thread", tools::cxx_compiler, |compiler| {
            trials::cancels(compile(&compiler, CXX17, "cancel").run());
        })
        .with_tool(
            "valgrind_finds_no_error_and_no_leak",
            || Ok::<_, String>((tools::c_compiler()?, tools::find("valgrind")?)),
            |(compiler, valgrind)| under_valgrind(&compiler, &valgrind),
        )
        .run();
}

/// A program of tests/c, in a folder that goes with it.
struct Compiled {
    path: PathBuf,
    _folder: TempDir,
}

impl Compiled {
    fn run(&self) -> Program {
        Program::new(&self.path)
    }
}

fn compile(compiler: &Path, language: [&str; 3], name: &str) -> Compiled {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    let libraries = library::path().parent().expect("a folder").to_owned();
    Program::new(compiler)
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-pthread", "-Iinclude"])
        .args(language)
        .arg(format!("tests/c/{name}.c"))
        .args(["-x", "none", "-lpsoauthhelper"])
        .args(["-L", &libraries.display().to_string(), &format!("-Wl,-rpath,{}", libraries.display()), "-o"])
        .arg(&path)
        .current_dir(tools::workspace())
        .output()
        .success();
    Compiled { path, _folder: folder }
}

/// What is no TLS has the client write an alert, to a connection that is no more.
fn hangs_up(compiler: &Path, language: [&str; 3]) {
    let program = compile(compiler, language, "hangup");
    let server = Server::start_raw(|mut connection| {
        let _ = std::io::Read::read(&mut connection, &mut [0; 10]);
        let _ = std::io::Write::write_all(&mut connection, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.finish();
    });
    program.run().arg(format!("https://{}/token", server.address())).output().success();
}

/// A process for each: the environment is the network's.
fn hostile_networks(compiler: &Path, language: [&str; 3]) {
    let program = compile(compiler, language, "outcome");
    for (name, network) in cases::networks() {
        let network = network();
        let connect_timeout = network.connect_timeout.as_millis().to_string();
        let outcome = program.run().args([network.endpoint.as_str(), SECRET, TOKEN, &connect_timeout]);
        let variables = network.environment.iter();
        let output = variables.fold(outcome, |outcome, (name, value)| outcome.env(name, value)).output().success();
        let told: Vec<_> = output.stdout.trim_end_matches('\n').splitn(3, '\t').collect();
        let expected = [&network.ends.to_uppercase(), &network.attempts.to_string()];
        assert_eq!([&told[0].replace('_', ""), told[1]], expected, "{name}: {}", told[2]);
        for part in &network.says {
            assert!(told[2].contains(part), "{name} does not say {part:?}: {}", told[2]);
        }
        spellings::assert_absent(name, &(output.stdout + &output.stderr), &[SECRET, TOKEN, PROXY_PASSWORD]);
        network.check();
    }
}

/// The runtime's thread lives until the process ends, so what it holds is reachable and no leak.
fn under_valgrind(compiler: &Path, valgrind: &Path) {
    let program = compile(compiler, C11, "token");
    let valgrind = Program::new(valgrind)
        .args(["--quiet", "--error-exitcode=3", "--leak-check=full", "--show-leak-kinds=definite,indirect"])
        .args(["--errors-for-leak-kinds=definite,indirect"]);
    trials::gets_tokens(valgrind.arg(&program.path), V1);
}
