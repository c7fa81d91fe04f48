//! What to ask a token endpoint for.

use std::time::Duration;

use crate::endpoint::EntraVersion;
use crate::parameters::Parameters;
use crate::secret::Text;

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
    /// How the client sends its secret.
    pub client_authentication: ClientAuthentication,
    /// How long the whole exchange may take, retries included.
    pub timeout: Duration,
    /// How long each connection may take, TLS handshake included.
    pub connect_timeout: Duration,
    /// How many times a transient fault is retried; with a virtual machine's managed identity at least five times, unless
    /// this is 0.
    pub max_retries: u32,
    /// Whether http may leave this machine.
    pub allow_http: bool,
    /// The host of Entra ID for the tenant; `login.microsoftonline.com` where empty.
    pub authority_host: Text,
    /// An issuer whose metadata names the token endpoint (RFC 8414), in place of an address.
    pub issuer: Text,
    /// A ready assertion of the client (RFC 7523).
    pub client_assertion: Text,
    /// A file with such an assertion, read at every call.
    pub client_assertion_path: Text,
    /// A certificate with its private key, PEM or PFX.
    pub certificate_path: Text,
    /// The password of the certificate or private key.
    pub certificate_password: Text,
    /// A private key in PEM.
    pub private_key_path: Text,
    /// `kid` of the assertion.
    pub key_id: Text,
    /// `PS256`, `RS256`, `ES256` or `ES384`; by the key where empty.
    pub signing_algorithm: Text,
    /// The object id of a user-assigned managed identity.
    pub identity_object_id: Text,
    /// The resource id of a user-assigned managed identity.
    pub identity_resource_id: Text,
    /// A proxy's address in place of the environment's and the system's; `none` for none.
    pub proxy: Text,
    /// The user name for that proxy.
    pub proxy_username: Text,
    /// The password for that proxy.
    pub proxy_password: Text,
    /// A PEM file of authorities trusted beside the system's.
    pub certificate_authority_path: Text,
    /// `User-Agent`; the library's own where empty.
    pub user_agent: Text,
    /// Whether to wait as long as a throttling server asks (Retry-After) and to try again, as often as the deadline
    /// allows.
    pub wait_when_throttled: bool,
    /// Whether the process's token cache answers where it can, and keeps what the server answers.
    pub token_cache: bool,
    /// Whether the managed identity of this Azure machine or service is asked.
    pub managed_identity: bool,
    /// Whether the certificate authenticates the TLS connection (RFC 8705) in place of an assertion.
    pub mutual_tls: bool,
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
            authority_host: Text::default(),
            issuer: Text::default(),
            client_assertion: Text::default(),
            client_assertion_path: Text::default(),
            certificate_path: Text::default(),
            certificate_password: Text::default(),
            private_key_path: Text::default(),
            key_id: Text::default(),
            signing_algorithm: Text::default(),
            identity_object_id: Text::default(),
            identity_resource_id: Text::default(),
            proxy: Text::default(),
            proxy_username: Text::default(),
            proxy_password: Text::default(),
            certificate_authority_path: Text::default(),
            user_agent: Text::default(),
            wait_when_throttled: false,
            token_cache: false,
            managed_identity: false,
            mutual_tls: false,
            parameters: Parameters::default(),
        }
    }
}

impl Default for TokenRequest {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let mut request = TokenRequest {
            client_secret: "s3cr+t value".into(),
            password: "pa55word".into(),
            refresh_token: "r3fresh".into(),
            ..TokenRequest::new()
        };
        request.parameters.add("software_statement".into(), "a55ertion".into()).expect("free name");
        let shown = format!("{request:?}");
        for secret in ["s3cr", "pa55word", "r3fresh", "a55ertion"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
