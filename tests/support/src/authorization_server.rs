//! A small authorization server.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::received::form_decode;
use crate::watched::Watched;
use crate::{Answer, Identity, Received, Server};

/// How long its tokens live: an hour less a second, as Entra's often do.
const LIFETIME: Duration = Duration::from_secs(3599);

/// An authorization server (RFC 6749: client credentials, password, refresh token) on 127.0.0.1.
///
/// `/{tenant}/oauth2/token` answers as version 1 of Entra does (numbers as strings, `expires_on`, `resource`), every
/// other path that ends in `/token` as version 2 and RFC 6749 do. Errors are Entra's in form.
pub struct AuthorizationServer {
    server: Server,
    state: Arc<Watched<State>>,
}

/// Who an authorization server knows, before it starts.
#[derive(Default)]
pub struct AuthorizationServerBuilder {
    clients: HashMap<String, Option<String>>,
    users: HashMap<String, String>,
    raw_basic: bool,
}

#[derive(Default)]
struct State {
    granted: usize,
    refused: usize,
    refresh_tokens: HashSet<String>,
}

/// An error of RFC 6749 5.2 with the code that Entra gives with it.
struct Refusal {
    error: &'static str,
    code: u32,
    description: &'static str,
}

type Form = HashMap<String, String>;

impl AuthorizationServer {
    /// A server that knows nobody, to be completed and started.
    pub fn builder() -> AuthorizationServerBuilder {
        AuthorizationServerBuilder::default()
    }

    /// `http://127.0.0.1:port` (https over TLS) and the path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// The server below, for its requests and connections.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// How many tokens it gave.
    pub fn granted(&self) -> usize {
        self.state.look(|state| state.granted)
    }

    /// How many token requests it refused.
    pub fn refused(&self) -> usize {
        self.state.look(|state| state.refused)
    }
}

impl AuthorizationServerBuilder {
    /// A confidential client and its secret.
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        self.clients.insert(id.to_owned(), Some(secret.to_owned()));
        self
    }

    /// A client without a secret.
    pub fn public_client(mut self, id: &str) -> Self {
        self.clients.insert(id.to_owned(), None);
        self
    }

    /// A user of the password grant.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.insert(name.to_owned(), password.to_owned());
        self
    }

    /// Takes the parts of a Basic header as they are, as many servers do, instead of form-decoding them (RFC 6749 2.3.1).
    pub fn raw_basic(mut self) -> Self {
        self.raw_basic = true;
        self
    }

    /// Starts it over http.
    pub fn start(self) -> AuthorizationServer {
        self.start_with(|handler| Server::start(handler))
    }

    /// Starts it over TLS.
    pub fn start_tls(self, identity: &Identity) -> AuthorizationServer {
        self.start_with(|handler| Server::start_tls(identity, handler))
    }

    fn start_with(
        self,
        start: impl FnOnce(Box<dyn Fn(&Received) -> Answer + Send + Sync>) -> Server,
    ) -> AuthorizationServer {
        let state = Arc::<Watched<State>>::default();
        let answering = Arc::clone(&state);
        let server = start(Box::new(move |request| self.answer(request, &answering)));
        AuthorizationServer { server, state }
    }

    fn answer(&self, request: &Received, state: &Watched<State>) -> Answer {
        if !path(&request.target).ends_with("/token") {
            return Answer::status(404);
        }
        if request.method != "POST" {
            return Answer::status(405).header("Allow", "POST");
        }
        let answer = match self.grant(request, state) {
            Ok(token) => Answer::json(200, token.to_string()),
            Err(refusal) => {
                state.change(|state| state.refused += 1);
                refusal.answer(request.header("authorization").is_some())
            }
        };
        answer.header("Cache-Control", "no-store").header("Pragma", "no-cache")
    }

    fn grant(&self, request: &Received, state: &Watched<State>) -> Result<Value, Refusal> {
        let form = read_form(request)?;
        let client = self.authenticate(request, &form)?;
        let with_refresh_token = match required(&form, "grant_type")?.as_str() {
            "client_credentials" => {
                if self.clients[&client].is_none() {
                    return Err(Refusal::UNAUTHORIZED_CLIENT);
                }
                false
            }
            "password" => {
                let (user, password) = (required(&form, "username")?, required(&form, "password")?);
                if self.users.get(user) != Some(password) {
                    return Err(Refusal::WRONG_PASSWORD);
                }
                true
            }
            "refresh_token" => {
                let token = required(&form, "refresh_token")?;
                if !state.look(|state| state.refresh_tokens.contains(token)) {
                    return Err(Refusal::UNKNOWN_REFRESH_TOKEN);
                }
                true
            }
            _ => return Err(Refusal::UNSUPPORTED_GRANT_TYPE),
        };
        let serial = state.change(|state| {
            state.granted += 1;
            state.granted
        });
        let mut token = match is_version_1(&request.target) {
            true => token_of_version_1(&form),
            false => token_of_version_2(&form),
        };
        token["access_token"] = json!(format!("access-token-{serial}-of-{client}"));
        if with_refresh_token {
            let refresh_token = format!("refresh-token-{serial}-of-{client}");
            token["refresh_token"] = json!(refresh_token);
            state.change(|state| state.refresh_tokens.insert(refresh_token));
        }
        Ok(token)
    }

    /// The client's id, once its secret has proved it: in the body or in a Basic header, not in both (RFC 6749 2.3).
    fn authenticate(&self, request: &Received, form: &Form) -> Result<String, Refusal> {
        let (id, secret) = match request.header("authorization") {
            None => (required(form, "client_id")?.clone(), form.get("client_secret").cloned()),
            Some(_) if form.contains_key("client_secret") => return Err(Refusal::INVALID_REQUEST),
            Some(header) => {
                let (id, secret) = self.basic(header).ok_or(Refusal::INVALID_CLIENT)?;
                (id, Some(secret))
            }
        };
        match self.clients.get(&id) {
            Some(expected) if *expected == secret => Ok(id),
            _ => Err(Refusal::INVALID_CLIENT),
        }
    }

    fn basic(&self, header: &str) -> Option<(String, String)> {
        let decoded = BASE64_STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        Some(match self.raw_basic {
            true => (id.to_owned(), secret.to_owned()),
            false => (form_decode(id), form_decode(secret)),
        })
    }
}

