//! What a hit of the token cache costs through the C ABI: with 1,000 tokens, by one thread and by eight.

use std::ptr::{null_mut, slice_from_raw_parts};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use psoauth_test_support::{Answer, Server};
use psoauthhelper::ffi::*;

/// As many as the cache keeps.
const TOKENS: usize = 1_000;
const THREADS: usize = 8;

/// A request that frees itself.
struct Request(*mut psoauth_request);

// SAFETY: starting calls takes a request as const, which several threads may do at once; nothing here changes one later.
unsafe impl Sync for Request {}
// SAFETY: a request belongs to no thread.
unsafe impl Send for Request {}

impl Request {
    fn new(endpoint: &str, client: &str) -> Self {
        let request = Self(psoauth_request_new());
        for (field, text) in [
            (PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint),
            (PSOAUTH_REQUEST_CLIENT_ID, client),
            (PSOAUTH_REQUEST_CLIENT_SECRET, "0123456789abcdef0123456789abcdef01234567"),
            (PSOAUTH_REQUEST_SCOPE, "https://graph.microsoft.com/.default"),
        ] {
            // SAFETY: the request is live, and the text is readable for its length.
            let status = unsafe { psoauth_request_set_text(request.0, field, text.as_ptr().cast(), text.len()) };
            assert_eq!(status, PSOAUTH_STATUS_OK);
        }
        // SAFETY: the request is live.
        let status = unsafe { psoauth_request_set_number(request.0, PSOAUTH_OPTION_TOKEN_CACHE, 1) };
        assert_eq!(status, PSOAUTH_STATUS_OK);
        request
    }

    /// Makes a call to its end as callers do, reads the body, and returns whether it was a hit.
    fn call(&self) -> bool {
        let (mut call, mut length) = (null_mut(), 0);
        // SAFETY: the request is live, and so is the call until it is freed; both can be written to.
        unsafe {
            assert_eq!(psoauth_call_start(self.0, &mut call), PSOAUTH_STATUS_OK);
            assert_eq!(psoauth_call_wait(call, -1), PSOAUTH_STATUS_OK);
            let body = psoauth_call_text(call, PSOAUTH_CALL_BODY, &mut length);
            assert_eq!((*slice_from_raw_parts(body.cast::<u8>(), length))[0], b'{');
            let hit = psoauth_call_number(call, PSOAUTH_METRIC_FROM_CACHE) == 1;
            psoauth_call_free(call);
            hit
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: the request is live and not used again.
        unsafe { psoauth_request_free(self.0) };
    }
}

/// How long `threads` take for `hits` in all, each with its own share of the clients.
fn time(threads: usize, hits: u64, hit: impl Fn(usize) -> bool + Sync) -> Duration {
    let start = Instant::now();
    thread::scope(|scope| {
        for thread in 0..threads {
            let hit = &hit;
            scope.spawn(move || {
                for number in 0..hits as usize / threads {
                    assert!(hit((number + thread * TOKENS / threads) % TOKENS));
                }
            });
        }
    });
    start.elapsed()
}

fn hits(criterion: &mut Criterion) {
    let token = "x".repeat(1_500);
    let body = format!(r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{token}"}}"#);
    let server = Server::start(move |_| Answer::json(200, body.clone()));
    let endpoint = server.url("/e674da86-7ee5-40a7-b777-111111111111/oauth2/v2.0/token");
    let clients: Vec<_> = (0..TOKENS).map(|number| format!("4c8f1d5e-0d3b-4c39-9d5f-{number:012}")).collect();
    let requests: Vec<_> = clients.iter().map(|client| Request::new(&endpoint, client)).collect();
    for request in &requests {
        request.call();
    }
    for threads in [1, THREADS] {
        criterion.bench_function(&format!("hit, {threads} threads"), |bencher| {
            bencher.iter_custom(|count| time(threads, count, |number| requests[number].call()));
        });
        criterion.bench_function(&format!("hit with a new request, {threads} threads"), |bencher| {
            bencher
                .iter_custom(|count| time(threads, count, |number| Request::new(&endpoint, &clients[number]).call()));
        });
    }
}

criterion_group!(benches, hits);
criterion_main!(benches);
