//! Requests of the driver, and what the library has to say to each change of one.

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use psoauth_test_support::cases::SECRET;
use psoauthhelper::ffi::*;

/// Milliseconds that a call lasts at most, unless a driver chooses another limit.
const TIMEOUT_MS: i64 = 200;

/// A request, or NULL.
pub struct Request {
    pub handle: *mut psoauth_request,
    /// Whether its client secret is [`SECRET`].
    has_secret: bool,
    /// Whether it asks who was not told the secret, though the server of the cases knows it.
    asks_others: bool,
}

impl Request {
    pub const NULL: Self = Self { handle: null_mut(), has_secret: false, asks_others: false };

    /// A request whose calls end soon.
    pub fn new() -> Self {
        let mut request = Self { handle: psoauth_request_new(), ..Self::NULL };
        assert!(!request.handle.is_null(), "there is memory");
        request.set_number(PSOAUTH_OPTION_TIMEOUT_MS, TIMEOUT_MS);
        request
    }

    /// Whether no text of its calls may show [`SECRET`].
    pub fn hides_secret(&self) -> bool {
        self.has_secret && !self.asks_others
    }

    /// Sets a text.
    pub fn set_text(&mut self, field: psoauth_request_field, text: &[u8]) {
        let valid = std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0'));
        // An allocation of the very length, so that a look past its end is seen.
        let text: Box<[u8]> = text.into();
        self.set_raw(field, text.as_ptr().cast(), text.len(), valid);
        if valid && !self.handle.is_null() {
            match field {
                PSOAUTH_REQUEST_CLIENT_SECRET => self.has_secret = *text == *SECRET.as_bytes(),
                PSOAUTH_REQUEST_ISSUER => self.asks_others |= !text.is_empty(),
                _ => {}
            }
        }
    }

    /// Gives the library an address and a length; `valid` tells whether a known field takes them.
    pub fn set_raw(&mut self, field: psoauth_request_field, text: *const c_char, length: usize, valid: bool) {
        // SAFETY: a request of this driver or NULL; the text is NULL, readable for its length, or has a length at which
        // the library may not look at it.
        let status = unsafe { psoauth_request_set_text(self.handle, field, text, length) };
        let known = (PSOAUTH_REQUEST_TOKEN_ENDPOINT.0..=PSOAUTH_REQUEST_USER_AGENT.0).contains(&field.0);
        let taken = valid && known && !self.handle.is_null();
        assert_eq!(status, expected(taken), "text {} of {length} bytes", field.0);
        if taken && text.is_null() && field == PSOAUTH_REQUEST_CLIENT_SECRET {
            self.has_secret = false;
        }
    }

    /// Sets a number.
    pub fn set_number(&mut self, option: psoauth_option, value: i64) {
        // SAFETY: a request of this driver or NULL.
        let status = unsafe { psoauth_request_set_number(self.handle, option, value) };
        let range = match option {
            PSOAUTH_OPTION_ENTRA_VERSION => Some(1..=2),
            PSOAUTH_OPTION_TIMEOUT_MS | PSOAUTH_OPTION_CONNECT_TIMEOUT_MS => Some(1..=86_400_000),
            PSOAUTH_OPTION_CLIENT_AUTHENTICATION | PSOAUTH_OPTION_TOKEN_CACHE => Some(0..=2),
            PSOAUTH_OPTION_MAX_RETRIES => Some(0..=10),
            PSOAUTH_OPTION_ALLOW_HTTP
            | PSOAUTH_OPTION_WAIT_WHEN_THROTTLED
            | PSOAUTH_OPTION_MANAGED_IDENTITY
            | PSOAUTH_OPTION_MUTUAL_TLS => Some(0..=1),
            _ => None,
        };
        let taken = range.is_some_and(|range| range.contains(&value)) && !self.handle.is_null();
        assert_eq!(status, expected(taken), "option {} as {value}", option.0);
        self.asks_others |= taken && option == PSOAUTH_OPTION_MANAGED_IDENTITY;
    }

    /// Adds a parameter; a lost name or value is NULL with a length.
    pub fn add_parameter(&mut self, (name, lost_name): (&str, bool), (value, lost_value): (&str, bool)) {
        let address = |text: &str, lost| if lost { null() } else { text.as_ptr().cast() };
        // SAFETY: a request of this driver or NULL; both texts are NULL or readable for their lengths.
        let status = unsafe {
            psoauth_request_add_parameter(
                self.handle,
                address(name, lost_name),
                name.len(),
                address(value, lost_value),
                value.len(),
            )
        };
        let reserved = ["", "password", "refresh_token"].contains(&name);
        let lost = lost_name || (lost_value && !value.is_empty());
        assert_eq!(status, expected(!self.handle.is_null() && !reserved && !lost), "parameter {name:.20}");
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: a request of this driver, which forgets it, or NULL.
        unsafe { psoauth_request_free(self.handle) };
    }
}

/// What a function gives that takes its parameters, or refuses one.
pub fn expected(taken: bool) -> psoauth_status {
    if taken { PSOAUTH_STATUS_OK } else { PSOAUTH_STATUS_INVALID_ARGUMENT }
}
