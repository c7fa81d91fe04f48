//! One attempt over HTTP, and the clients that make it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use once_cell::sync::Lazy;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use reqwest::{Client, Method, Response, Url, redirect};

use crate::authorities::Authorities;
use crate::credential::Identity;
use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::failure::Failure;
use crate::proxy::Proxy;
use crate::response::Answer;
use crate::secret::{SecretBytes, Text};

/// The largest body that is read, in bytes, after decompression.
pub(crate) const LARGEST_BODY: usize = 1 << 20;

/// How long a connection may lie idle before it is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A longer `Retry-After` than a year is no instruction.
const LONGEST_RETRY_AFTER: u64 = 365 * 24 * 60 * 60;

/// Clients kept at once. Callers that use ever new options make new clients, and the oldest goes.
const MOST_CLIENTS: usize = 8;

static CLIENTS: Lazy<Mutex<Vec<(Options, Client)>>> = Lazy::new(Mutex::default);

/// What makes one client differ from another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub connect_timeout: Duration,
    pub proxy: Proxy,
    pub authorities: Authorities,
    /// The client's certificate, for servers that ask for one: connections of two certificates are never mixed.
    pub identity: Option<Arc<Identity>>,
    /// `User-Agent`.
    pub user_agent: Text,
    /// A connection for one attempt only: what is in the pool may be as dead as what just failed.
    pub fresh: bool,
}

impl Options {
    /// No more than a time limit.
    #[cfg(test)]
    pub fn new(connect_timeout: Duration) -> Self {
        let (authorities, user_agent) = (Authorities::default(), "a test".into());
        Self { connect_timeout, proxy: Proxy::System, authorities, identity: None, user_agent, fresh: false }
    }

    /// Whether connections with `other` lead to the same servers by the same way.
    pub fn lead_as(&self, other: &Self) -> bool {
        Self { fresh: other.fresh, ..self.clone() } == *other
    }

    /// The same for a server that no proxy leads to.
    pub fn direct(&self) -> Self {
        Self { proxy: Proxy::None, ..self.clone() }
    }

    /// The same for `endpoint`: to this machine itself directly, for a proxy does not share its loopback.
    fn toward(&self, endpoint: &TokenEndpoint) -> Self {
        if endpoint.is_loopback() { self.direct() } else { self.clone() }
    }
}

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
    crate::fault::point("transport");
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

/// The client for `options`, made where there is none.
fn client(options: &Options) -> Result<Client, Failure> {
    let mut clients = CLIENTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    #[cfg(test)]
    crate::fault::point("client");
    if let Some((_, client)) = clients.iter().find(|(kept, _)| kept == options) {
        return Ok(client.clone());
    }
    let client = build(options).map_err(|_| {
        Failure::of(Error::new(Status::Internal, "The HTTP client could not be made. Please report this."))
    })?;
    if clients.len() == MOST_CLIENTS {
        clients.remove(0);
    }
    clients.push((options.clone(), client.clone()));
    Ok(client)
}

fn build(options: &Options) -> Result<Client, Box<dyn std::error::Error>> {
    let loopback = [([127, 0, 0, 1], 0).into(), (std::net::Ipv6Addr::LOCALHOST, 0).into()];
    let mut builder = Client::builder()
        .tls_backend_preconfigured(crate::tls::client_config(&options.authorities, options.identity.as_deref())?)
        .user_agent(options.user_agent.as_str())
        .redirect(redirect::Policy::none())
        .referer(false)
        .http1_only()
        .retry(reqwest::retry::never())
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // http may go to localhost because that is this machine, whatever a hosts file says.
        .resolve_to_addrs("localhost", &loopback);
    if options.fresh {
        builder = builder.pool_max_idle_per_host(0);
    }
    match &options.proxy {
        Proxy::System => {}
        Proxy::None => builder = builder.no_proxy(),
        Proxy::Named(named) => builder = builder.proxy(named.to_reqwest()?),
    }
    Ok(builder.build()?)
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

    #[test]
    fn clients_are_shared_and_bounded() {
        let options = |ms| Options::new(Duration::from_millis(ms)).direct();
        for ms in 0..20 {
            client(&options(ms)).map_err(|_| ()).expect("a client");
            client(&options(ms)).map_err(|_| ()).expect("the same client");
        }
        assert!(CLIENTS.lock().expect("not poisoned").len() <= MOST_CLIENTS);
    }
}
