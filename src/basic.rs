//! HTTP Basic (RFC 7617): the value of `Authorization` and `Proxy-Authorization`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

/// Shows `credentials`: an id and a password with a colon between.
pub(crate) fn header(credentials: &str) -> HeaderValue {
    header_with(&Zeroizing::new(STANDARD.encode(credentials)))
}

/// Shows what is base64 already, or is wanted without: printable ASCII.
pub(crate) fn header_with(shown: &str) -> HeaderValue {
    let header = Zeroizing::new(format!("Basic {shown}"));
    let mut value = HeaderValue::from_str(&header).expect("printable ASCII may stand in a header");
    value.set_sensitive(true);
    value
}
