//! One attempt over HTTP.

use std::time::SystemTime;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use reqwest::{Method, Response, Url};

use crate::answer::Answer;
use crate::client::{Options, client};
use crate::endpoint::TokenEndpoint;
use crate::failure::Failure;
use crate::secret::SecretBytes;

/// The largest body that is read, in bytes, after decompression.
pub(crate) const LARGEST_BODY: usize = 1 << 20;

/// A longer `Retry-After` than a year is no instruction.
const LONGEST_RETRY_AFTER: u64 = 365 * 24 * 60 * 60;

/// Posts a form to `endpoint` once and reads the whole answer.
pub(crate) async fn post(
    endpoint: &TokenEndpoint,
    options: &Options,
    form: Bytes,
    authorization: Option<HeaderValue>,
) -> Result<Answer, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(credentials) = authorization {
        headers.insert(AUTHORIZATION, credentials);
    }
    send(Method::POST, endpoint, options, headers, Some(form)).await
}

/// Gets what is at `endpoint` once and reads the whole answer.
pub(crate) async fn get(endpoint: &TokenEndpoint, options: &Options, headers: HeaderMap) -> Result<Answer, Failure> {
    send(Method::GET, endpoint, options, headers, None).await
}

async fn send(
    method: Method,
    endpoint: &TokenEndpoint,
    options: &Options,
    headers: HeaderMap,
    body: Option<Bytes>,
) -> Result<Answer, Failure> {
    let options = options.toward(endpoint);
    let mut request =
        client(&options)?.request(method, endpoint.url().clone()).headers(headers).header(ACCEPT, "application/json");
    if let Some(body) = body {
        request = request.body(body);
    }
    let response = request.send().await.map_err(|error| Failure::before_answer(&error, endpoint, &options))?;
    read(response, endpoint).await
}

async fn read(mut response: Response, endpoint: &TokenEndpoint) -> Result<Answer, Failure> {
    #[cfg(test)]
    crate::failpoint::hit("transport");
    let http_status = response.status().as_u16();
    let mut answer = Answer {
        http_status,
        retry_after: retry_after(response.headers()),
        location: location(response.url(), response.headers()),
        challenge: challenge(response.headers()),
        media_type: token(response.headers(), CONTENT_TYPE),
        // reqwest takes the header away with the coding that it undoes.
        coding: token(response.headers(), CONTENT_ENCODING).filter(|coding| coding != "identity"),
        body: SecretBytes::default(),
    };
    while let Some(chunk) =
        response.chunk().await.map_err(|error| Failure::inside_answer(&error, http_status, endpoint))?
    {
        if answer.body.len() + chunk.len() > LARGEST_BODY {
            return Err(Failure::too_large(http_status, endpoint));
        }
        answer.body.extend(&chunk);
    }
    Ok(answer)
}

/// `Retry-After` in seconds from now; it comes as seconds or as a date (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match value.parse() {
        Ok(seconds) => seconds,
        Err(_) => {
            let date = httpdate::parse_http_date(value).ok()?;
            date.duration_since(SystemTime::now()).unwrap_or_default().as_secs()
        }
    };
    (seconds <= LONGEST_RETRY_AFTER).then_some(seconds)
}

/// Where a redirect leads, resolved against the address that answered, without query and fragment.
fn location(from: &Url, headers: &HeaderMap) -> Option<String> {
    let to = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    to.has_host().then(|| format!("{}{}", to.origin().ascii_serialization(), to.path()))
}

/// `WWW-Authenticate`.
fn challenge(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(WWW_AUTHENTICATE)?.to_str().ok()?.to_owned())
}

/// The value of a header without its parameters, where it is fit to be shown.
fn token(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.split(';').next()?.trim();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'+' | b'.' | b',' | b' ');
    let plain = !value.is_empty() && value.len() <= 60 && value.bytes().all(allowed);
    plain.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn headers(name: reqwest::header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a header value"))])
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let read = |value: &str| retry_after(&headers(RETRY_AFTER, value));
        assert_eq!(read("120"), Some(120));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("-1"), None);
        assert_eq!(read("soon"), None);
        assert_eq!(read("99999999999"), None);
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(0));
        let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        assert!((80..=90).contains(&read(&later).expect("seconds")));
    }

    #[test]
    fn a_location_is_shown_without_its_query() {
        let from = Url::parse("https://login.example/a/token").expect("valid");
        let read = |value: &str| location(&from, &headers(LOCATION, value));
        assert_eq!(read("/b?code=1#f").as_deref(), Some("https://login.example/b"));
        assert_eq!(read("http://u:p@evil.example:81/x").as_deref(), Some("http://evil.example:81/x"));
        assert_eq!(read("data:text/plain,x"), None);
    }
}
