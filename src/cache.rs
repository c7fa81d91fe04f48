//! Tokens that the process keeps, for requests that ask for it. They are in its memory alone.
//!
//! - A request's [`Key`] covers whatever decides who answers and what: nobody gets a token that the server would not
//!   give to the very same request.
//! - There is one exchange a key at a time ([`Flight`]). Whoever asks meanwhile waits for it, as long as its own
//!   deadline allows. A failure goes to those who wait and is not kept.
//! - A token whose `refresh_in` has passed is renewed by the first who asks then; the others get the old one until its
//!   last minutes, and so does the first if it is given no new one.
//! - An answer with a refresh token is not kept, nor one that is very large or whose end is not known.

mod entry;
mod flight;
mod key;

use std::collections::HashMap;
use std::future::Future;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::time::Duration;

use once_cell::sync::Lazy;
use tokio::time::{Instant, sleep, timeout_at};

use crate::error::Error;
use crate::progress::{Deadline, Ended, Progress};
use crate::response::TokenResponse;
use entry::{Entry, Moment};
use flight::Flight;
pub(crate) use key::Key;

/// Tokens kept at once.
const MOST_ENTRIES: usize = 1_000;

/// How often tokens that have expired are looked for and wiped.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// The process's cache.
pub(crate) static CACHE: Lazy<Cache> = Lazy::new(|| Cache::new(MOST_ENTRIES, Moment::now));

/// Empties the process's token cache and wipes its tokens. Exchanges under way go on for those who wait for them, but
/// what they bring is not kept.
pub fn clear() {
    CACHE.clear();
}

/// Kept tokens, and the exchanges that will bring some.
pub(crate) struct Cache {
    most: usize,
    clock: fn() -> Moment,
    /// Counts the uses, to tell which entry was used least recently.
    uses: AtomicU64,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Key, Entry>,
    flights: HashMap<Key, Weak<Flight>>,
    /// Whether a task looks after expired entries.
    sweeping: bool,
}

/// What there is for a caller.
enum Found {
    Token(Arc<TokenResponse>),
    Flight(Arc<Flight>),
}

impl Cache {
    fn new(most: usize, clock: fn() -> Moment) -> Self {
        Self { most, clock, uses: AtomicU64::new(0), state: RwLock::default() }
    }

    /// The kept token for `key`, unless this caller has to ask for a new one.
    pub fn find(&self, key: &Key) -> Option<Arc<TokenResponse>> {
        self.lend(&self.read(), key, self.now())
    }

    /// The kept token for `key`, or what an exchange brings until `deadline`; and whether it is a kept one.
    ///
    /// `exchange` is begun where there is none for `key` yet. For use inside the runtime.
    pub async fn get<E>(
        &'static self,
        key: &Key,
        deadline: Instant,
        timed_out: impl FnOnce() -> Error,
        exchange: impl FnOnce(Arc<Deadline>, Arc<Progress>) -> E,
    ) -> (Ended, bool)
    where
        E: Future<Output = Result<TokenResponse, Error>> + Send + 'static,
    {
        let flight = match self.find_or_begin(key, deadline, exchange) {
            Found::Token(token) => return (Ended::new(Ok(token), &Progress::default()), true),
            Found::Flight(flight) => flight,
        };
        let mut ended = timeout_at(deadline, flight.ended()).await.unwrap_or_else(|_| flight.left(timed_out()));
        let old = ended.result.as_ref().err().and_then(|error| self.fall_back(key, error.retry_after));
        let is_kept = old.is_some();
        if let Some(token) = old {
            ended.result = Ok(token);
        }
        (ended, is_kept)
    }

