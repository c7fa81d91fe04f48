//! Memory, threads and sockets that calls leave behind, measured in a process of its own.

use std::fs;
use std::time::Duration;

use psoauth_test_support::cases::{self, TOKEN};
use psoauth_test_support::{Answer, Server, Suite, Unreachable};
use psoauthhelper::{Call, Status, TokenRequest};

use crate::child::program;
use crate::client::{exchange, request, token};

const CALLS: usize = 10_000;

/// What a leak of 100 bytes a call would come to.
const MOST_GROWTH: u64 = 1_000_000;

/// How often growth may be looked for again.
const ROUNDS: usize = 3;

const MEGABYTE: u64 = 1 << 20;

/// What is done ten thousand times, by the path that the server is asked for.
const KINDS: [&str; 11] = [
    "token",
    "oauth-error",
    "html",
    "redirect",
    "throttled",
    "invalid",
    "cancelled",
    "freed",
    "refused",
    "reset",
    "timed-out",
];

pub fn add(suite: Suite) -> Suite {
    if cfg!(not(target_os = "linux")) {
        return suite;
    }
    suite
        .test("memory::nothing_grows_over_ten_thousand_calls", nothing_grows_over_ten_thousand_calls)
        .alone("memory::a_gzip_bomb_stays_small", a_gzip_bomb_stays_small)
}

fn nothing_grows_over_ten_thousand_calls() {
    let server = Server::start(|request| match request.target.trim_start_matches('/') {
        "oauth-error" => Answer::json(400, r#"{"error":"invalid_client","error_description":"x"}"#),
        "html" => Answer::typed(200, "text/html", "<html>".repeat(100)),
        "redirect" => Answer::status(302).header("Location", "/elsewhere").header("Content-Length", "0"),
        "throttled" => Answer::json(429, ""),
        "reset" => Answer::nothing().reset(),
        "timed-out" => Answer::nothing().hold(),
        _ => token(),
    });
    server.stop_recording();
    let output = program(&["--memory", &server.url("/")]).deadline(Duration::from_secs(1200)).output().success();
    println!("{}", output.stdout);
}

/// Makes the calls and measures them.
pub fn measure(endpoint: &str) {
    for kind in KINDS {
        // Buffers, pools and the allocator's arenas fill at first.
        repeat(endpoint, kind, CALLS / 5);
        let before = Held::now();
        let (mut grown, mut after) = (u64::MAX, before);
        // A leak shows in every round; a backlog longer than any before it only in one.
        for _ in 0..ROUNDS {
            let memory = after.memory;
            repeat(endpoint, kind, CALLS);
            after = Held::now();
            grown = grown.min(after.memory.saturating_sub(memory));
            if grown < MOST_GROWTH {
                break;
            }
        }
        println!("{kind}: {grown} bytes more after {CALLS} calls; {} threads, {} files", after.threads, after.files);
        assert!(grown < MOST_GROWTH, "{kind}: {grown} bytes more");
        assert!(after.threads <= 4 && after.files <= before.files + 4, "{kind}: {after:?} after {before:?}");
    }
}

fn repeat(endpoint: &str, kind: &str, calls: usize) {
    let refusing = Unreachable::refusing();
    for number in 0..calls {
        // Whoever gives up calls is faster than the worker thread, which catches up here.
        let kind = if number % 100 == 99 && ["cancelled", "freed"].contains(&kind) { "token" } else { kind };
        let endpoint = if kind == "refused" { refusing.url("/token") } else { format!("{endpoint}{kind}") };
        let mut request = TokenRequest { max_retries: 0, ..request(&endpoint) };
        match kind {
            "invalid" => request.client_id = "".into(),
            "timed-out" => request.timeout = Duration::from_millis(1),
            _ => {}
        }
        let call = Call::start(request);
        match kind {
            "freed" => drop(call),
            "cancelled" => {
                call.cancel();
                call.wait();
            }
            "token" => assert_eq!(call.wait().result.as_ref().expect("a token").access_token.as_str(), TOKEN),
            _ => {
                let status = call.wait().status();
                let passing = [Status::Network, Status::TimedOut];
                assert!(passing.contains(&status) == ["refused", "reset", "timed-out"].contains(&kind), "{status:?}");
                assert_ne!(status, Status::Ok);
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Held {
    memory: u64,
    threads: usize,
    files: usize,
}

impl Held {
    fn now() -> Self {
        let count = |folder| fs::read_dir(folder).expect("Linux shows a process itself").count();
        Self {
            memory: status_kilobytes("RssAnon:") * 1024,
            threads: count("/proc/self/task"),
            files: count("/proc/self/fd"),
        }
    }
}

fn status_kilobytes(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux shows a process itself");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the line is there");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn a_gzip_bomb_stays_small() {
    let bomb = cases::gzip_bomb(200 << 20);
    let server = Server::start(move |_| bomb.clone());
    let sound = Server::start(|_| token());
    assert_eq!(exchange(request(&sound.url("/token"))).0, "Ok");
    let peak = || status_kilobytes("VmHWM:") * 1024;
    let before = peak();
    let (status, message, _) = exchange(request(&server.url("/token")));
    let grown = peak() - before;
    println!("{} kB more for 200 MB of gzip", grown / 1024);
    assert_eq!(status, "BadResponse");
    assert!(message.contains("larger than 1 MiB"), "{message}");
    assert!(grown < 16 * MEGABYTE, "{grown} bytes more");
}
