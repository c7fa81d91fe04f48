//! When a failed attempt is made again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Statuses of faults that may be gone a moment later.
const TRANSIENT_STATUSES: [u16; 5] = [408, 500, 502, 503, 504];

/// Whether an answer with this HTTP status and no OAuth error is worth another attempt.
pub(crate) fn is_transient(http_status: u16) -> bool {
    TRANSIENT_STATUSES.contains(&http_status)
}

/// How often, and how long after a failure, attempts are made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backoff {
    /// As the request asks, after 0.1 to 10 s.
    Brief,
    /// As Microsoft asks of those who use the instance metadata of Azure's machines: five times, after about 2, 5, 10,
    /// 20 and 40 s. The service is to be back within 70 s.
    InstanceMetadata,
}

impl Backoff {
    /// How many times to try again where the request asks for `asked`.
    pub fn retries(self, asked: u32) -> u32 {
        match self {
            Self::Brief => asked,
            Self::InstanceMetadata if asked == 0 => 0,
            Self::InstanceMetadata => asked.max(5),
        }
    }

    /// How long to wait before retry number `retry`, counted from 0.
    ///
    /// The pause doubles each time. A part of it is drawn at random, so that clients that failed together do not come
    /// back together.
    pub fn pause(self, retry: u32) -> Duration {
        let (shortest, longest, random_part) = match self {
            Self::Brief => (Duration::from_millis(100), Duration::from_secs(5), 1.0),
            Self::InstanceMetadata => (Duration::from_millis(2400), Duration::from_secs(60), 0.25),
        };
        let pause = shortest.saturating_mul(2u32.saturating_pow(retry)).min(longest);
        // A new RandomState is keyed at random: jitter needs no more.
        let random = f64::from(RandomState::new().hash_one(retry) as u32) / f64::from(u32::MAX);
        pause + pause.mul_f64(random_part * random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(backoff: Backoff, retry: u32, shortest: u64, longest: u64) {
        let range = Duration::from_millis(shortest)..=Duration::from_millis(longest);
        let pauses: Vec<_> = (0..50).map(|_| backoff.pause(retry)).collect();
        assert!(pauses.iter().all(|pause| range.contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "no jitter: {pauses:?}");
    }

    #[test]
    fn pauses_double_vary_and_end() {
        for (retry, longest) in [(0, 200), (1, 400), (5, 6_400), (6, 10_000), (40, 10_000)] {
            check(Backoff::Brief, retry, longest / 2, longest);
        }
    }

    #[test]
    fn instance_metadata_is_asked_until_it_has_to_be_back() {
        for (retry, shortest, longest) in [(0, 2_400, 3_000), (1, 4_800, 6_000), (5, 60_000, 75_000)] {
            check(Backoff::InstanceMetadata, retry, shortest, longest);
        }
        let all: Duration = (0..5).map(|retry| Backoff::InstanceMetadata.pause(retry)).sum();
        assert!(all > Duration::from_secs(70), "{all:?}");
        let retries = |asked| Backoff::InstanceMetadata.retries(asked);
        assert_eq!((retries(0), retries(1), retries(7)), (0, 5, 7));
        assert_eq!(Backoff::Brief.retries(1), 1);
    }
}
