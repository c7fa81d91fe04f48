//! When a failed attempt is made again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Answers that a moment later may be another one.
const PASSING_STATUSES: [u16; 5] = [408, 500, 502, 503, 504];

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Whether an answer with this HTTP status and no OAuth error is worth another attempt.
pub(crate) fn is_passing(http_status: u16) -> bool {
    PASSING_STATUSES.contains(&http_status)
}

/// How long to wait before retry number `retry`, counted from 0.
///
/// The pause doubles each time and is drawn from its upper half, so that clients that failed together do not
/// come back together.
pub(crate) fn pause(retry: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(2u32.saturating_pow(retry)).min(LONGEST_PAUSE);
    // A new RandomState is keyed at random: jitter needs no more.
    let random = RandomState::new().hash_one(retry) as u32;
    longest / 2 + (longest / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_vary_and_end() {
        for (retry, longest) in [(0, 200), (1, 400), (5, 6_400), (6, 10_000), (40, 10_000)] {
            let longest = Duration::from_millis(longest);
            let pauses: Vec<_> = (0..50).map(|_| pause(retry)).collect();
            assert!(pauses.iter().all(|pause| (longest / 2..=longest).contains(pause)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "no jitter: {pauses:?}");
        }
    }
}
