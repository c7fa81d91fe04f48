//! What a hit of the token cache costs through the C ABI: with 1,000 tokens, by one thread and by eight.

mod call;
mod request;

use std::thread;
use std::time::{Duration, Instant};

use call::Call;
use criterion::{Criterion, criterion_group, criterion_main};
use psoauth_test_support::{Answer, Server};
use psoauthhelper::ffi::*;
use request::Request;

/// As many as the cache keeps.
const TOKENS: usize = 1_000;
const THREADS: usize = 8;

/// A request that is answered from the token cache where it can be.
fn cached(endpoint: &str, client: &str) -> Request {
    let request = Request::new(endpoint, client);
    // SAFETY: the request is live.
    let status = unsafe { psoauth_request_set_number(request.0, PSOAUTH_OPTION_TOKEN_CACHE, 1) };
    assert_eq!(status, PSOAUTH_STATUS_OK);
    request
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
    let server = Server::start(|_| Answer::json(200, request::answer()));
    let endpoint = server.url("/e674da86-7ee5-40a7-b777-111111111111/oauth2/v2.0/token");
    let clients: Vec<_> = (0..TOKENS).map(|number| format!("4c8f1d5e-0d3b-4c39-9d5f-{number:012}")).collect();
    let requests: Vec<_> = clients.iter().map(|client| cached(&endpoint, client)).collect();
    for request in &requests {
        Call::start(request).end();
    }
    for threads in [1, THREADS] {
        criterion.bench_function(&format!("hit, {threads} threads"), |bencher| {
            bencher.iter_custom(|count| time(threads, count, |number| Call::start(&requests[number]).end()));
        });
        criterion.bench_function(&format!("hit with a new request, {threads} threads"), |bencher| {
            bencher.iter_custom(|count| {
                time(threads, count, |number| Call::start(&cached(&endpoint, &clients[number])).end())
            });
        });
    }
}

criterion_group!(benches, hits);
criterion_main!(benches);
