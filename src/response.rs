//! A token, as the server gave it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::error::Error;
use crate::json::{self, Members};
use crate::message::Redactor;
use crate::secret::Text;

/// A token (RFC 6749 section 5.1).
#[derive(Clone, Debug)]
pub struct TokenResponse {
    /// `access_token`: never empty, printable ASCII as RFC 6749 appendix A.12 has it.
    pub access_token: Text,
    /// `token_type`.
    pub token_type: Option<Text>,
    /// `refresh_token`.
    pub refresh_token: Option<Text>,
    /// `scope`.
    pub scope: Option<Text>,
    /// Seconds that the token lives, from when it came: the server's `expires_in`, or worked out from `expires_on`.
    pub expires_in: Option<i64>,
    /// When it ends, in Unix seconds: the server's `expires_on`, or worked out from `expires_in`.
    pub expires_on: Option<i64>,
    /// The JSON as it came, without a byte order mark; from the cache, with the `expires_in` that is left.
    pub body: Text,
}

impl TokenResponse {
    /// Reads the answer of a token endpoint that came in another way: its HTTP status and its body.
    ///
    /// # Errors
    /// Of the status `OAuthError`, `Throttled`, `Redirected` or `BadResponse`.
    pub fn parse(http_status: u16, body: &[u8]) -> Result<Self, Error> {
        Answer::plain(http_status, body).to_token(&Redactor::new([]))
    }

    /// The token in a body of success, or what it lacks, as the rest of a sentence about it.
    pub(crate) fn read(members: &Members<'_>, body: &str) -> Result<Self, &'static str> {
        let Some(raw) = members.access_token else {
            return Err("has no 'access_token'");
        };
        let access_token = json::text(Some(raw)).ok_or("has an 'access_token' that is not a text")?;
        if access_token.is_empty() {
            return Err("has an empty 'access_token'");
        }
        // Anything else could not go into an Authorization header, or would end a C string early.
        if !access_token.as_str().bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
            return Err("has an 'access_token' with characters that no token may have (RFC 6749 appendix A.12)");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64);
        let (expires_in, expires_on) = (json::seconds(members.expires_in), json::time(members.expires_on));
        Ok(Self {
            access_token,
            token_type: printable(members.token_type),
            // Azure's instance metadata has an empty one in every answer.
            refresh_token: printable(members.refresh_token).filter(|token| !token.is_empty()),
            scope: printable(members.scope),
            expires_in: expires_in.or(expires_on.map(|time| (time - now).max(0))),
            expires_on: expires_on.or(expires_in.map(|seconds| now + seconds)),
            body: body.into(),
        })
    }
}

/// A text member. One with characters that RFC 6749 (appendix A) gives none of them is left out: a caller may put it into
/// a header, and C would see half of one with a NUL.
fn printable(member: Option<&RawValue>) -> Option<Text> {
    json::text(member).filter(|text| text.as_str().bytes().all(|byte| (0x20..=0x7e).contains(&byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> TokenResponse {
        TokenResponse::parse(200, body.as_bytes()).expect("a token")
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_left_out() {
        let body =
            r#"{"access_token":"a","token_type":"Bearer\r\nX: y","scope":"a\u001b[2J","refresh_token":"\u00e9"}"#;
        let token = read(body);
        assert_eq!((token.token_type, token.scope, token.refresh_token), (None, None, None));
    }

    #[test]
    fn an_answer_of_entra_v1_is_read() {
        let body = r#"{"token_type":"Bearer","expires_in":"3599","expires_on":"1700003599","resource":"r",
            "access_token":"abc.def","refresh_token":"r1","scope":"a b"}"#;
        let token = read(&format!("\u{feff}{body}"));
        assert_eq!(token.access_token.as_str(), "abc.def");
        assert_eq!(token.token_type.expect("type").as_str(), "Bearer");
        assert_eq!(token.refresh_token.expect("refresh token").as_str(), "r1");
        assert_eq!(token.scope.expect("scope").as_str(), "a b");
        assert_eq!((token.expires_in, token.expires_on), (Some(3599), Some(1_700_003_599)));
        assert_eq!(token.body.as_str(), body);
    }

    #[test]
    fn the_end_is_worked_out_where_the_server_does_not_say_it() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() as i64;
        let token = read(r#"{"access_token":"x","expires_in":3600}"#);
        let ends = token.expires_on.expect("an end");
        assert!((now + 3600..now + 3700).contains(&ends), "{ends}");
        let later = format!(r#"{{"access_token":"x","expires_on":"{}"}}"#, now + 3600);
        let lives = read(&later).expires_in.expect("a life");
        assert!((3500..=3600).contains(&lives), "{lives}");
        let over = read(r#"{"access_token":"x","expires_on":"11/24/2020 10:47:48 AM +00:00"}"#);
        assert_eq!((over.expires_in, over.expires_on), (Some(0), Some(1_606_214_868)));
        let unknown = read(r#"{"access_token":"x","expires_in":null}"#);
        assert_eq!((unknown.expires_in, unknown.expires_on), (None, None));
    }
}
