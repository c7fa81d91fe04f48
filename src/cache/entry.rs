//! A kept token: how long it may be used, and how it is lent.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use crate::json;
use crate::response::TokenResponse;
use crate::secret::Text;

/// A token is used until the shorter of this and a tenth of its life before its end.
const LONGEST_MARGIN: Duration = Duration::from_secs(300);

/// How long a failed renewal is not tried again, unless the server says longer.
const RENEWAL_PAUSE: Duration = Duration::from_secs(60);

/// The largest answer that is kept, in bytes: a thousand of them are to fit into memory.
const LARGEST_KEPT: usize = 64 * 1024;

/// A moment on both clocks of the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub monotonic: Instant,
    pub wall: SystemTime,
}

impl Moment {
    pub fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }
}

/// A token and its times, which count from when it was asked for.
pub(super) struct Entry {
    asked: Moment,
    usable: Duration,
    /// Milliseconds after which it is to be renewed.
    renewal: AtomicU64,
    used: AtomicU64,
    /// As the server gave it.
    expires_in: Option<i64>,
    lent: Mutex<Lent>,
}

/// The token as it was lent last.
struct Lent {
    token: Arc<TokenResponse>,
    /// Where its body has the number of `expires_in`.
    number: Option<Range<usize>>,
}

impl Entry {
    /// Keeps `token`, which was asked for at `asked`. None where it is very large, where it is not known how long it lives,
    /// and where it came with a refresh token: that may be good for one use, and two callers would have it.
    pub fn new(token: Arc<TokenResponse>, asked: Moment) -> Option<Self> {
        if token.refresh_token.is_some() || token.body.len() > LARGEST_KEPT {
            return None;
        }
        let life = life(&token, asked.wall)?;
        let usable = life - LONGEST_MARGIN.min(life / 10);
        if usable.is_zero() {
            return None;
        }
        let members = json::object::<json::Members<'_>>(token.body.as_str()).ok()?;
        let renewal = json::seconds(members.refresh_in).map_or(u64::MAX, |seconds| milliseconds(whole(seconds)));
        let number = members.expires_in.filter(|raw| json::seconds(Some(raw)).is_some()).map(|raw| {
            let number = raw.get().trim_matches('"');
            let start = number.as_ptr().addr() - token.body.as_str().as_ptr().addr();
            start..start + number.len()
        });
        Some(Self {
            asked,
            usable,
            renewal: renewal.into(),
            used: AtomicU64::new(0),
            expires_in: token.expires_in,
            lent: Mutex::new(Lent { token, number }),
        })
    }

    pub fn is_usable(&self, now: Moment) -> bool {
        self.age(now).is_some_and(|age| age < self.usable)
    }

    /// Whether it should be replaced, though it is usable yet (`refresh_in`).
    pub fn is_renewal_due(&self, now: Moment) -> bool {
        self.age(now).is_none_or(|age| milliseconds(age) >= self.renewal.load(Ordering::Relaxed))
    }

    /// After a failed renewal: leaves the server alone for a minute, or for as long as it asks.
    pub fn postpone_renewal(&self, now: Moment, retry_after: Option<u64>) {
        let pause = RENEWAL_PAUSE.max(Duration::from_secs(retry_after.unwrap_or_default()));
        let renewal = self.age(now).unwrap_or_default().saturating_add(pause);
        self.renewal.fetch_max(milliseconds(renewal), Ordering::Relaxed);
    }

    /// The number of its last use.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    pub fn use_as(&self, number: u64) {
        self.used.store(number, Ordering::Relaxed);
    }

    /// The token as the server would give it now: with the seconds that are left to it.
    ///
    /// What is lent in one second is made once.
    pub fn lend(&self, now: Moment) -> Arc<TokenResponse> {
        let spent = self.age(now).unwrap_or_default();
        let spent = spent.as_secs() as i64 + i64::from(spent.subsec_nanos() > 0);
        let left = self.expires_in.map(|seconds| (seconds - spent).max(0));
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        if lent.token.expires_in != left {
            *lent = lent.lowered(left);
        }
        lent.token.clone()
    }

    /// How old it is by the clock that says more: the monotonic one stands still while some machines sleep, and the
    /// other one may be set. None where that one was set to before the token was asked for, which leaves its age open.
    fn age(&self, now: Moment) -> Option<Duration> {
        let by_wall = now.wall.duration_since(self.asked.wall).ok()?;
        Some(by_wall.max(now.monotonic.saturating_duration_since(self.asked.monotonic)))
    }
}