    /// The kept token for `key`, or the exchange that will bring one: one that is under way already, or `exchange`,
    /// which goes on at most until the latest deadline of those who wait for it.
    fn find_or_begin<E>(
        &'static self,
        key: &Key,
        deadline: Instant,
        exchange: impl FnOnce(Arc<Deadline>, Arc<Progress>) -> E,
    ) -> Found
    where
        E: Future<Output = Result<TokenResponse, Error>> + Send + 'static,
    {
        let mut state = self.write();
        #[cfg(test)]
        crate::failpoint::hit("cache");
        if let Some(token) = self.lend(&state, key, self.now()) {
            return Found::Token(token);
        }
        if let Some(flight) = state.flights.get(key).and_then(Weak::upgrade) {
            flight.join(deadline);
            return Found::Flight(flight);
        }
        let flight = Flight::begin(self, *key, deadline, exchange);
        state.flights.insert(*key, Arc::downgrade(&flight));
        Found::Flight(flight)
    }

    /// After an exchange failed: the token that it was to replace, if that is usable still.
    ///
    /// `retry_after` are the seconds that the server asks to be left alone.
    fn fall_back(&self, key: &Key, retry_after: Option<u64>) -> Option<Arc<TokenResponse>> {
        let state = self.read();
        let now = self.now();
        state.entries.get(key).filter(|entry| entry.is_usable(now))?.postpone_renewal(now, retry_after);
        self.lend(&state, key, now)
    }

    /// Forgets all tokens and exchanges at once.
    pub fn clear(&self) {
        let mut state = self.write();
        let forgotten = (mem::take(&mut state.entries), mem::take(&mut state.flights));
        // Wiping takes its time; nobody needs to wait for it.
        drop(state);
        drop(forgotten);
    }

    /// The end of `flight`, with the token that it brought. One that was forgotten, or is not the one for `key` any
    /// more, leaves nothing.
    fn land(&'static self, key: &Key, flight: &Weak<Flight>, entry: Option<Entry>) {
        let mut state = self.write();
        if !state.flights.get(key).is_some_and(|known| known.ptr_eq(flight)) {
            return;
        }
        state.flights.remove(key);
        let Some(entry) = entry else {
            return;
        };
        entry.use_as(self.next_use());
        let replaced = state.entries.insert(*key, entry);
        let evicted = if state.entries.len() > self.most { state.evict() } else { None };
        if !mem::replace(&mut state.sweeping, true) {
            tokio::spawn(self.sweep());
        }
        drop(state);
        drop((replaced, evicted));
    }

    fn lend(&self, state: &State, key: &Key, now: Moment) -> Option<Arc<TokenResponse>> {
        let entry = state.entries.get(key)?;
        if !entry.is_usable(now) || (entry.is_renewal_due(now) && !state.is_in_flight(key)) {
            return None;
        }
        entry.use_as(self.next_use());
        Some(entry.lend(now))
    }

    fn now(&self) -> Moment {
        (self.clock)()
    }

    fn next_use(&self) -> u64 {
        self.uses.fetch_add(1, Ordering::Relaxed)
    }

    async fn sweep(&self) {
        while self.wipe_expired() {
            sleep(SWEEP_INTERVAL).await;
        }
    }

    /// Drops entries that can be used no more; returns whether there are others.
    fn wipe_expired(&self) -> bool {
        let now = self.now();
        let mut state = self.write();
        let expired: Vec<_> = state.entries.extract_if(|_, entry| !entry.is_usable(now)).collect();
        state.sweeping = !state.entries.is_empty();
        let others = state.sweeping;
        drop(state);
        drop(expired);
        others
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_in_flight(&self, key: &Key) -> bool {
        self.flights.get(key).is_some_and(|flight| flight.strong_count() > 0)
    }

    /// Takes out the entry that was used least recently. Looking through all of them is nothing beside the exchange
    /// that brought one too many, and keeps hits from having to write to a common order.
    fn evict(&mut self) -> Option<Entry> {
        let key = *self.entries.iter().min_by_key(|(_, entry)| entry.used())?.0;
        self.entries.remove(&key)
    }
}

#[cfg(test)]
mod tests;
