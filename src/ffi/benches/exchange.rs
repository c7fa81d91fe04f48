//! Whole exchanges with a server on this machine: the C ABI beside bare reqwest and a bare socket.
//!
//! The sides take turns in each of many rounds, so that what else the machine does meets all of them. A ratio is that of
//! one round; the table has the median of these and their middle half. Above 1, the C ABI takes longer. The last column is
//! the same ratio of processor time, the server's included, which what else the machine does changes least.

mod bare;
mod call;
mod request;

use std::time::{Duration, Instant};

use bare::{Reqwest, Socket};
use call::Call;
use psoauth_test_support::{Answer, Authority, Identity, Server};
use psoauthhelper::ffi::*;
use request::Request;

const ROUNDS: usize = 31;

/// How long one side has a turn.
const TURN: Duration = Duration::from_millis(50);

/// Cancels a call.
fn cancel(call: Call) {
    // SAFETY: the call is live.
    unsafe {
        psoauth_call_cancel(call.0);
        assert_eq!(psoauth_call_wait(call.0, -1), PSOAUTH_STATUS_CANCELLED);
    }
}

fn main() {
    let authority = Authority::new("a benchmark's authority");
    let roots = tempfile::NamedTempFile::new().expect("a temporary file");
    authority.write_pem(roots.path());
    // SAFETY: nothing else runs yet. Both sides read the system's trust store, which this names.
    unsafe { std::env::set_var("SSL_CERT_FILE", roots.path()) };

    println!(
        "{:34} {:>11} {:>11}  {:>6}  {:14} processor",
        "what, and beside what", "C ABI", "other", "ratio", "middle half"
    );
    one_call();
    for callers in [8, 64] {
        many_calls(callers);
    }
    cancelled_call();
    let identity = || authority.issue(&["localhost", "127.0.0.1"]);
    handshake("TLS handshake, resumed", &identity());
    handshake("TLS handshake, full", &identity().without_resumption());
}

fn one_call() {
    let server = server();
    let (ours, reqwest, mut socket) = (ours(&server), Reqwest::new(&server), Socket::connect(&server, 1));
    compare("call, reqwest on its own thread", 1, || _ = Call::start(&ours).end(), || reqwest.call());
    compare("call, reqwest on this thread", 1, || _ = Call::start(&ours).end(), || reqwest.call_here());
    compare("call, a socket alone", 1, || _ = Call::start(&ours).end(), || socket.round_trip());
}

fn many_calls(callers: usize) {
    let server = server();
    let (ours, reqwest, mut socket) = (ours(&server), Reqwest::new(&server), Socket::connect(&server, callers));
    let all = || {
        let calls: Vec<Call> = (0..callers).map(|_| Call::start(&ours)).collect();
        calls.into_iter().for_each(|call| _ = call.end());
    };
    compare(&format!("{callers} calls at once, reqwest"), callers, all, || reqwest.calls(callers));
    compare(&format!("{callers} calls at once, sockets alone"), callers, all, || socket.round_trip());
}

fn cancelled_call() {
    let server = Server::start(|_| Answer::nothing().hold());
    server.stop_recording();
    let (ours, reqwest) = (ours(&server), Reqwest::new(&server));
    compare("cancelled call, reqwest", 1, || cancel(Call::start(&ours)), || reqwest.cancelled());
}

/// Calls that each need a connection of their own.
fn handshake(what: &str, identity: &Identity) {
    let server = Server::start_tls(identity, |_| Answer::json(200, request::answer()).header("Connection", "close"));
    server.stop_recording();
    let (ours, reqwest) = (ours(&server), Reqwest::new(&server));
    compare(&format!("{what}, reqwest"), 1, || _ = Call::start(&ours).end(), || reqwest.call());
    let (handshakes, open) = (server.handshakes(), server.connections());
    println!("  ({} full and {} resumed handshakes of {open} connections)", handshakes.full, handshakes.resumed);
}

fn server() -> Server {
    let answer = Answer::json(200, request::answer());
    let server = Server::start(move |_| answer.clone());
    server.stop_recording();
    server
}

fn ours(server: &Server) -> Request {
    Request::new(&server.url("/token"), "a client")
}

/// Lets both sides take turns and prints what one of `calls` calls takes with each.
fn compare(what: &str, calls: usize, ours: impl Fn(), mut theirs: impl FnMut()) {
    let mut ours = || ours();
    turn(&mut ours);
    turn(&mut theirs);
    let (mut with_ours, mut with_theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Whoever begins may find the machine in another state.
        if round % 2 == 0 {
            with_ours.push(turn(&mut ours));
        }
        with_theirs.push(turn(&mut theirs));
        if round % 2 == 1 {
            with_ours.push(turn(&mut ours));
        }
    }
    let ratios = |figure: fn(&Turn) -> f64| {
        let rounds = with_ours.iter().zip(&with_theirs);
        quartiles(rounds.map(|(ours, theirs)| figure(ours) / figure(theirs)).collect())
    };
    let each = |turns: &[Turn]| quartiles(turns.iter().map(|turn| turn.elapsed * 1e6 / calls as f64).collect())[1];
    let ([low, ratio, high], [_, processor, _]) = (ratios(|turn| turn.elapsed), ratios(|turn| turn.processor));
    let (one, other) = (each(&with_ours), each(&with_theirs));
    println!("{what:34} {one:8.1} us {other:8.1} us  {ratio:6.3}  {low:5.3} to {high:5.3} {processor:9.3}");
}

/// What one of the runs of a turn took, in seconds.
struct Turn {
    elapsed: f64,
    /// Of all threads of this process.
    processor: f64,
}

fn turn(run: &mut impl FnMut()) -> Turn {
    let (start, processor, mut count) = (Instant::now(), processor_time(), 0);
    while start.elapsed() < TURN {
        run();
        count += 1;
    }
    let (elapsed, processor) = (start.elapsed().as_secs_f64(), processor_time() - processor);
    Turn { elapsed: elapsed / f64::from(count), processor: processor / f64::from(count) }
}

#[cfg(unix)]
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a time can be written to `time`.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) }, 0);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Not known here.
#[cfg(not(unix))]
fn processor_time() -> f64 {
    f64::NAN
}

fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}