impl Lent {
    /// The same with `left` seconds, in the number's own type of JSON.
    fn lowered(&self, left: Option<i64>) -> Self {
        let token = &self.token;
        let body = token.body.as_str();
        let (body, number) = match (self.number.clone(), left) {
            (Some(at), Some(left)) => {
                let fraction = if body[at.clone()].contains(['.', 'e', 'E']) { ".0" } else { "" };
                let number = format!("{left}{fraction}");
                let body = Zeroizing::new([&body[..at.start], &number, &body[at.end..]].concat());
                (Text::from(body.as_str()), Some(at.start..at.start + number.len()))
            }
            _ => (token.body.clone(), self.number.clone()),
        };
        let token = TokenResponse {
            access_token: token.access_token.clone(),
            token_type: token.token_type.clone(),
            refresh_token: None,
            scope: token.scope.clone(),
            expires_in: left,
            expires_on: token.expires_on,
            body,
        };
        Self { token: Arc::new(token), number }
    }
}

/// How long the token lives from `asked`.
///
/// Endpoints that keep tokens themselves (managed identities) may say `expires_in` from when the token was made: the
/// earlier end counts. An `expires_on` in the past, though, tells of a clock that is wrong.
fn life(token: &TokenResponse, asked: SystemTime) -> Option<Duration> {
    let asked = asked.duration_since(UNIX_EPOCH).ok()?;
    let until = token.expires_on.and_then(|end| whole(end).checked_sub(asked));
    match (token.expires_in.map(whole), until) {
        (Some(life), Some(until)) => Some(life.min(until)),
        (life, until) => life.or(until),
    }
}

