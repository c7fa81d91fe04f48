//! Many threads at once, on a clock that they move together.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize};
use std::thread;

use super::*;

/// Eight threads ask for fifty clients' tokens of a cache that has room for twenty, while tokens expire, exchanges fail
/// and callers give up. Half of the callers have a wrong secret.
#[test]
fn nobody_gets_anothers_token_nor_one_that_has_expired() {
    const CLIENTS: usize = 50;
    const USABLE: u64 = 90;
    static NOW: AtomicU64 = AtomicU64::new(0);
    static EXCHANGES: AtomicU32 = AtomicU32::new(0);
    static IN_FLIGHT: [AtomicUsize; CLIENTS] = [const { AtomicUsize::new(0) }; CLIENTS];
    static OVERLAP: AtomicBool = AtomicBool::new(false);

    async fn exchange(client: usize, right: bool) -> Result<TokenResponse, Error> {
        if !right {
            return Err(failure());
        }
        if IN_FLIGHT[client].fetch_add(1, Ordering::SeqCst) > 0 {
            OVERLAP.store(true, Ordering::SeqCst);
        }
        let number = EXCHANGES.fetch_add(1, Ordering::SeqCst);
        let made = NOW.load(Ordering::SeqCst);
        yield_now().await;
        IN_FLIGHT[client].fetch_sub(1, Ordering::SeqCst);
        if number.is_multiple_of(7) { Err(failure()) } else { Ok(token(&format!("{client} {made}"), 60)) }
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("one");
    let cache: &Cache = Box::leak(Box::new(Cache::new(20, || moment(NOW.load(Ordering::SeqCst)))));
    let counts = [const { AtomicU32::new(0) }; 3];
    let [hits, misses, refusals] = &counts;
    thread::scope(|scope| {
        for thread in 0..8_usize {
            let runtime = &runtime;
            scope.spawn(move || {
                let mut random = thread + 1;
                for _ in 0..4000 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let (client, right) = ((random >> 40) % CLIENTS, (random >> 33) & 1 == 0);
                    if (random >> 50) & 127 == 0 {
                        NOW.fetch_add(30, Ordering::SeqCst);
                    }
                    let key = key(client, if right { "secret" } else { "secre" });
                    let begun = NOW.load(Ordering::SeqCst);
                    let (found, hit) = match cache.find(&key) {
                        Some(token) => (Some(token), true),
                        None => runtime.block_on(async {
                            let exchange = |_, _| exchange(client, right);
                            let (ended, is_kept) = cache.get(&key, Instant::now() + LONG, failure, exchange).await;
                            (ended.result.ok(), is_kept)
                        }),
                    };
                    let Some(found) = found else {
                        refusals.fetch_add(1, Ordering::Relaxed);
                        continue;
                    };
                    assert!(right, "a wrong secret got a token");
                    let (whose, made) = found.access_token.as_str().split_once(' ').expect("two words");
                    assert_eq!(whose.parse(), Ok(client));
                    let made: u64 = made.parse().expect("seconds");
                    assert!(!hit || begun < made + USABLE, "expired: made at {made}, got at {begun}");
                    (if hit { hits } else { misses }).fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let counts = counts.map(|count| count.into_inner());
    assert!(counts.iter().all(|count| *count > 1000), "hits, misses and refusals: {counts:?}");
    assert!(!OVERLAP.load(Ordering::SeqCst), "two exchanges for one key at once");
    assert!(cache.read().entries.len() <= 20);
}
