//! What issuers answered within the last hour.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use once_cell::sync::Lazy;

use super::Issuer;
use crate::client::Way;
use crate::endpoint::TokenEndpoint;

/// How long an answer is used.
const LIFE: Duration = Duration::from_secs(60 * 60);

/// Answers kept at once; the oldest goes first.
const MOST_KEPT: usize = 64;

static KEPT: Lazy<Mutex<Vec<Kept>>> = Lazy::new(Mutex::default);

struct Kept {
    issuer: Issuer,
    /// Who trusts other authorities or goes another way may get another answer.
    way: Way,
    endpoint: TokenEndpoint,
    at: Instant,
}

/// The token endpoint of `issuer` as it was answered less than an hour before `now`.
pub(super) fn find(issuer: &Issuer, way: &Way, now: Instant) -> Option<TokenEndpoint> {
    let kept = lock();
    #[cfg(test)]
    crate::failpoint::hit("discovery");
    let found = kept.iter().find(|kept| kept.issuer == *issuer && kept.way == *way)?;
    (now < found.at + LIFE).then(|| found.endpoint.clone())
}

/// Keeps an answer that came at `now`, in place of an earlier one.
pub(super) fn keep(issuer: &Issuer, way: &Way, endpoint: &TokenEndpoint, now: Instant) {
    let mut kept = lock();
    kept.retain(|kept| !(kept.issuer == *issuer && kept.way == *way) && now < kept.at + LIFE);
    if kept.len() == MOST_KEPT {
        kept.remove(0);
    }
    kept.push(Kept { issuer: issuer.clone(), way: way.clone(), endpoint: endpoint.clone(), at: now });
}

fn lock() -> MutexGuard<'static, Vec<Kept>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Options;

    /// The answers are the process's: a test that fills them up would push out those of another.
    static ALONE: Mutex<()> = Mutex::new(());

    fn alone() -> MutexGuard<'static, ()> {
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issuer(name: &str) -> Issuer {
        Issuer::parse(&name.into(), false, false).expect(name)
    }

    #[test]
    fn an_answer_is_used_for_an_hour_by_those_who_asked_alike() {
        let _alone = alone();
        let options = Options::new(Duration::from_secs(1));
        let way = options.way();
        let endpoint = TokenEndpoint::parse("https://kept.example/token", false).expect("valid");
        let (asked, now) = (issuer("https://kept.example"), Instant::now());
        keep(&asked, &way, &endpoint, now);

        let later = now + LIFE - Duration::from_secs(1);
        let found = find(&asked, &way, later).expect("kept");
        assert_eq!(found.url(), endpoint.url());
        let retry = Options { fresh: true, ..options.clone() };
        assert!(find(&asked, &retry.way(), later).is_some(), "a retry goes the same way");
        assert!(find(&asked, &way, now + LIFE).is_none());
        assert!(find(&issuer("https://kept.example/"), &way, later).is_none());
        assert!(find(&asked, &options.direct().way(), later).is_none());
        let mutual_tls = Issuer::parse(&"https://kept.example".into(), false, true).expect("valid");
        assert!(find(&mutual_tls, &way, later).is_none());

        let moved = TokenEndpoint::parse("https://kept.example/moved", false).expect("valid");
        keep(&asked, &way, &moved, later);
        assert_eq!(find(&asked, &way, now + LIFE).expect("kept anew").url(), moved.url());
    }

    #[test]
    fn answers_are_bounded() {
        let _alone = alone();
        let way = Options::new(Duration::from_secs(2)).way();
        let endpoint = TokenEndpoint::parse("https://many.example/token", false).expect("valid");
        for number in 0..2 * MOST_KEPT {
            keep(&issuer(&format!("https://many.example/{number}")), &way, &endpoint, Instant::now());
        }
        assert!(lock().len() <= MOST_KEPT);
    }
}
