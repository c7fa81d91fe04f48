//! What the token endpoint answered, and what it means.

use serde_json::value::RawValue;

use crate::error::{Error, OAuthError, Status};
use crate::json::{self, Members};
use crate::message::{Redactor, short_address};
use crate::response::TokenResponse;
use crate::secret::{SecretBytes, Text};

/// Error codes that are shown of one answer.
const MOST_ERROR_CODES: usize = 20;

/// An HTTP answer, read to its end.
pub(crate) struct Answer {
    pub http_status: u16,
    /// `Retry-After`, in seconds from now.
    pub retry_after: Option<u64>,
    /// Where a redirect leads, without its query.
    pub location: Option<String>,
    /// `WWW-Authenticate`: how the server wants to be shown who asks.
    pub challenge: Option<String>,
    /// `Content-Type` without its parameters.
    pub media_type: Option<String>,
    /// `Content-Encoding`, where it is one that the body still has.
    pub coding: Option<String>,
    pub body: SecretBytes,
}

impl Answer {
    /// An answer without any header that says something.
    pub fn plain(http_status: u16, body: &[u8]) -> Self {
        let mut bytes = SecretBytes::with_capacity(body.len());
        bytes.extend(body);
        let (retry_after, location, challenge, media_type, coding) = (None, None, None, None, None);
        Self { http_status, retry_after, location, challenge, media_type, coding, body: bytes }
    }

    /// The token that the answer holds.
    ///
    /// `redactor` takes the request's secrets out of what the server says.
    ///
    /// # Errors
    /// [`Status::OAuthError`], [`Status::Throttled`], [`Status::Redirected`] or [`Status::BadResponse`].
    pub fn to_token(&self, redactor: &Redactor<'_>) -> Result<TokenResponse, Error> {
        #[cfg(test)]
        crate::failpoint::hit("answer");
        if (300..400).contains(&self.http_status) {
            return Err(self.redirected(redactor));
        }
        let body = self.text();
        let members = body.and_then(json::object::<Members<'_>>);
        let refusal = members.as_ref().ok().and_then(|members| members.error.map(|error| (members, error)));

        if self.http_status == 429 || (self.http_status == 503 && self.retry_after.is_some()) {
            let oauth = refusal.and_then(|(members, error)| oauth_error(members, error, body.ok()?, redactor));
            return Err(self.throttled(oauth));
        }
        if let Some((members, error)) = refusal {
            return Err(match oauth_error(members, error, body.unwrap_or_default(), redactor) {
                Some(oauth) => self.refused(oauth),
                None => self.bad("has an 'error' that is empty or not a text", redactor),
            });
        }
        match (members, body) {
            (Ok(members), Ok(body)) if (200..300).contains(&self.http_status) => {
                TokenResponse::read(&members, body).map_err(|what| self.bad(what, redactor))
            }
            (Ok(_), _) => Err(self.bad("is JSON, but no OAuth error", redactor)),
            (Err(what), _) => Err(self.bad(what, redactor)),
        }
    }

    /// The body without a byte order mark, or what it is instead, as the rest of a sentence about it.
    pub fn text(&self) -> Result<&str, &'static str> {
        let body = std::str::from_utf8(self.body.as_ref()).map_err(|_| "is not UTF-8")?;
        Ok(body.strip_prefix('\u{feff}').unwrap_or(body))
    }

    fn redirected(&self, redactor: &Redactor<'_>) -> Error {
        let to = self.location.as_deref().map(|to| format!(" to {}", short_address(&redactor.line(to))));
        let to = to.unwrap_or_default();
        let message = format!(
            "The server redirects the request{to} (HTTP {}). Redirects are not followed, because they would send the \
             secret elsewhere; give the final address.",
            self.http_status
        );
        Error::new(Status::Redirected, message)
    }

    fn throttled(&self, oauth: Option<OAuthError>) -> Error {
        let after = self.retry_after.map_or("later".into(), |seconds| format!("after {seconds} s"));
        let said = oauth.as_ref().map(|oauth| format!(" It said: {}", oauth.summary())).unwrap_or_default();
        let message = format!("The server is throttling (HTTP {}). Try again {after}.{said}", self.http_status);
        let mut error = Error::new(Status::Throttled, message);
        error.retry_after = self.retry_after;
        error.oauth = oauth.map(Box::new);
        error
    }

