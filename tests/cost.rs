//! What the library costs: size, memory, threads, connections, and the instructions and allocations of a call.
//!
//! Nothing here is timed. The library is the one that `PSOAUTH_LIBRARY` names, built as it is shipped but with its
//! symbols: see `.ci/run`. `cost-baseline.json` holds what its calls cost when somebody last looked.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use psoauth_test_support::{Answer, Program, Server, Suite, tools};
use tempfile::TempDir;

/// Bytes of the stripped library.
const LARGEST: u64 = 3_000_000;

/// What the first call may add to a process, in kB.
const MOST_MEMORY: u64 = 12 * 1024;

/// What a count may be above or below its baseline, in percent. More is a new baseline: one that is too high would let
/// calls become dearer again unseen.
const SLACK: u64 = 5;

/// Calls of the shorter and of the longer run: what is counted is the difference, a warm call's own part.
const CALLS: (u64, u64) = (50, 250);

const BASELINE: &str = "tests/cost-baseline.json";

fn main() {
    Suite::new()
        .with_tool("the_library_is_small", || Ok::<_, String>((library()?, tools::find("strip")?)), size)
        .with_tool("a_first_call_is_light_and_an_idle_library_rests", Tools::find, rest)
        .with_tool("connections_are_used_again", Tools::find, connections)
        .with_tool("a_warm_call_takes_no_more_than_it_did", ValgrindTools::find, instructions)
        .with_tool("a_warm_call_allocates_no_more_than_it_did", ValgrindTools::find, allocations)
        .run();
}

/// The library to look at.
fn library() -> Result<PathBuf, String> {
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        return Err("costs are counted on Linux on x86-64".to_owned());
    }
    let named = env::var_os("PSOAUTH_LIBRARY").ok_or("PSOAUTH_LIBRARY names no library")?;
    fs::canonicalize(named).map_err(|error| format!("PSOAUTH_LIBRARY: {error}"))
}

struct Tools {
    library: PathBuf,
    compiler: PathBuf,
}

impl Tools {
    fn find() -> Result<Self, String> {
        Ok(Self { library: library()?, compiler: tools::c_compiler()? })
    }

    /// The program of tests/c that makes calls.
    fn compile(&self) -> Caller {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("cost");
        Program::new(&self.compiler)
            .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-Iinclude", "tests/c/cost.c", "-ldl", "-o"])
            .arg(&path)
            .current_dir(tools::workspace())
            .output()
            .success();
        Caller { path, folder }
    }
}

struct ValgrindTools {
    tools: Tools,
    valgrind: PathBuf,
}

impl ValgrindTools {
    fn find() -> Result<Self, String> {
        Ok(Self { tools: Tools::find()?, valgrind: tools::find("valgrind")? })
    }
}

struct Caller {
    path: PathBuf,
    folder: TempDir,
}

/// An answer as Entra's are, with a token of 1,500 bytes.
fn server() -> Server {
    let token = "x".repeat(1_500);
    let body = format!(r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{token}"}}"#);
    let server = Server::start(move |_| Answer::json(200, body.clone()));
    server.stop_recording();
    server
}

fn size((library, strip): (PathBuf, PathBuf)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stripped = folder.path().join("stripped");
    Program::new(strip).arg("-o").arg(&stripped).arg(library).output().success();
    let bytes = fs::metadata(&stripped).expect("strip has written it").len();
    println!("{bytes} bytes");
    assert!(bytes <= LARGEST, "the library has {bytes} bytes");
}

fn rest(tools: Tools) {
    let (caller, server) = (tools.compile(), server());
    let program = Program::new(&caller.path).arg(&tools.library).args(["once", &server.url("/token")]);
    let output = program.output().success().stdout;
    let number = |name: &str| -> u64 {
        let line = output.lines().find_map(|line| line.strip_prefix(name)).expect("the line is there");
        line.trim().parse().expect("a number")
    };
    println!("{output}");
    assert!(number("memory") <= MOST_MEMORY, "{output}");
    assert_eq!((number("threads"), number("switches")), (1, 0));
}

fn connections(tools: Tools) {
    let (caller, server) = (tools.compile(), server());
    Program::new(&caller.path).arg(&tools.library).args(["calls", &server.url("/token"), "100"]).output().success();
    assert_eq!(server.connections(), 1);
}

fn instructions(tools: ValgrindTools) {
    let caller = tools.tools.compile();
    let report = caller.folder.path().join("callgrind.out");
    let collect = |count, only: &[&str]| {
        let out = format!("--callgrind-out-file={}", report.display());
        run(&tools, &caller, &[&["--tool=callgrind", &out], only].concat(), count);
        let report = fs::read_to_string(&report).expect("callgrind has written it");
        let total = report.lines().find_map(|line| line.strip_prefix("totals: ")).expect("callgrind tells the total");
        total.trim().parse::<u64>().expect("a number")
    };
    check("instructions of a warm call", |count| collect(count, &[]));
    let parsing = ["--toggle-collect=*Answer*to_token*"];
    check("instructions of reading an answer", |count| collect(count, &parsing));
}

fn allocations(tools: ValgrindTools) {
    let caller = tools.tools.compile();
    check("allocations of a warm call", |count| {
        let told = run(&tools, &caller, &["--tool=memcheck", "--undef-value-errors=no"], count);
        let (_, usage) = told.split_once("total heap usage: ").expect("memcheck tells the heap's usage");
        let (number, _) = usage.split_once(" allocs").expect("memcheck tells the allocations");
        number.replace(',', "").parse().expect("a number")
    });
}

/// Makes calls under valgrind and returns what it says.
fn run(tools: &ValgrindTools, caller: &Caller, options: &[&str], count: u64) -> String {
    let server = server();
    let program = Program::new(&tools.valgrind).args(options).arg(&caller.path).arg(&tools.tools.library);
    let program = program.args(["calls", &server.url("/token"), &count.to_string()]).current_dir(caller.folder.path());
    program.deadline(Duration::from_secs(300)).output().success().stderr
}

/// Compares a count with its baseline.
fn check(what: &str, count: impl Fn(u64) -> u64) {
    let (few, many) = CALLS;
    let (fewer, more) = (count(few), count(many));
    let each = more.saturating_sub(fewer) / (many - few);
    let baseline = baseline()[what];
    println!("{what}: {each}, baseline {baseline}");
    assert!(each > 0, "nothing was counted for {what}");
    let slack = baseline * SLACK / 100;
    assert!(
        each.abs_diff(baseline) <= slack,
        "{what}: {each}, which is more than {SLACK} % from {baseline}. Mend what became dearer, or change {BASELINE}."
    );
}

fn baseline() -> BTreeMap<String, u64> {
    let path: &Path = &tools::workspace().join(BASELINE);
    serde_json::from_str(&fs::read_to_string(path).expect("the baseline is committed")).expect("names and numbers")
}
