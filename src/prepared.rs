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
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use psoauth_test_support::Authority;

    use super::*;
    use crate::error::Status;
    use crate::parameters::Parameters;
    use crate::runtime::runtime;

    fn request() -> TokenRequest {
        TokenRequest {
            token_endpoint: "https://login.example/token".into(),
            client_id: "the id".into(),
            client_secret: "s3cr+t value".into(),
            ..TokenRequest::new()
        }
    }

    fn refusal(request: TokenRequest) -> String {
        let error = Prepared::new(request).err().expect("refused");
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
        let prepared = Prepared::new(request).expect("complete");
        assert_eq!(
            prepared.body(None),
            "grant_type=password&client_id=the%20id&client_secret=s3cr%2Bt%20value&resource=r&scope=s\
             &username=u&password=p&refresh_token=t&audience=a"
        );
    }

    #[test]
    fn what_is_sent_of_a_field_is_no_parameters_name() {
        let all = TokenRequest {
            resource: "r".into(),
            scope: "s".into(),
            username: "u".into(),
            password: "p".into(),
            refresh_token: "t".into(),
            ..request()
        };
        let body = Prepared::new(all).expect("complete").body(Some("a.b.c"));
        let names: Vec<_> =
            body.split(|byte| *byte == b'&').map(|field| field.split(|byte| *byte == b'=').next()).collect();
        assert_eq!(names.len(), 10);
        for name in names.into_iter().flatten().map(|name| std::str::from_utf8(name).expect("ASCII")) {
            Parameters::default().add(name.into(), "x".into()).expect_err(name);
        }
    }

    #[test]
    fn basic_takes_the_credentials_out_of_the_body() {
        for (way, credentials) in [
            (ClientAuthentication::Basic, "the%20id:s3cr%2Bt%20value"),
            (ClientAuthentication::BasicRaw, "the id:s3cr+t value"),
        ] {
            let request = TokenRequest { client_authentication: way, ..request() };
            let prepared = Prepared::new(request).expect("complete");
            assert_eq!(prepared.body(None), "grant_type=client_credentials");
            let header = prepared.authorization().expect("a header");
            assert_eq!(header, format!("Basic {}", STANDARD.encode(credentials)).as_str());
            assert!(header.is_sensitive());
        }
    }

    #[test]
    fn a_header_that_a_server_repeats_is_not_shown() {
        for way in [ClientAuthentication::Basic, ClientAuthentication::BasicRaw] {
            let prepared = Prepared::new(TokenRequest { client_authentication: way, ..request() }).expect("complete");
            let header = prepared.authorization().expect("a header");
            let said = format!("'{}' is wrong", header.to_str().expect("ASCII"));
            assert_eq!(prepared.redactor(None).line(&said), "'Basic [redacted]' is wrong", "{way:?}");
        }
    }

    #[test]
    fn a_proxys_credentials_are_not_shown() {
        let proxied = TokenRequest {
            proxy: "http://proxy.example:3128".into(),
            proxy_username: "user".into(),
            proxy_password: "passw0rd".into(),
            ..request()
        };
        let prepared = Prepared::new(proxied).expect("complete");
        let said = format!("not {} with Basic {}", "passw0rd", STANDARD.encode("user:passw0rd"));
        assert_eq!(prepared.redactor(None).line(&said), "not [redacted] with Basic [redacted]");
    }

    #[test]
    fn what_servers_answer_by_makes_another_way() {
        let (authority, folder) = (Authority::new("clients"), tempfile::tempdir().expect("a folder"));
        let write = |name: &str, pem: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, pem).expect("the folder can be written");
            Text::from(path.to_str().expect("UTF-8"))
        };
        let authorities = write("authorities.pem", authority.pem());
        let certificates = ["one", "other"].map(|name| write(name, authority.issue_client(name).pem()));
        let with_certificate = |path: &Text| TokenRequest {
            client_secret: "".into(),
            certificate_path: path.clone(),
            mutual_tls: true,
            ..request()
        };
        let ways = [
            request(),
            TokenRequest { proxy: "http://proxy.example:3128".into(), ..request() },
            TokenRequest { certificate_authority_path: authorities, ..request() },
            TokenRequest { user_agent: "another".into(), ..request() },
            with_certificate(&certificates[0]),
            with_certificate(&certificates[1]),
        ]
        .map(|request| {
            let mut prepared = Prepared::new(request).map_err(|error| error.to_string()).expect("complete");
            let options = async {
                prepared.credential.read().await?;
                prepared.options(&prepared.credential.open().await?).await
            };
            runtime().expect("a runtime").block_on(options).map_err(|error| error.to_string()).expect("options").way()
        });
        for (number, way) in ways.iter().enumerate() {
            let alike = ways.iter().filter(|other| *other == way).count();
            assert_eq!(alike, 1, "{number}");
        }
    }

    #[test]
    fn an_id_with_a_colon_is_not_sent_raw() {
        let of = |way| TokenRequest { client_id: "a:b".into(), client_authentication: way, ..request() };
        assert!(refusal(of(ClientAuthentication::BasicRaw)).contains("holds a colon"));
        for way in [ClientAuthentication::Body, ClientAuthentication::Basic] {
            Prepared::new(of(way)).map_err(|_| ()).expect("valid");
        }
        let assertion = TokenRequest {
            client_secret: "".into(),
            client_assertion: "a.b.c".into(),
            ..of(ClientAuthentication::BasicRaw)
        };
        Prepared::new(assertion).map_err(|_| ()).expect("an assertion's id goes into the body");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(refusal(TokenRequest { client_id: "".into(), ..request() }).contains("a client id"));
        assert!(refusal(TokenRequest { grant_type: "".into(), ..request() }).contains("a grant type"));
        assert!(
            refusal(TokenRequest { token_endpoint: "".into(), ..request() })
                .contains("token endpoint, a tenant or an issuer")
        );
        assert!(refusal(TokenRequest { tenant: "contoso.com".into(), ..request() }).contains("give one of them"));
        let password = TokenRequest { grant_type: "password".into(), username: "u".into(), ..request() };
        assert!(refusal(password).contains("a password"));
        assert!(refusal(TokenRequest { grant_type: "refresh_token".into(), ..request() }).contains("a refresh token"));
    }

    #[test]
    fn a_user_agent_is_a_printable_line() {
        let with = |user_agent: &str| TokenRequest { user_agent: user_agent.into(), ..request() };
        Prepared::new(with("Contoso-Reports/2.1 (nightly)")).map_err(|_| ()).expect("valid");
        for user_agent in [" x", "x ", "x\r\ny: z", "ä", "x\ty", &"x".repeat(257)] {
            assert!(refusal(with(user_agent)).contains("user agent"), "{user_agent:?}");
        }
    }

    #[test]
    fn a_managed_identity_needs_no_client_id() {
        let request = TokenRequest { managed_identity: true, resource: "r".into(), ..TokenRequest::new() };
        Prepared::new(request).map_err(|error| error.to_string()).expect("complete");
    }
}
