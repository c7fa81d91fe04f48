//! What the steps of a call cost that need no network: making a request, and reading an answer.

mod request;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use psoauthhelper::TokenResponse;
use request::Request;

fn steps(criterion: &mut Criterion) {
    criterion.bench_function("make a request", |bencher| {
        bencher.iter(|| Request::new(black_box("https://login.example/token"), black_box("a client")))
    });
    let answer = request::answer();
    criterion.bench_function("read an answer", |bencher| {
        bencher.iter(|| TokenResponse::parse(200, black_box(answer.as_bytes())).expect("a token"))
    });
}

criterion_group!(benches, steps);
criterion_main!(benches);
