//! What may come out of a call, and what may not.

use std::collections::HashMap;
use std::ffi::{CStr, c_char};

use psoauth_test_support::cases::SECRET;
use psoauthhelper::ffi::*;

/// Every status that a call may end with but for INTERNAL, which tells of a fault of the library.
const ENDS: [psoauth_status; 10] = [
    PSOAUTH_STATUS_OK,
    PSOAUTH_STATUS_CANCELLED,
    PSOAUTH_STATUS_INVALID_ARGUMENT,
    PSOAUTH_STATUS_TIMED_OUT,
    PSOAUTH_STATUS_NETWORK,
    PSOAUTH_STATUS_TLS,
    PSOAUTH_STATUS_BAD_RESPONSE,
    PSOAUTH_STATUS_REDIRECTED,
    PSOAUTH_STATUS_OAUTH_ERROR,
    PSOAUTH_STATUS_THROTTLED,
];

/// What a call has shown so far: it must not change any more.
#[derive(Clone, Default)]
pub struct Seen {
    status: Option<psoauth_status>,
    texts: HashMap<u32, (usize, String)>,
    numbers: HashMap<u32, i64>,
    /// Whether the request's secret is one that no text may show.
    pub hides_secret: bool,
}

impl Seen {
    /// Looks at what `psoauth_call_wait` gave for a call.
    pub fn status(&mut self, status: psoauth_status) {
        if status == PSOAUTH_STATUS_PENDING {
            assert!(self.status.is_none(), "a call that had ended is pending again");
            return;
        }
        assert!(ENDS.contains(&status), "a call ended as {}", status.0);
        assert!(self.status.is_none_or(|before| before == status), "a call ended twice, now as {}", status.0);
        self.status = Some(status);
    }

    /// Looks at what `psoauth_call_text` gave for a call.
    ///
    /// # Safety
    /// `text` is what the library gave, with its length, and its call has not been freed.
    pub unsafe fn text(&mut self, field: psoauth_call_field, text: *const c_char, length: Option<usize>) {
        if text.is_null() {
            assert!(length.is_none_or(|length| length == 0), "no text has a length");
            assert!(!self.texts.contains_key(&field.0), "text {} is gone", field.0);
            self.absent(field);
            return;
        }
        // SAFETY: the caller vouches for a text of the library, which ends in NUL.
        let bytes = unsafe { CStr::from_ptr(text) };
        let found = bytes.to_str().expect("texts are UTF-8").to_owned();
        assert!(length.is_none_or(|length| length == found.len()), "text {}: a NUL inside", field.0);
        let known = (PSOAUTH_CALL_ACCESS_TOKEN.0..=PSOAUTH_CALL_ERROR_CODES.0).contains(&field.0);
        assert!(known, "there is a text {}", field.0);
        self.present(field, &found);
        let now = (text.addr(), found);
        let before = self.texts.entry(field.0).or_insert_with(|| now.clone());
        assert_eq!(*before, now, "text {} has changed", field.0);
    }

    fn absent(&self, field: psoauth_call_field) {
        let failed = self.status.is_some_and(|status| status != PSOAUTH_STATUS_OK);
        assert!(!(failed && field == PSOAUTH_CALL_ERROR_MESSAGE), "a failure without a message");
    }

    fn present(&self, field: psoauth_call_field, text: &str) {
        let succeeded = self.status.map(|status| status == PSOAUTH_STATUS_OK);
        match field {
            PSOAUTH_CALL_ACCESS_TOKEN => assert!(succeeded != Some(false) && !text.is_empty(), "a failure's token"),
            PSOAUTH_CALL_ERROR_MESSAGE => assert!(succeeded != Some(true) && !text.is_empty(), "a token's message"),
            _ => {}
        }
        let shown = (PSOAUTH_CALL_ERROR_MESSAGE.0..=PSOAUTH_CALL_ERROR_CODES.0).contains(&field.0);
        if shown {
            assert!(text.chars().count() <= 500 && !text.contains(char::is_control), "not one line: {text:?}");
            assert!(!(self.hides_secret && text.contains(SECRET)), "the secret shows: {text}");
        }
    }

    /// Looks at what `psoauth_call_number` gave for a call.
    pub fn number(&mut self, metric: psoauth_metric, number: i64) {
        assert!(number >= -1, "metric {} is {number}", metric.0);
        let known = (PSOAUTH_METRIC_HTTP_STATUS.0..=PSOAUTH_METRIC_FROM_CACHE.0).contains(&metric.0);
        assert!(known || number == -1, "there is a metric {}", metric.0);
        // Before the end nothing is known; after it, everything stays.
        if self.status.is_some() {
            let before = *self.numbers.entry(metric.0).or_insert(number);
            assert_eq!(before, number, "metric {} has changed", metric.0);
        }
    }
}
