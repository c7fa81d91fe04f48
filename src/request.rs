//! What to ask a token endpoint for.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::endpoint::{EntraVersion, TokenEndpoint};
use crate::error::{Error, Status};
use crate::form;
use crate::message::Redactor;
use crate::parameters::Parameters;
use crate::secret::Text;

/// Shorter values of extra parameters are no secrets, and taking `1` or `true` out of a message would spoil it.
const SHORTEST_SECRET_PARAMETER: usize = 8;

/// More than this is as good as for ever, and clocks can still count it.
pub(crate) const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How the client shows who it is (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_id` and `client_secret` in the body.
    #[default]
    Body,
    /// HTTP Basic, both form-encoded first, as the RFC says.
    Basic,
    /// HTTP Basic with both as they are, as many servers expect.
    BasicRaw,
}

/// A token request; empty texts are not sent.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The token endpoint's address; or leave it empty and give a tenant.
    pub token_endpoint: Text,
    /// A tenant of Entra ID: a GUID or a domain name.
    pub tenant: Text,
    /// Which endpoint the tenant means.
    pub entra_version: EntraVersion,
    /// `client_id`.
    pub client_id: Text,
    /// `client_secret`.
    pub client_secret: Text,
    /// `resource`.
    pub resource: Text,
    /// `scope`, separated by spaces.
    pub scope: Text,
    /// `grant_type`.
    pub grant_type: Text,
    /// `username` of the password grant.
    pub username: Text,
    /// `password` of the password grant.
    pub password: Text,
    /// `refresh_token` of the refresh grant.
    pub refresh_token: Text,
    /// How the client authenticates.
    pub client_authentication: ClientAuthentication,
    /// How long the whole exchange may take, retries included.
    pub timeout: Duration,
    /// How long each connection may take, TLS handshake included.
    pub connect_timeout: Duration,
    /// How many times a passing fault is tried again.
    pub max_retries: u32,
    /// Whether http may leave this machine.
    pub allow_http: bool,
    /// What has no field above.
    pub parameters: Parameters,
}

impl TokenRequest {
    /// A client credentials request with the defaults: 30 s for the exchange, 10 s for a connection, one retry.
    pub fn new() -> Self {
        Self {
            token_endpoint: Text::default(),
            tenant: Text::default(),
            entra_version: EntraVersion::default(),
            client_id: Text::default(),
            client_secret: Text::default(),
            resource: Text::default(),
            scope: Text::default(),
            grant_type: "client_credentials".into(),
            username: Text::default(),
            password: Text::default(),
            refresh_token: Text::default(),
            client_authentication: ClientAuthentication::default(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_retries: 1,
            allow_http: false,
            parameters: Parameters::default(),
        }
    }

    /// The request as it goes out.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] for a request that cannot be sent.
    pub(crate) fn prepare(&self) -> Result<Prepared, Error> {
        let endpoint = self.endpoint()?;
        self.check_required()?;
        Ok(Prepared {
            endpoint,
            body: self.body(),
            authorization: self.authorization(),
            redactor: self.redactor(),
            timeout: self.timeout.min(LONGEST_TIMEOUT),
            connect_timeout: self.connect_timeout.min(LONGEST_TIMEOUT),
            max_retries: self.max_retries,
        })
    }

    fn endpoint(&self) -> Result<TokenEndpoint, Error> {
        match (self.token_endpoint.is_empty(), self.tenant.is_empty()) {
            (false, true) => TokenEndpoint::parse(self.token_endpoint.as_str(), self.allow_http),
            (true, false) => TokenEndpoint::entra(self.tenant.as_str(), self.entra_version),
            (true, true) => Err(missing("a token endpoint or a tenant")),
            (false, false) => Err(Error::new(
                Status::InvalidArgument,
                "The request names both a token endpoint and a tenant; give one of them.",
            )),
        }
    }

    fn check_required(&self) -> Result<(), Error> {
        let required: &[(&Text, &str)] = match self.grant_type.as_str() {
            "password" => &[(&self.username, "a user name"), (&self.password, "a password")],
            "refresh_token" => &[(&self.refresh_token, "a refresh token")],
            _ => &[],
        };
        for (text, what) in
            [(&self.grant_type, "a grant type"), (&self.client_id, "a client id")].iter().chain(required)
        {
            if text.is_empty() {
                return Err(missing(what));
            }
        }
        Ok(())
    }

    fn body(&self) -> Bytes {
        let in_body = self.client_authentication == ClientAuthentication::Body;
        let credential = |text| if in_body { Text::as_str(text) } else { "" };
        let fields = [
            ("grant_type", self.grant_type.as_str()),
            ("client_id", credential(&self.client_id)),
            ("client_secret", credential(&self.client_secret)),
            ("resource", self.resource.as_str()),
            ("scope", self.scope.as_str()),
            ("username", self.username.as_str()),
            ("password", self.password.as_str()),
            ("refresh_token", self.refresh_token.as_str()),
        ];
        form::body(fields.into_iter().chain(self.parameters.iter()))
    }

    fn authorization(&self) -> Option<HeaderValue> {
        let credentials = match self.client_authentication {
            ClientAuthentication::Body => return None,
            ClientAuthentication::Basic => Zeroizing::new(format!(
                "{}:{}",
                *Zeroizing::new(form::encode(self.client_id.as_str())),
                *Zeroizing::new(form::encode(self.client_secret.as_str()))
            )),
            ClientAuthentication::BasicRaw => {
                Zeroizing::new(format!("{}:{}", self.client_id.as_str(), self.client_secret.as_str()))
            }
        };
        let header = Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(credentials.as_bytes()))));
        let mut value = HeaderValue::from_str(&header).expect("base64 may stand in a header");
        value.set_sensitive(true);
        Some(value)
    }

    fn redactor(&self) -> Redactor {
        let basic = Zeroizing::new(format!("{}:{}", self.client_id.as_str(), self.client_secret.as_str()));
        let basic = if self.client_secret.is_empty() { "" } else { basic.as_str() };
        let own = [self.client_secret.as_str(), self.password.as_str(), self.refresh_token.as_str(), basic];
        let extra = self.parameters.iter().map(|(_, value)| value);
        Redactor::new(own.into_iter().chain(extra.filter(|value| value.len() >= SHORTEST_SECRET_PARAMETER)))
    }
}

impl Default for TokenRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// A request that was checked and encoded.
pub(crate) struct Prepared {
    pub endpoint: TokenEndpoint,
    pub body: Bytes,
    pub authorization: Option<HeaderValue>,
    pub redactor: Redactor,
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub max_retries: u32,
}

fn missing(what: &str) -> Error {
    Error::new(Status::InvalidArgument, format!("The request lacks {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> TokenRequest {
        TokenRequest {
            token_endpoint: "https://login.example/token".into(),
            client_id: "the id".into(),
            client_secret: "s3cr+t value".into(),
            ..TokenRequest::new()
        }
    }

    fn refusal(request: &TokenRequest) -> String {
        let error = request.prepare().err().expect("refused");
        assert_eq!(error.status, Status::InvalidArgument);
        error.message.as_str().to_owned()
    }

    #[test]
    fn fields_go_out_in_their_order() {
        let mut request = TokenRequest {
            resource: "r".into(),
            scope: "s".into(),
            grant_type: "password".into(),
            username: "u".into(),
            password: "p".into(),
            refresh_token: "t".into(),
            ..request()
        };
        request.parameters.add("audience".into(), "a".into()).expect("free name");
        assert_eq!(
            request.prepare().expect("complete").body,
            "grant_type=password&client_id=the%20id&client_secret=s3cr%2Bt%20value&resource=r&scope=s\
             &username=u&password=p&refresh_token=t&audience=a"
        );
    }

    #[test]
    fn basic_takes_the_credentials_out_of_the_body() {
        for (way, credentials) in [
            (ClientAuthentication::Basic, "the%20id:s3cr%2Bt%20value"),
            (ClientAuthentication::BasicRaw, "the id:s3cr+t value"),
        ] {
            let prepared = TokenRequest { client_authentication: way, ..request() }.prepare().expect("complete");
            assert_eq!(prepared.body, "grant_type=client_credentials");
            let header = prepared.authorization.expect("a header");
            assert_eq!(header, format!("Basic {}", STANDARD.encode(credentials)).as_str());
            assert!(header.is_sensitive());
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(refusal(&TokenRequest { client_id: "".into(), ..request() }).contains("a client id"));
        assert!(refusal(&TokenRequest { grant_type: "".into(), ..request() }).contains("a grant type"));
        assert!(
            refusal(&TokenRequest { token_endpoint: "".into(), ..request() }).contains("token endpoint or a tenant")
        );
        assert!(refusal(&TokenRequest { tenant: "contoso.com".into(), ..request() }).contains("give one of them"));
        let password = TokenRequest { grant_type: "password".into(), username: "u".into(), ..request() };
        assert!(refusal(&password).contains("a password"));
        assert!(refusal(&TokenRequest { grant_type: "refresh_token".into(), ..request() }).contains("a refresh token"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut request = TokenRequest { password: "pa55word".into(), refresh_token: "r3fresh".into(), ..request() };
        request.parameters.add("client_assertion".into(), "a55ertion".into()).expect("free name");
        let shown = format!("{request:?}");
        for secret in ["s3cr", "pa55word", "r3fresh", "a55ertion"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