fn whole(seconds: i64) -> Duration {
    Duration::from_secs(seconds.max(0) as u64)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: u64 = 1_700_000_000;

    fn asked() -> Moment {
        Moment { monotonic: Instant::now(), wall: UNIX_EPOCH + Duration::from_secs(ASKED) }
    }

    /// `seconds` later on each clock.
    fn later(from: Moment, seconds: f64) -> Moment {
        let passed = Duration::from_secs_f64(seconds);
        Moment { monotonic: from.monotonic + passed, wall: from.wall + passed }
    }

    fn token(body: &str) -> Arc<TokenResponse> {
        let members = json::object::<json::Members<'_>>(body).expect("an object");
        let expires_in = json::seconds(members.expires_in);
        Arc::new(TokenResponse {
            access_token: "a".into(),
            token_type: Some("Bearer".into()),
            refresh_token: json::text(members.refresh_token),
            scope: Some("s".into()),
            expires_in,
            expires_on: json::seconds(members.expires_on).or(expires_in.map(|seconds| seconds + ASKED as i64)),
            body: body.into(),
        })
    }

    /// The seconds, to a tenth, for which an answer may be used; none where it is not kept.
    fn usable(body: &str) -> Option<f64> {
        let from = asked();
        let entry = Entry::new(token(body), from)?;
        let usable = entry.usable.as_secs_f64();
        assert!(entry.is_usable(later(from, usable - 0.1)) && !entry.is_usable(later(from, usable)), "{body}");
        Some(usable)
    }

    #[test]
    fn the_number_of_a_lent_body_keeps_its_type() {
        for (body, lowered) in [
            (r#"{"expires_in":3600,"x":1}"#, r#"{"expires_in":999,"x":1}"#),
            (r#"{"a":"3600","expires_in": "3600","x":3600}"#, r#"{"a":"3600","expires_in": "999","x":3600}"#),
            (r#"{"expires_in":3600.0}"#, r#"{"expires_in":999.0}"#),
            (r#"{"expires_in":36e2}"#, r#"{"expires_in":999.0}"#),
            (
                r#"{"é":"\"expires_in\":3600","expires_in":3600,"expires_on":"1700003600","ext_expires_in":3600}"#,
                r#"{"é":"\"expires_in\":3600","expires_in":999,"expires_on":"1700003600","ext_expires_in":3600}"#,
            ),
        ] {
            let from = asked();
            let entry = Entry::new(token(body), from).expect("an end");
            let lent = entry.lend(later(from, 0.2));
            assert_eq!(lent.expires_in, Some(3599), "{body}");
            let lent = entry.lend(later(from, 2600.1));
            assert_eq!((lent.expires_in, lent.body.as_str()), (Some(999), lowered));
            assert_eq!(lent.expires_on, Some(1_700_003_600));
            let texts = (lent.access_token.as_str(), lent.token_type.as_ref(), lent.scope.as_ref());
            assert_eq!(
                (texts.0, texts.1.map(Text::as_str), texts.2.map(Text::as_str)),
                ("a", Some("Bearer"), Some("s"))
            );
        }
    }

    #[test]
    fn seconds_that_the_body_does_not_have_are_not_put_there() {
        for body in [r#"{"expires_on":1700003600}"#, r#"{"expires_in":"soon","expires_on":1700003600}"#] {
            let mut worked_out = TokenResponse::clone(&token(body));
            worked_out.expires_in = Some(3600);
            let from = asked();
            let lent = Entry::new(Arc::new(worked_out), from).expect("an end").lend(later(from, 600.0));
            assert_eq!((lent.expires_in, lent.body.as_str()), (Some(3000), body));
        }
    }

    #[test]
    fn within_a_second_all_get_the_same() {
        let from = asked();
        let entry = Entry::new(token(r#"{"expires_in":3600}"#), from).expect("an end");
        assert!(Arc::ptr_eq(&entry.lend(later(from, 7.2)), &entry.lend(later(from, 7.9))));
        assert_eq!(entry.lend(later(from, 8.1)).expires_in, Some(3591));
    }

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        assert_eq!(usable(r#"{"expires_in":"86400"}"#), Some(86_100.0));
        assert_eq!(usable(r#"{"expires_in":3600}"#), Some(3300.0));
        assert_eq!(usable(r#"{"expires_in":600}"#), Some(540.0));
        assert_eq!(usable(r#"{"expires_on":"1700000600"}"#), Some(540.0));
        // Told from when it was made.
        assert_eq!(usable(r#"{"expires_in":"86399","expires_on":"1700000600"}"#), Some(540.0));
        // Told by a clock that is wrong.
        assert_eq!(usable(r#"{"expires_in":600,"expires_on":1600000000}"#), Some(540.0));
        for unknown in [
            r#"{"expires_in":0}"#,
            r#"{"expires_in":null}"#,
            r#"{"expires_in":"soon"}"#,
            r#"{"expires_on":1600000000}"#,
            "{}",
        ] {
            assert_eq!(usable(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn an_answer_with_a_refresh_token_is_not_kept() {
        assert_eq!(usable(r#"{"expires_in":3600,"refresh_token":"r"}"#), None);
    }

    #[test]
    fn a_very_large_answer_is_not_kept() {
        let padded = |length| {
            let body = r#"{"expires_in":3600}"#;
            body.to_owned() + &" ".repeat(length - body.len())
        };
        assert_eq!(usable(&padded(LARGEST_KEPT)), Some(3300.0));
        assert_eq!(usable(&padded(LARGEST_KEPT + 1)), None);
    }

    #[test]
    fn neither_sleep_nor_a_clock_that_is_set_makes_a_token_younger() {
        let from = asked();
        let entry = Entry::new(token(r#"{"expires_in":3600}"#), from).expect("an end");
        let hour = Duration::from_secs(3600);
        assert!(entry.is_usable(from));
        let asleep = Moment { monotonic: from.monotonic, wall: from.wall + hour };
        let set_back = Moment { monotonic: from.monotonic + hour, wall: from.wall };
        let set_back_before_it_came = Moment { monotonic: from.monotonic, wall: from.wall - hour };
        for moment in [asleep, set_back, set_back_before_it_came] {
            assert!(!entry.is_usable(moment), "{moment:?}");
        }
    }

    #[test]
    fn refresh_in_says_when_to_renew() {
        let from = asked();
        let entry = |body| Entry::new(token(body), from).expect("an end");
        let renewed = entry(r#"{"expires_in":3600,"refresh_in":"1800"}"#);
        assert!(!renewed.is_renewal_due(later(from, 1799.9)));
        assert!(renewed.is_renewal_due(later(from, 1800.0)));
        assert!(!entry(r#"{"expires_in":3600}"#).is_renewal_due(later(from, 3299.0)));

        renewed.postpone_renewal(later(from, 2000.0), None);
        assert!(!renewed.is_renewal_due(later(from, 2059.9)) && renewed.is_renewal_due(later(from, 2060.0)));
        renewed.postpone_renewal(later(from, 2000.0), Some(90));
        assert!(!renewed.is_renewal_due(later(from, 2089.9)) && renewed.is_renewal_due(later(from, 2090.0)));
        renewed.postpone_renewal(later(from, 10.0), None);
        assert!(!renewed.is_renewal_due(later(from, 2089.9)), "put off, not brought forward");
    }
}