    /// The server's refusal, in its own words.
    pub fn refused(&self, oauth: OAuthError) -> Error {
        let message =
            format!("The authorization server refused the request (HTTP {}): {}", self.http_status, oauth.summary());
        let mut error = Error::new(Status::OAuthError, message);
        error.retry_after = self.retry_after;
        error.oauth = Some(Box::new(oauth));
        error
    }

    /// An answer that no token endpoint gives; `what` goes on from "the body".
    fn bad(&self, what: &str, redactor: &Redactor<'_>) -> Error {
        let kind = self.media_type.as_deref().map(|kind| format!(" of type {}", redactor.line(kind)));
        let coding = self
            .coding
            .as_deref()
            .map(|coding| format!(" in the content coding '{}', which was not asked for,", redactor.line(coding)));
        let (kind, coding) = (kind.unwrap_or_default(), coding.unwrap_or_default());
        let hint = match self.http_status {
            200..300 => "Check that the address is a token endpoint and that no sign-in page or proxy answers for it.",
            401 => "Check the client's id and secret, and whether the server wants them in the body or as Basic.",
            407 => {
                "A proxy asks for credentials: put them into its address in the environment, or name the proxy in the \
                 request, with its user name and password."
            }
            404 | 405 => "Check the address.",
            511 => "A network on the way wants somebody to sign in first.",
            408 | 500..600 => "The server, or a gateway before it, is failing; try again later.",
            _ => "Check the address and what the server expects.",
        };
        let mut error = Error::new(
            Status::BadResponse,
            format!("The server answered HTTP {}, but the body{kind}{coding} {what}. {hint}", self.http_status),
        );
        error.retry_after = self.retry_after;
        error
    }
}

fn oauth_error(members: &Members<'_>, error: &RawValue, body: &str, redactor: &Redactor<'_>) -> Option<OAuthError> {
    let line = |member| json::text(member).map(|text| Text::from(redactor.line(text.as_str())));
    let said = |member| line(member).filter(|text| !text.is_empty());
    Some(OAuthError {
        error: said(Some(error))?,
        description: said(members.error_description),
        uri: said(members.error_uri),
        correlation_id: said(members.correlation_id),
        trace_id: said(members.trace_id),
        error_codes: error_codes(members.error_codes, redactor),
        body: body.into(),
    })
}

/// As many codes as a line holds; Entra sends one or two. A code may be a secret like any other word of the server.
fn error_codes(member: Option<&RawValue>, redactor: &Redactor) -> Option<Text> {
    let codes = json::numbers(member).into_iter().map(|code| code.to_string());
    let codes: Vec<_> = codes.filter(|code| redactor.line(code) == *code).take(MOST_ERROR_CODES).collect();
    (!codes.is_empty()).then(|| codes.join(",").as_str().into())
}

