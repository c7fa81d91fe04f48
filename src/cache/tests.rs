//! The cache with a clock that the tests move, and exchanges that they end.

mod load;

use std::cell::Cell;
use std::future::{pending, ready};
use std::time::SystemTime;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::*;
use crate::error::Status;
use crate::request::TokenRequest;

/// Longer than any test runs.
const LONG: Duration = Duration::from_secs(600);

thread_local! {
    /// How far a test has moved its clock, in seconds.
    static PASSED: Cell<u64> = const { Cell::new(0) };
}

fn pass(seconds: u64) {
    PASSED.set(PASSED.get() + seconds);
}

/// A moment `seconds` after one that is the same for the whole process.
fn moment(seconds: u64) -> Moment {
    static START: Lazy<Moment> = Lazy::new(Moment::now);
    let passed = Duration::from_secs(seconds);
    Moment { monotonic: START.monotonic + passed, wall: START.wall + passed }
}

fn cache(most: usize) -> &'static Cache {
    Box::leak(Box::new(Cache::new(most, || moment(PASSED.get()))))
}

/// Runs a test on this thread, tasks included: they share its clock.
fn run(test: impl Future) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(test);
}

/// Lets every other task go as far as it can.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

fn key(client: usize, secret: &str) -> Key {
    let request = TokenRequest {
        token_endpoint: "https://login.example/token".into(),
        client_id: format!("client-{client}").into(),
        client_secret: secret.into(),
        token_cache: true,
        ..TokenRequest::new()
    };
    Key::of(&request).expect("a key")
}

fn client(client: usize) -> Key {
    key(client, "secret")
}

/// A token that lives for 100 s, of which it may be used for 90, and should be renewed after `refresh_in`.
fn token(text: &str, refresh_in: u64) -> TokenResponse {
    let now = moment(PASSED.get()).wall.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs() as i64;
    TokenResponse {
        access_token: text.into(),
        token_type: None,
        refresh_token: None,
        scope: None,
        expires_in: Some(100),
        expires_on: Some(now + 101),
        body: format!(r#"{{"access_token":"{text}","expires_in":100,"refresh_in":{refresh_in}}}"#).into(),
    }
}

fn failure() -> Error {
    Error::new(Status::OAuthError, "refused")
}

impl Cache {
    /// What a caller gets if the exchange for it ends as `result`: the token's text, and whether it was kept.
    async fn ask(&'static self, key: &Key, result: Result<TokenResponse, Error>) -> Result<(String, bool), Status> {
        self.ask_by(key, |_| ready(result)).await
    }

    async fn ask_by<E>(
        &'static self,
        key: &Key,
        exchange: impl FnOnce(Arc<Deadline>) -> E,
    ) -> Result<(String, bool), Status>
    where
        E: Future<Output = Result<TokenResponse, Error>> + Send + 'static,
    {
        let exchange = |deadline, _| exchange(deadline);
        let (ended, is_kept) = self.get(key, Instant::now() + LONG, failure, exchange).await;
        match ended.result {
            Ok(token) => Ok((token.access_token.as_str().to_owned(), is_kept)),
            Err(error) => Err(error.status),
        }
    }

    fn text(&self, key: &Key) -> Option<String> {
        self.find(key).map(|token| token.access_token.as_str().to_owned())
    }
}

fn new(text: &str) -> Result<(String, bool), Status> {
    Ok((text.to_owned(), false))
}

fn kept(text: &str) -> Result<(String, bool), Status> {
    Ok((text.to_owned(), true))
}

#[test]
fn a_token_is_kept_until_its_last_minutes() {
    run(async {
        let cache = cache(10);
        assert_eq!(cache.text(&client(1)), None);
        assert_eq!(cache.ask(&client(1), Ok(token("a", 900))).await, new("a"));
        assert_eq!(cache.ask(&client(1), Ok(token("b", 900))).await, kept("a"));
        assert_eq!(cache.text(&key(1, "another secret")), None);
        pass(89);
        assert_eq!(cache.text(&client(1)).as_deref(), Some("a"));
        pass(1);
        assert_eq!(cache.text(&client(1)), None);
        assert_eq!(cache.ask(&client(1), Ok(token("b", 900))).await, new("b"));
        assert_eq!(cache.text(&client(1)).as_deref(), Some("b"));
    });
}

#[test]
fn a_failure_is_not_kept() {
    run(async {
        let cache = cache(10);
        assert_eq!(cache.ask(&client(1), Err(failure())).await, Err(Status::OAuthError));
        assert_eq!(cache.text(&client(1)), None);
        assert_eq!(cache.ask(&client(1), Ok(token("a", 900))).await, new("a"));
    });
}

#[test]
fn the_least_recently_used_goes() {
    run(async {
        let cache = cache(3);
        for (number, text) in ["a", "b", "c"].into_iter().enumerate() {
            assert_eq!(cache.ask(&client(number), Ok(token(text, 900))).await, new(text));
        }
        assert_eq!(cache.text(&client(0)).as_deref(), Some("a"));
        assert_eq!(cache.ask(&client(3), Ok(token("d", 900))).await, new("d"));
        assert_eq!(cache.text(&client(1)), None);
        // One in the place of another with its key takes no one else's.
        pass(90);
        assert_eq!(cache.ask(&client(0), Ok(token("e", 900))).await, new("e"));
        assert_eq!(cache.read().entries.len(), 3);
    });
}

#[test]
fn what_goes_is_wiped() {
    run(async {
        let cache = cache(2);
        let give = async |number| {
            cache.ask(&client(number), Ok(token("a", 900))).await.expect("a token");
            Arc::downgrade(&cache.find(&client(number)).expect("kept"))
        };
        let evicted = give(0).await;
        give(1).await;
        settle().await;
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 1, "one task looks after all");
        let expired = give(2).await;
        assert!(evicted.upgrade().is_none() && expired.upgrade().is_some());
        pass(90);
        let cleared = give(1).await;
        assert!(cache.wipe_expired(), "one is left");
        assert!(expired.upgrade().is_none() && cleared.upgrade().is_some());
        cache.clear();
        assert!(cleared.upgrade().is_none());
        assert!(!cache.wipe_expired(), "none is left");
        assert!(!cache.read().sweeping, "the next token is looked after anew");
    });
}

