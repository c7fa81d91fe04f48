//! The table of hostile answers, through the Rust API.

use std::time::Duration;

use psoauth_test_support::Suite;
use psoauth_test_support::cases::{self, Case};

use crate::client::{exchange, request};

/// A trial for each case.
pub fn add(suite: Suite) -> Suite {
    // Far more than the largest answer takes on a busy machine.
    let ended = cases::all().into_iter().map(|case| (case, Duration::from_secs(300)));
    let endless = cases::endless().into_iter().map(|case| (case, Duration::from_millis(400)));
    ended.chain(endless).fold(suite, |suite, (case, deadline)| {
        suite.test(&format!("answers::{}", case.name), move || ends_as_said(case, deadline))
    })
}

fn ends_as_said(case: Case, deadline: Duration) {
    let (name, ends, says, attempts) = (case.name, case.ends, case.says, case.attempts);
    let server = cases::serve(&[case]);
    let mut request = request(&server.url(&format!("/{name}")));
    request.timeout = deadline;
    let (status, message, attempted) = exchange(request);
    assert_eq!(status, ends, "{message}");
    // An exchange that the waiting thread had to end does not tell how far it was.
    assert!(attempted == attempts || (ends == "TimedOut" && attempted == 0), "{attempted} attempts: {message}");
    for part in says {
        assert!(message.contains(part), "it does not say {part:?}: {message}");
    }
}
