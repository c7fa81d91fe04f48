//! How far an exchange has come, how long it may go on, and how it ended.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use crate::error::Error;
use crate::failure::Failure;
use crate::response::TokenResponse;

/// How far an exchange has come, for those who wait for it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    attempts: AtomicU32,
    /// 0: no answer.
    http_status: AtomicU16,
}

impl Progress {
    /// Notes that an attempt begins.
    pub fn begin_attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.http_status.store(0, Ordering::Relaxed);
    }

    /// Notes the status of the attempt's answer.
    pub fn answered(&self, http_status: u16) {
        self.http_status.store(http_status, Ordering::Relaxed);
    }

    /// Notes the status of an answer that could not be read, where one came.
    pub fn failed(&self, failure: &Failure) {
        self.http_status.store(failure.http_status.unwrap_or(0), Ordering::Relaxed);
    }
}

/// When an exchange has to be over: the latest of the times that its callers set.
#[derive(Debug)]
pub(crate) struct Deadline(Mutex<Instant>);

impl Deadline {
    pub fn new(at: Instant) -> Self {
        Self(Mutex::new(at))
    }

    /// Puts the end off to `at`, where that is later.
    pub fn extend(&self, at: Instant) {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = at.max(*latest);
    }

    /// The end as it stands now.
    pub fn at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an exchange ended, or one caller's waiting for it.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub result: Result<Arc<TokenResponse>, Error>,
    /// Attempts begun.
    pub attempts: u32,
    /// The status of the last attempt's answer.
    pub http_status: Option<u16>,
    pub at: Instant,
}

impl Ended {
    /// The end, now, of the exchange that `progress` follows.
    pub fn new(result: Result<Arc<TokenResponse>, Error>, progress: &Progress) -> Self {
        Self {
            result,
            attempts: progress.attempts.load(Ordering::Relaxed),
            http_status: Some(progress.http_status.load(Ordering::Relaxed)).filter(|status| *status > 0),
            at: Instant::now(),
        }
    }
}
