//! Hostile answers and networks, and what a caller gets to know of each: one table for every way into the library.

mod encodings;
mod framing;
mod json;
mod networks;
mod proxies;
mod statuses;
mod tls;

pub use encodings::gzip_bomb;
pub use networks::{Network, networks};
pub use proxies::PROXY_PASSWORD;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Answer, Server};

/// The client secret that callers of the cases send. Some answers repeat it.
pub const SECRET: &str = "S3cr3t/+of the=client&~";

/// The token of every answer that has one.
pub const TOKEN: &str = "t0k3n.of-the_answer~+/==";

/// A hostile answer and its expected outcome.
pub struct Case {
    /// What the answer is like, in words joined by `_`.
    pub name: &'static str,
    /// How the call ends: the name of the library's status in Rust, such as `BadResponse`; `Ok` with [`TOKEN`].
    pub ends: &'static str,
    /// What the message says, among other things; with `Ok`, nothing.
    pub says: &'static [&'static str],
    /// How many attempts are made, with one retry allowed.
    pub attempts: u32,
    /// What the server does at each attempt; the last one serves for all that follow.
    answers: Vec<Answer>,
}

impl Case {
    fn new(name: &'static str, answer: Answer, ends: &'static str, says: &'static [&'static str]) -> Self {
        Self { name, ends, says, attempts: 1, answers: vec![answer] }
    }

    /// The status and the body of the first answer, where it is a well-formed one.
    pub fn first_message(&self) -> Option<(u16, &[u8])> {
        self.answers.first()?.status_and_body()
    }

    /// The same, with one retry.
    fn tried_twice(self) -> Self {
        Self { attempts: 2, ..self }
    }

    /// The same, with another answer to the second attempt.
    fn then(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self.tried_twice()
    }
}

/// Every case that ends by itself, in milliseconds.
pub fn all() -> Vec<Case> {
    [framing::cases(), encodings::cases(), json::cases(), statuses::cases()].into_iter().flatten().collect()
}

/// Cases that only a deadline ends, all of them `TimedOut`.
pub fn endless() -> Vec<Case> {
    framing::endless_cases()
}

/// A server that plays `cases`, each at the path of its name: `/closed_inside_the_headers`.
pub fn serve(cases: &[Case]) -> Server {
    Server::start(play(cases))
}

/// What [`serve`] answers to each request.
pub fn play(cases: &[Case]) -> impl Fn(&crate::Received) -> Answer + Send + Sync + use<> {
    let answers: HashMap<_, _> =
        cases.iter().map(|case| (format!("/{}", case.name), (AtomicUsize::new(0), case.answers.clone()))).collect();
    move |request| {
        let (attempts, answers) = answers.get(&request.target).expect("every case has its path");
        let attempt = attempts.fetch_add(1, Ordering::Relaxed);
        answers[attempt.min(answers.len() - 1)].clone()
    }
}

/// A token answer of [`TOKEN`].
fn token() -> Answer {
    Answer::json(200, token_json())
}

fn token_json() -> String {
    format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#)
}