impl Refusal {
    const INVALID_REQUEST: Self = Self::new("invalid_request", 900_144, "The request body is malformed.");
    const INVALID_CLIENT: Self = Self::new("invalid_client", 7_000_215, "Invalid client secret provided.");
    const UNAUTHORIZED_CLIENT: Self = Self::new("unauthorized_client", 7_000_218, "The client has no secret.");
    const WRONG_PASSWORD: Self = Self::new("invalid_grant", 50_126, "Invalid username or password.");
    const UNKNOWN_REFRESH_TOKEN: Self = Self::new("invalid_grant", 70_000, "The refresh token is not valid.");
    const UNSUPPORTED_GRANT_TYPE: Self =
        Self::new("unsupported_grant_type", 70_003, "The grant type is not supported.");

    const fn new(error: &'static str, code: u32, description: &'static str) -> Self {
        Self { error, code, description }
    }

    fn answer(&self, used_basic: bool) -> Answer {
        const TRACE_ID: &str = "0a0b0c0d-0001-4000-8000-00000000000a";
        const CORRELATION_ID: &str = "0a0b0c0d-0002-4000-8000-00000000000b";
        let description =
            format!("AADSTS{}: {} Trace ID: {TRACE_ID} Correlation ID: {CORRELATION_ID}", self.code, self.description);
        let body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.code],
            "timestamp": "2025-01-01 00:00:00Z",
            "trace_id": TRACE_ID,
            "correlation_id": CORRELATION_ID,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        let unauthenticated = self.error == "invalid_client";
        let answer = Answer::json(if unauthenticated { 401 } else { 400 }, body.to_string());
        match unauthenticated && used_basic {
            true => answer.header("WWW-Authenticate", "Basic realm=\"token\""),
            false => answer,
        }
    }
}

/// The form's fields: each name once, empty values as if they were not there (RFC 6749 3.2).
fn read_form(request: &Received) -> Result<Form, Refusal> {
    let media_type = request.header("content-type").unwrap_or_default();
    if !media_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::INVALID_REQUEST);
    }
    let mut form = Form::new();
    for (name, value) in request.form() {
        if !value.is_empty() && form.insert(name, value).is_some() {
            return Err(Refusal::INVALID_REQUEST);
        }
    }
    Ok(form)
}

fn required<'a>(form: &'a Form, name: &str) -> Result<&'a String, Refusal> {
    form.get(name).ok_or(Refusal::INVALID_REQUEST)
}

/// A request target without its query.
fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

fn is_version_1(target: &str) -> bool {
    path(target).ends_with("/oauth2/token")
}

fn token_of_version_1(form: &Form) -> Value {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is past 1970");
    let mut token = json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME.as_secs().to_string(),
        "ext_expires_in": LIFETIME.as_secs().to_string(),
        "expires_on": (now + LIFETIME).as_secs().to_string(),
        "not_before": now.as_secs().to_string(),
    });
    for name in ["resource", "scope"] {
        if let Some(value) = form.get(name) {
            token[name] = json!(value);
        }
    }
    token
}

fn token_of_version_2(form: &Form) -> Value {
    let mut token = json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME.as_secs(),
        "ext_expires_in": LIFETIME.as_secs(),
    });
    if let Some(scope) = form.get("scope") {
        token["scope"] = json!(scope);
    }
    token
}
