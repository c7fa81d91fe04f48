//! The body of a token request: `application/x-www-form-urlencoded`.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secret::SecretBytes;

/// Everything but the unreserved characters of RFC 3986 section 2.3, as .NET's `Uri.EscapeDataString` has it.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `value` percent-encoded once; a space is `%20`.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

/// A form body of `fields` in their order; those without a value are left out.
///
/// The bytes are wiped when the last user of them lets go.
pub(crate) fn body<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)> + Clone) -> Bytes {
    let sent = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let mut body = SecretBytes::with_capacity(256);
    for (index, (name, value)) in sent.enumerate() {
        if index > 0 {
            body.extend(b"&");
        }
        extend_encoded(&mut body, name);
        body.extend(b"=");
        extend_encoded(&mut body, value);
    }
    Bytes::from_owner(body)
}

fn extend_encoded(body: &mut SecretBytes, text: &str) {
    for part in utf8_percent_encode(text, ESCAPED) {
        body.extend(part.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_once_and_empty_ones_left_out() {
        let body = body([("grant_type", "client_credentials"), ("scope", ""), ("a b", "+/&=%'\"é ~\n🙂")]);
        assert_eq!(
            body,
            "grant_type=client_credentials&a%20b=%2B%2F%26%3D%25%27%22%C3%A9%20~%0A%F0%9F%99%82".as_bytes()
        );
    }

    #[test]
    fn no_fields_make_an_empty_body() {
        assert!(body([]).is_empty());
    }
}
