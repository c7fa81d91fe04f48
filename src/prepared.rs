//! A token request that was checked, and what of it goes out.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::authorities::Authorities;
use crate::client::Options;
use crate::credential::{Credential, Proof};
use crate::destination::Destination;
use crate::error::Error;
use crate::message::{Redactor, needles};
use crate::proxy::Proxy;
use crate::request::{ClientAuthentication, LONGEST_TIMEOUT, TokenRequest};
use crate::secret::Text;
use crate::{basic, form};

/// Shorter values of extra parameters are no secrets, and taking `1` or `true` out of a message would spoil it.
const SHORTEST_SECRET_PARAMETER: usize = 8;

/// What is sent as `User-Agent` unless a request says otherwise.
const USER_AGENT: &str = concat!("PSOAuthHelper/", env!("CARGO_PKG_VERSION"));

/// A request that lacks nothing and contradicts itself nowhere.
pub(crate) struct Prepared {
    pub request: TokenRequest,
    pub destination: Destination,
    pub credential: Credential,
    pub proxy: Proxy,
}

impl Prepared {
    /// Checks `request`.
    ///
    /// # Errors
    /// `Status::InvalidArgument` for a request that cannot be sent.
    pub fn new(mut request: TokenRequest) -> Result<Self, Error> {
        #[cfg(test)]
        crate::failpoint::hit("request");
        let destination = Destination::of(&request)?;
        check_required(&request)?;
        check_user_agent(&request.user_agent)?;
        let credential = Credential::of(&request)?;
        check_raw_basic(&request, &credential)?;
        if let Destination::Endpoint(endpoint) = &destination {
            credential.check_endpoint(endpoint)?;
        }
        let proxy = Proxy::of(&request)?;
        request.timeout = request.timeout.min(LONGEST_TIMEOUT);
        request.connect_timeout = request.connect_timeout.min(LONGEST_TIMEOUT);
        Ok(Self { request, destination, credential, proxy })
    }

    /// The form that is posted. Each attempt has a body of its own, for an `assertion` may be sent once only.
    pub fn body(&self, assertion: Option<&str>) -> Bytes {
        let request = &self.request;
        let in_body = self.client_authentication() == ClientAuthentication::Body;
        let credential = |text| if in_body { Text::as_str(text) } else { "" };
        let assertion_type = assertion.map_or("", |_| "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let fields = [
            ("grant_type", request.grant_type.as_str()),
            ("client_id", credential(&request.client_id)),
            ("client_secret", credential(&request.client_secret)),
            ("resource", request.resource.as_str()),
            ("scope", request.scope.as_str()),
            ("username", request.username.as_str()),
            ("password", request.password.as_str()),
            ("refresh_token", request.refresh_token.as_str()),
            ("client_assertion_type", assertion_type),
            ("client_assertion", assertion.unwrap_or_default()),
        ];
        form::body(fields.into_iter().chain(request.parameters.iter()))
    }

    /// Where the client's id and secret go. What else authenticates a client has a place of its own, and leaves the id
    /// in the body.
    fn client_authentication(&self) -> ClientAuthentication {
        match self.credential {
            Credential::Secret => self.request.client_authentication,
            _ => ClientAuthentication::Body,
        }
    }

    /// The `Authorization` header, where the client authenticates by one.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (id, secret) = (self.request.client_id.as_str(), self.request.client_secret.as_str());
        let credentials = match self.client_authentication() {
            ClientAuthentication::Body => return None,
            ClientAuthentication::Basic => encoded_pair(id, secret),
            ClientAuthentication::BasicRaw => Zeroizing::new(format!("{id}:{secret}")),
        };
        Some(basic::header(&credentials))
    }

    /// Takes the secrets of the request and `assertion` out of what a server says.
    pub fn redactor<'a>(&'a self, assertion: Option<&'a str>) -> Redactor<'a> {
        let request = &self.request;
        Redactor::lazy(move || {
            let (id, secret) = (request.client_id.as_str(), request.client_secret.as_str());
            let pair = match self.client_authentication() {
                ClientAuthentication::Basic => encoded_pair(id, secret),
                _ => Zeroizing::new(format!("{id}:{secret}")),
            };
            let proxy =
                Zeroizing::new(format!("{}:{}", request.proxy_username.as_str(), request.proxy_password.as_str()));
            let own = [
                secret,
                request.password.as_str(),
                request.refresh_token.as_str(),
                if secret.is_empty() { "" } else { pair.as_str() },
                assertion.unwrap_or_default(),
                request.proxy_password.as_str(),
                if request.proxy_password.is_empty() { "" } else { proxy.as_str() },
            ];
            let extra = request.parameters.iter().map(|(_, value)| value);
            needles(own.into_iter().chain(extra.filter(|value| value.len() >= SHORTEST_SECRET_PARAMETER)))
        })
    }

    /// What connections need; it reads the file of certificate authorities.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where that file cannot be used.
    pub async fn options(&self, proof: &Proof) -> Result<Options, Error> {
        let request = &self.request;
        Ok(Options {
            connect_timeout: request.connect_timeout,
            proxy: self.proxy.clone(),
            authorities: Authorities::load(&request.certificate_authority_path).await?,
            user_agent: if request.user_agent.is_empty() { USER_AGENT.into() } else { request.user_agent.clone() },
            identity: proof.identity(),
            fresh: false,
        })
    }
}

/// What HTTP Basic sends of a client, before it is base64 (RFC 6749 section 2.3.1).
fn encoded_pair(id: &str, secret: &str) -> Zeroizing<String> {
    let (id, secret) = (Zeroizing::new(form::encode(id)), Zeroizing::new(form::encode(secret)));
    Zeroizing::new(format!("{}:{}", *id, *secret))
}

fn check_required(request: &TokenRequest) -> Result<(), Error> {
    let required: &[(&Text, &str)] = match request.grant_type.as_str() {
        "password" => &[(&request.username, "a user name"), (&request.password, "a password")],
        "refresh_token" => &[(&request.refresh_token, "a refresh token")],
        _ => &[],
    };
    let client_id = (&request.client_id, "a client id");
    for (text, what) in [(&request.grant_type, "a grant type"), client_id].iter().chain(required) {
        // A managed identity is the client, and has an id for those who want another than the machine's own.
        if text.is_empty() && !(request.managed_identity && *what == client_id.1) {
            return Err(missing(what));
        }
    }
    Ok(())
}

/// A server takes what stands before the first colon for the id (RFC 7617 section 2): with another one, it would see
/// another client with another secret.
fn check_raw_basic(request: &TokenRequest, credential: &Credential) -> Result<(), Error> {
    let raw = request.client_authentication == ClientAuthentication::BasicRaw;
    if raw && matches!(credential, Credential::Secret) && request.client_id.as_str().contains(':') {
        return Err(Error::invalid(
            "The client id holds a colon, which HTTP Basic cannot send as it is: use Basic with form-encoded values, or \
             the body.",
        ));
    }
    Ok(())
}

/// Printable ASCII (RFC 9110 section 10.1.5), of a length that servers take.
fn check_user_agent(user_agent: &Text) -> Result<(), Error> {
    let text = user_agent.as_str();
    if text.trim() != text || text.len() > 256 || !text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(Error::invalid(
            "The user agent is not a line of at most 256 printable ASCII characters without spaces at its ends.",
        ));
    }
    Ok(())
}

fn missing(what: &str) -> Error {
    Error::invalid(format!("The request lacks {what}."))
}

#[cfg(test)]
mod tests;