impl OAuthError {
    fn summary(&self) -> String {
        match &self.description {
            Some(description) => format!("{}: {}", self.error.as_str(), description.as_str()),
            None => self.error.as_str().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(http_status: u16, body: impl AsRef<[u8]>) -> Answer {
        Answer::plain(http_status, body.as_ref())
    }

    fn read(http_status: u16, body: impl AsRef<[u8]>) -> Result<TokenResponse, Error> {
        answer(http_status, body).to_token(&Redactor::new(["hunter2hunter2"]))
    }

    fn failure(http_status: u16, body: impl AsRef<[u8]>) -> (Status, String) {
        let error = read(http_status, body).expect_err("no token");
        (error.status, error.message.as_str().to_owned())
    }

    #[test]
    fn what_is_no_token_is_a_bad_response() {
        for (body, says) in [
            ("", "is empty"),
            ("<html>Sign in</html>", "is not JSON"),
            ("access_token=x&token_type=bearer", "is not JSON"),
            (r#"{"token_type":"Bearer"}"#, "no 'access_token'"),
            (r#"{"access_token":null}"#, "no 'access_token'"),
            (r#"{"access_token":7}"#, "not a text"),
            (r#"{"access_token":""}"#, "empty 'access_token'"),
            (r#"{"access_token":"a\r\nb"}"#, "no token may have"),
            (r#"{"access_token":"é"}"#, "no token may have"),
            (r#"{"access_token":"a","access_token":"b"}"#, "twice"),
            (r#"{"access_token":"a","error":{"code":7}}"#, "'error' that is empty or not a text"),
        ] {
            let (status, message) = failure(200, body);
            assert_eq!(status, Status::BadResponse, "{body}");
            assert!(message.contains(says) && message.contains("HTTP 200"), "{body}: {message}");
        }
        assert!(failure(200, b"{\"access_token\":\"\xff\"}").1.contains("is not UTF-8"));
        assert!(failure(500, r#"{"message":"x"}"#).1.contains("no OAuth error"));
    }

    #[test]
    fn an_oauth_error_is_one_whatever_the_status() {
        let body = r#"{"error":"invalid_client","error_description":"bad secret hunter2hunter2\r\nTrace",
            "error_uri":"https://e.example","correlation_id":"c","trace_id":"t","error_codes":[7000215]}"#;
        for http_status in [200, 400, 401, 500] {
            let error = read(http_status, body).expect_err("an error");
            assert_eq!(error.status, Status::OAuthError);
            assert_eq!(
                error.message.as_str(),
                format!(
                    "The authorization server refused the request (HTTP {http_status}): invalid_client: bad secret \
                     [redacted] Trace"
                )
            );
            let oauth = error.oauth.expect("the server's words");
            assert_eq!(oauth.error.as_str(), "invalid_client");
            assert_eq!(oauth.description.expect("a description").as_str(), "bad secret [redacted] Trace");
            assert_eq!(oauth.correlation_id.expect("an id").as_str(), "c");
            assert_eq!(oauth.trace_id.expect("an id").as_str(), "t");
            assert_eq!(oauth.error_codes.expect("a code").as_str(), "7000215");
            assert_eq!(oauth.body.as_str(), body);
        }
    }

    #[test]
    fn error_codes_are_a_short_list_without_secrets() {
        let codes = |list: &str| {
            let body = format!(r#"{{"error":"e","error_codes":{list}}}"#);
            let error = answer(400, body).to_token(&Redactor::new(["8877665544"])).expect_err("an error");
            error.oauth.expect("the server's words").error_codes.map(|codes| codes.as_str().to_owned())
        };
        assert_eq!(codes("[50126,7000215]").as_deref(), Some("50126,7000215"));
        assert_eq!(codes("[8877665544,7]").as_deref(), Some("7"));
        assert_eq!(codes("[8877665544]"), None);
        assert_eq!(codes("\"7\""), None);
        let many = format!("[{}]", vec!["1"; 1000].join(","));
        assert_eq!(codes(&many).map(|codes| codes.len()), Some(2 * MOST_ERROR_CODES - 1));
    }

    #[test]
    fn throttling_says_when_to_come_back() {
        for http_status in [429, 503] {
            let throttled = Answer { retry_after: Some(17), ..answer(http_status, "<html>") };
            let error = throttled.to_token(&Redactor::new([])).expect_err("throttled");
            assert_eq!((error.status, error.retry_after), (Status::Throttled, Some(17)));
            assert!(error.message.as_str().contains("after 17 s"), "{error}");
        }
        for (http_status, body, status) in
            [(400, r#"{"error":"invalid_grant"}"#, Status::OAuthError), (500, "<html>", Status::BadResponse)]
        {
            let refused = Answer { retry_after: Some(17), ..answer(http_status, body) };
            let error = refused.to_token(&Redactor::new([])).expect_err("no token");
            assert_eq!((error.status, error.retry_after), (status, Some(17)), "{body}");
        }
        assert_eq!(failure(429, r#"{"error":"slow_down"}"#).0, Status::Throttled);
        assert_eq!(failure(503, "").0, Status::BadResponse);
    }

    #[test]
    fn redirects_are_refused_with_their_destination() {
        let away = Answer { location: Some("https://elsewhere.example/token".into()), ..answer(307, "") };
        let error = away.to_token(&Redactor::new([])).expect_err("redirected");
        assert_eq!(error.status, Status::Redirected);
        assert!(error.message.as_str().contains("to https://elsewhere.example/token (HTTP 307)"), "{error}");
        assert_eq!(failure(304, "").0, Status::Redirected);
    }
}
