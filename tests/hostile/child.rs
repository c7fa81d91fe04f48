//! This program once more, as a process of its own: for what the library reads once, and for what is measured.

use std::fs::File;
use std::path::Path;
use std::time::Duration;
use std::{env, iter};

use psoauth_test_support::cases::Network;
use psoauth_test_support::{Output, Program};

use crate::client::{exchange, request};
use crate::{memory, secrets};

/// What a child process printed of one call.
pub struct Told {
    /// The status, such as `Tls`.
    pub status: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// The message, empty with a token.
    pub message: String,
}

/// This program, to be run with `arguments`.
pub fn program(arguments: &[&str]) -> Program {
    Program::new(env::current_exe().expect("a program has a path")).args(arguments)
}

/// One call across a network, in a process with its environment.
pub fn call(network: &Network) -> Told {
    let program = program(&["--call", &network.endpoint, &network.connect_timeout.as_secs().to_string()]);
    told(network.environment.iter().fold(program, |program, (name, value)| program.env(name, value)))
}

/// One call to `far` in a process that, after one to `near`, has opened all the files that it may.
pub fn starved(shell: &Path, near: &str, far: &str) -> Told {
    let program = Program::new(shell).args(["-c", "ulimit -n 64 && exec \"$0\" --starved \"$1\" \"$2\""]);
    told(program.arg(env::current_exe().expect("a program has a path")).args([near, far]))
}

/// One call to `endpoint` in a process of its own, whose system has `hosts` in place of its hosts file.
pub fn misled(unshare: &Path, hosts: &Path, endpoint: &str) -> Told {
    let script = "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"";
    let program = Program::new(unshare).args(["--mount", "sh", "-c", script, "sh"]).arg(hosts);
    told(program.arg(env::current_exe().expect("a program has a path")).args(["--call", endpoint, "10"]))
}

fn told(program: Program) -> Told {
    let Output { stdout, stderr, .. } = program.output().success();
    assert_eq!(stderr, "");
    let told: Vec<_> = stdout.trim_end_matches('\n').splitn(3, '\t').collect();
    let [status, attempts, message] = told[..] else { panic!("no outcome: {stdout}") };
    Told { status: status.into(), attempts: attempts.parse().expect("a number"), message: message.into() }
}

/// Does what a parent process asks for on the command line, if one does.
pub fn has_run() -> bool {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--call", endpoint, connect_timeout] => {
            let mut request = request(endpoint);
            let connect_timeout = Duration::from_secs(connect_timeout.parse().expect("seconds"));
            (request.allow_http, request.connect_timeout) = (true, connect_timeout);
            let (status, message, attempts) = exchange(request);
            println!("{status}\t{attempts}\t{message}");
        }
        ["--starved", near, far] => {
            // The runtime and its own descriptors are there before.
            exchange(request(near));
            let _held: Vec<_> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
            let (status, message, attempts) = exchange(request(far));
            println!("{status}\t{attempts}\t{message}");
        }
        ["--memory", endpoint] => memory::measure(endpoint),
        ["--leftovers", endpoint, other] => secrets::count_leftovers(endpoint, other),
        _ => return false,
    }
    true
}