#[test]
fn there_is_one_exchange_for_all_who_ask_at_once() {
    run(async {
        let cache = cache(10);
        for result in [Err(failure()), Ok(token("a", 900))] {
            let (end, ended) = oneshot::channel();
            let mut first = Some(async { ended.await.expect("an end") });
            let callers: Vec<_> = (0..5)
                .map(|_| {
                    let exchange = first.take();
                    tokio::spawn(
                        async move { cache.ask_by(&client(1), |_| exchange.expect("begun by the first")).await },
                    )
                })
                .collect();
            settle().await;
            let expected = result.clone().map(|_| ("a".to_owned(), false)).map_err(|error| error.status);
            end.send(result).expect("the exchange is under way");
            for caller in callers {
                assert_eq!(caller.await.expect("no panic"), expected);
            }
        }
    });
}

#[test]
fn a_caller_who_leaves_ends_the_exchange_only_if_it_was_the_last() {
    run(async {
        let cache = cache(10);
        let (held, mut let_go) = oneshot::channel::<()>();
        let mut exchange = Some(async move {
            let _held = held;
            pending().await
        });
        let callers: Vec<_> = (0..3)
            .map(|_| {
                let exchange = exchange.take();
                tokio::spawn(async move { cache.ask_by(&client(1), |_| exchange.expect("begun by the first")).await })
            })
            .collect();
        for caller in callers {
            settle().await;
            assert!(let_go.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
            caller.abort();
        }
        settle().await;
        assert!(let_go.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        assert!(cache.read().flights.is_empty());
        assert_eq!(cache.ask(&client(1), Ok(token("a", 900))).await, new("a"));
    });
}

#[test]
fn each_caller_has_its_own_deadline_and_the_exchange_the_latest() {
    run(async {
        let cache = cache(10);
        let now = Instant::now();
        let (see, seen) = oneshot::channel();
        let exchange = |deadline: Arc<Deadline>, _| {
            let _ = see.send(deadline);
            pending()
        };
        let patient = tokio::spawn(cache.get(&*Box::leak(Box::new(client(1))), now + LONG, failure, exchange));
        settle().await;
        let deadline = seen.await.expect("the exchange has begun");
        assert_eq!(deadline.at(), now + LONG);
        let never = |_, _| pending();
        // Its time is up before it asks.
        let (ended, _) = cache.get(&client(1), now, failure, never).await;
        assert_eq!(ended.result.expect_err("no token").status, Status::OAuthError);
        assert_eq!(deadline.at(), now + LONG);
        let (ended, _) = tokio::time::timeout(Duration::ZERO, cache.get(&client(1), now + 2 * LONG, failure, never))
            .await
            .map_or((None, false), |(ended, is_kept)| (Some(ended), is_kept));
        assert!(ended.is_none());
        assert_eq!(deadline.at(), now + 2 * LONG);
        assert!(!patient.is_finished());
    });
}

#[test]
fn what_was_begun_before_a_clear_is_not_kept() {
    run(async {
        let cache = cache(10);
        let (end, ended) = oneshot::channel();
        let before =
            tokio::spawn(async move { cache.ask_by(&client(1), |_| async { ended.await.expect("an end") }).await });
        settle().await;
        cache.clear();
        // Nor is it joined.
        assert_eq!(cache.ask(&client(1), Ok(token("after", 900))).await, new("after"));
        end.send(Ok(token("before", 900))).map_err(|_| ()).expect("the exchange is under way");
        assert_eq!(before.await.expect("no panic"), new("before"));
        assert_eq!(cache.text(&client(1)).as_deref(), Some("after"));
        cache.clear();
        assert_eq!(cache.text(&client(1)), None);
    });
}

#[test]
fn one_renews_while_the_others_use_the_old_token() {
    run(async {
        let cache = cache(10);
        assert_eq!(cache.ask(&client(1), Ok(token("old", 50))).await, new("old"));
        pass(50);
        assert_eq!(cache.text(&client(1)), None, "renewal is due");
        let (end, ended) = oneshot::channel();
        let renewing =
            tokio::spawn(async move { cache.ask_by(&client(1), |_| async { ended.await.expect("an end") }).await });
        settle().await;
        assert_eq!(cache.text(&client(1)).as_deref(), Some("old"));
        assert_eq!(cache.ask_by(&client(1), |_| pending()).await, kept("old"));
        end.send(Ok(token("new", 50))).map_err(|_| ()).expect("the exchange is under way");
        assert_eq!(renewing.await.expect("no panic"), new("new"));
        assert_eq!(cache.text(&client(1)).as_deref(), Some("new"));
    });
}

#[test]
fn a_failed_renewal_leaves_the_old_token_for_a_minute_or_as_the_server_asks() {
    run(async {
        for (retry_after, pause) in [(None, 60), (Some(30), 60), (Some(75), 75)] {
            let cache = cache(10);
            assert_eq!(cache.ask(&client(1), Ok(token("old", 10))).await, new("old"));
            pass(10);
            let refusal = Error { retry_after, ..failure() };
            assert_eq!(cache.ask(&client(1), Err(refusal)).await, kept("old"));
            pass(pause - 1);
            assert_eq!(cache.text(&client(1)).as_deref(), Some("old"));
            pass(1);
            assert_eq!(cache.text(&client(1)), None, "renewal is due again");
            pass(20);
            assert_eq!(cache.ask(&client(1), Err(failure())).await, Err(Status::OAuthError));
        }
    });
}

#[test]
fn a_panic_in_an_exchange_reaches_its_callers_and_no_others() {
    run(async {
        let cache = cache(10);
        let exchange = |_| async { panic!("a panic that this test makes") };
        assert_eq!(cache.ask_by(&client(1), exchange).await, Err(Status::Internal));
        assert!(cache.read().flights.is_empty());
        assert_eq!(cache.ask(&client(1), Ok(token("a", 900))).await, new("a"));
    });
}
