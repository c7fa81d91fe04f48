//! A value that threads wait on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::DEADLINE;

/// A value behind a lock, with a signal at each change.
#[derive(Debug, Default)]
pub(crate) struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    // A test that failed elsewhere must not hide behind a poisoned lock: every change here is whole.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the value.
    pub fn look<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.lock())
    }

    /// Changes the value and wakes everyone who waits for it.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until `take` returns something, which it is asked at each change, but no longer than `limit`.
    pub fn wait_at_most<R>(&self, limit: Duration, mut take: impl FnMut(&mut T) -> Option<R>) -> Option<R> {
        let end = Instant::now() + limit;
        let mut value = self.lock();
        loop {
            if let Some(result) = take(&mut value) {
                return Some(result);
            }
            let left = end.checked_duration_since(Instant::now())?;
            value = self.changed.wait_timeout(value, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// As [`wait_at_most`](Self::wait_at_most) with [`DEADLINE`].
    ///
    /// # Panics
    /// When the deadline passes, with what `explain` says of the value.
    pub fn wait<R>(&self, explain: impl FnOnce(&T) -> String, take: impl FnMut(&mut T) -> Option<R>) -> R {
        self.wait_at_most(DEADLINE, take).unwrap_or_else(|| {
            let state = self.look(explain);
            panic!("{state} after {} s", DEADLINE.as_secs())
        })
    }
}
