//! Where secrets may not be: in what the library says, logs and writes, and in memory once a call is freed.

use std::env;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use psoauth_test_support::cases::{self, SECRET, TOKEN};
use psoauth_test_support::{ALONE, Answer, Server, Suite, spellings};
use psoauthhelper::{Call, ClientAuthentication};

use crate::child::program;
use crate::client::{exchange, request, token};

const NO_CASE: &str = "secrets::no_case_shows_one";

pub fn add(suite: Suite) -> Suite {
    let suite = suite.test(NO_CASE, no_case_shows_one);
    if cfg!(not(target_os = "linux")) {
        return suite;
    }
    suite.test("secrets::memory_is_wiped", memory_is_wiped)
}

/// In a process that prints everything, in a folder where it finds nothing and leaves nothing.
fn no_case_shows_one() {
    if env::var_os(ALONE).is_some() {
        return play_and_search();
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = program(&["--exact", NO_CASE, "--nocapture"]).env(ALONE, "1").env("RUST_LOG", "trace");
    let program = ["TMPDIR", "TEMP", "TMP"].into_iter().fold(program, |program, name| program.env(name, folder.path()));
    let output = program.current_dir(folder.path()).output().success();
    spellings::assert_absent("what the process printed", &output.stdout, &[SECRET, TOKEN]);
    spellings::assert_absent("what the process printed", &output.stderr, &[SECRET, TOKEN]);
    let files = fs::read_dir(folder.path()).expect("a folder").flatten().map(|file| file.file_name());
    assert_eq!(files.count(), 0, "files were written");
}

/// What the dependencies log, at every level.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut logged = LOGGED.lock().expect("whole");
        logged.push_str(&format!("{}: {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Every case once more, with each way to send the secret, and all that comes of it searched.
fn play_and_search() {
    log::set_logger(&Listener).expect("there is no other");
    log::set_max_level(log::LevelFilter::Trace);
    let cases: Vec<_> = cases::all().into_iter().chain(cases::endless()).collect();
    let asked: Vec<_> = cases.iter().map(|case| (case.name, case.ends)).collect();
    let server = cases::serve(&cases);
    let mut made = String::new();
    for ((name, ends), way) in asked.iter().zip(
        [ClientAuthentication::Body, ClientAuthentication::Basic, ClientAuthentication::BasicRaw].into_iter().cycle(),
    ) {
        let mut request = request(&server.url(&format!("/{name}")));
        request.client_authentication = way;
        request.max_retries = 0;
        if *ends == "TimedOut" {
            request.timeout = Duration::from_millis(50);
        }
        made += &format!("{request:?}\n");
        let call = Call::start(request);
        let outcome = call.wait();
        made += &format!("{name}: {outcome:?} {call:?}\n");
        if let Err(error) = &outcome.result {
            made += &format!("{error} {}\n", error.message.as_str());
            if let Some(oauth) = &error.oauth {
                let texts =
                    [&oauth.description, &oauth.uri, &oauth.correlation_id, &oauth.trace_id, &oauth.error_codes];
                for text in texts.into_iter().flatten().chain([&oauth.error]) {
                    made += text.as_str();
                    made.push('\n');
                }
            }
        }
    }
    let logged = LOGGED.lock().expect("whole").clone();
    assert!(logged.contains("reqwest"), "the listener heard nothing");
    let inherited =
        Command::new("env").output().map_or_else(|_| String::new(), |env| String::from_utf8_lossy(&env.stdout).into());
    assert!(cfg!(not(unix)) || inherited.contains(ALONE), "a child shows its environment");
    for (what, text) in [("the library", &made), ("a dependency's log", &logged), ("a child's environment", &inherited)]
    {
        spellings::assert_absent(what, text, &[SECRET, TOKEN]);
    }
}

/// How each byte of a mask differs from what it stands for: the searching process must not hold what it looks for.
const MASK: u8 = 0x5a;

/// The length of a secret.
const LETTERS: usize = 64;

fn memory_is_wiped() {
    let server = Server::start(|request| {
        // Open connections keep a header, until they are used again.
        let Some(secret) = request.field("client_secret") else { return Answer::token().close() };
        // The token is the secret the other way round, so that the child can tell it without being told.
        let token: String = secret.chars().rev().collect();
        Answer::json(200, format!(r#"{{"access_token":"{token}","expires_in":3600}}"#))
    });
    let other = Server::start(|_| token());
    let output = program(&["--leftovers", &server.url("/token"), &other.url("/token")]).output().success();
    assert_eq!(output.stdout, "secret: 0\nheader: 0\ntoken: 0\n");
}

/// Makes ten calls with each way to send a secret, frees them, and counts what this process still holds of the secret, of
/// its form in a header, and of the token. `other` is where another call goes.
pub fn count_leftovers(endpoint: &str, other: &str) {
    let masked = fresh_mask();
    let reversed: Vec<u8> = masked.iter().rev().copied().collect();
    // What was freed begins with notes of the allocator's: a copy is known by its second half.
    let (secret_end, token_end) = (&masked[LETTERS / 2..], &reversed[LETTERS / 2..]);
    let header_end = basic_end(&masked);
    assert_eq!(count(secret_end), 0, "the search finds itself");
    for number in 0..10 {
        let mut secret = zeroize::Zeroizing::new(String::with_capacity(masked.len()));
        secret.extend(masked.iter().map(|byte| char::from(byte ^ MASK)));
        for way in [ClientAuthentication::BasicRaw, ClientAuthentication::Body] {
            let mut request = request(endpoint);
            request.client_secret = secret.as_str().into();
            request.client_authentication = way;
            let call = Call::start(request);
            assert!(call.wait().result.is_ok());
            if number == 0 && way == ClientAuthentication::Body {
                assert_ne!(count(token_end), 0, "the search does not find what is there");
            }
        }
    }
    // The library's one thread lets go of a call's last buffers after its end, and has done so when a later call ends, which
    // has a connection of its own.
    exchange(request(other));
    println!("secret: {}\nheader: {}\ntoken: {}", count(secret_end), count(&header_end), count(token_end));
}

/// What HTTP Basic makes of the second half of a secret behind the client's id, masked.
fn basic_end(masked: &[u8]) -> Vec<u8> {
    let before = "the-client:".len();
    let start = (LETTERS / 2..).find(|start| (before + start).is_multiple_of(3)).expect("one of three");
    let groups = masked[start..].chunks_exact(3).map(|group| [group[0] ^ MASK, group[1] ^ MASK, group[2] ^ MASK]);
    groups.flat_map(|group| STANDARD.encode(group).into_bytes()).map(|letter| letter ^ MASK).collect()
}

/// Letters at random, masked.
fn fresh_mask() -> Vec<u8> {
    let mut bytes = vec![0; LETTERS];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes)).expect("Linux has random bytes");
    bytes.iter().map(|byte| (b'a' + byte % 26) ^ MASK).collect()
}

/// How often what is masked stands in this process's memory.
fn count(masked: &[u8]) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux shows a process itself");
    let mut memory = File::open("/proc/self/mem").expect("Linux shows a process itself");
    let mut buffer = vec![0; 1 << 20];
    let own = buffer.as_ptr() as u64..buffer.as_ptr() as u64 + buffer.len() as u64;
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split_once(' ').and_then(|(range, _)| range.split_once('-')).expect("a range");
        let address = |text| u64::from_str_radix(text, 16).expect("hexadecimal");
        let (mut at, end) = (address(start), address(end));
        while at < end {
            let length = (end - at).min(buffer.len() as u64) as usize;
            memory.seek(SeekFrom::Start(at)).expect("an address");
            if memory.read_exact(&mut buffer[..length]).is_err() {
                break;
            }
            found += buffer[..length]
                .windows(masked.len())
                .enumerate()
                .filter(|(offset, _)| !own.contains(&(at + *offset as u64)))
                .filter(|(_, window)| window.iter().zip(masked).all(|(byte, masked)| byte ^ MASK == *masked))
                .count();
            // A copy may lie across two pieces.
            at += if at + length as u64 == end { length as u64 } else { (length - masked.len() + 1) as u64 };
        }
    }
    buffer.fill(0);
    found
}
