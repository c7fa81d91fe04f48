//! Discovery: where an issuer has its token endpoint (OpenID Connect Discovery 1.0, RFC 8414).

mod kept;

use std::time::Instant;

use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::client::Options;
use crate::endpoint::{Http, TokenEndpoint};
use crate::error::{Error, Status};
use crate::failure::Failure;
use crate::message::Redactor;
use crate::progress::Progress;
use crate::secret::Text;
use crate::transport;
use crate::{json, retry};

/// An issuer that a request names.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Issuer {
    name: Text,
    allow_http: bool,
    mutual_tls: bool,
}

/// The members of an issuer's metadata that are looked at.
#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    issuer: Option<&'a RawValue>,
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
    #[serde(borrow)]
    mtls_endpoint_aliases: Option<&'a RawValue>,
}

/// Other addresses for clients that authenticate by mutual TLS (RFC 8705 section 5).
#[derive(Deserialize)]
struct Aliases<'a> {
    #[serde(borrow)]
    token_endpoint: Option<&'a RawValue>,
}

impl Issuer {
    /// Checks the name of an issuer: an https URL without query and fragment (RFC 8414 section 2), or http where
    /// [`TokenEndpoint`] allows it. With `mutual_tls` the endpoint for such clients is looked for.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] with what is wrong.
    pub fn parse(name: &Text, allow_http: bool, mutual_tls: bool) -> Result<Self, Error> {
        let wrong = match TokenEndpoint::checked(name.as_str(), Http::allowed(allow_http)) {
            Ok(checked) if checked.url().query().is_none() => {
                return Ok(Self { name: name.clone(), allow_http, mutual_tls });
            }
            Ok(_) => "holds a query (?), which RFC 8414 does not allow".into(),
            Err(wrong) => wrong,
        };
        Err(Error::invalid(format!("The issuer {wrong}.")))
    }

    /// The issuer as messages show it.
    pub fn display(&self) -> &str {
        self.name.as_str()
    }

    /// The token endpoint that the issuer's metadata names: as it did within the last hour, or does now.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token_endpoint(&self, options: &Options, progress: &Progress) -> Result<TokenEndpoint, Failure> {
        let way = options.way();
        if let Some(endpoint) = kept::find(self, &way, Instant::now()) {
            return Ok(endpoint);
        }
        let mut elsewhere = Vec::new();
        for address in self.addresses() {
            let address = TokenEndpoint::checked(&address, Http::allowed(self.allow_http))
                .map_err(|wrong| Failure::of(bad(format!("The address {address} {wrong}."))))?;
            let answer = transport::get(&address, options, HeaderMap::new())
                .await
                .inspect_err(|failure| progress.failed(failure))?;
            progress.answered(answer.http_status);
            if let Some(endpoint) = self.read(&answer, &address)? {
                kept::keep(self, &way, &endpoint, Instant::now());
                return Ok(endpoint);
            }
            elsewhere.push((address, answer));
        }
        Err(Failure::of(self.without_metadata(&elsewhere)))
    }

    fn is_https(&self) -> bool {
        TokenEndpoint::checked(self.name.as_str(), Http::Anywhere).is_ok_and(|name| name.url().scheme() == "https")
    }

    /// Where the metadata may be, in the order in which it is looked for. OpenID's place comes first: almost every
    /// server that has one of the two has this one, and Entra ID has no other.
    fn addresses(&self) -> [String; 2] {
        let name = self.name.as_str().trim_end_matches('/');
        let host = name.find("://").map_or(0, |at| at + 3);
        let (origin, path) = name.split_at(name[host..].find('/').map_or(name.len(), |at| host + at));
        [
            format!("{name}/.well-known/openid-configuration"),
            format!("{origin}/.well-known/oauth-authorization-server{path}"),
        ]
    }

    /// The token endpoint in `answer`; none where the metadata is not at `address`.
    fn read(&self, answer: &Answer, address: &TokenEndpoint) -> Result<Option<TokenEndpoint>, Failure> {
        let http_status = answer.http_status;
        let transient = retry::is_transient(http_status);
        let ended = |error| Failure { error, transient, http_status: Some(http_status) };
        if http_status == 429 || transient {
            answer.to_token(&Redactor::new([])).map_err(|error| ended(not_now(error, http_status, address)))?;
        }
        // Servers answer with a sign-in page or a redirect where they have nothing.
        let metadata = match answer.text().and_then(json::object::<Metadata<'_>>) {
            Ok(metadata) if http_status == 200 => metadata,
            _ => return Ok(None),
        };
        self.endpoint(&metadata)
            .map(Some)
            .map_err(|wrong| ended(bad(format!("The metadata at {} {wrong}.", address.display()))))
    }

    /// The token endpoint that `metadata` names, or what is wrong with it, as the rest of a sentence.
    fn endpoint(&self, metadata: &Metadata<'_>) -> Result<TokenEndpoint, String> {
        let issuer = json::text(metadata.issuer).ok_or("names no issuer")?;
        if issuer != self.name {
            return Err(format!(
                "is that of another issuer, {}, and so not used. Give that one, exactly as it stands here, if it is \
                 meant",
                issuer.as_str()
            ));
        }
        let alias = || json::object::<Aliases<'_>>(metadata.mtls_endpoint_aliases?.get()).ok()?.token_endpoint;
        let named = if self.mutual_tls { alias().or(metadata.token_endpoint) } else { metadata.token_endpoint };
        let address = json::text(named).ok_or("names no token endpoint: this issuer gives no tokens that way")?;
        let endpoint = TokenEndpoint::checked(address.as_str(), Http::allowed(self.allow_http))
            .map_err(|wrong| format!("names a token endpoint that {wrong}"))?;
        // Nor is it the issuer's to send a secret to whatever listens on this machine.
        if self.is_https() && endpoint.url().scheme() != "https" {
            return Err("names a token endpoint that is http, though the issuer is https".into());
        }
        Ok(endpoint)
    }

    fn without_metadata(&self, elsewhere: &[(TokenEndpoint, Answer)]) -> Error {
        let redirect = elsewhere.iter().find_map(|(address, answer)| {
            let redirected = (300..400).contains(&answer.http_status);
            redirected
                .then(|| (address.display(), answer.location.as_deref().unwrap_or("elsewhere"), answer.http_status))
        });
        if let Some((address, to, http_status)) = redirect {
            let message = format!(
                "The metadata at {address} is redirected to {to} (HTTP {http_status}). Redirects are not followed; give \
                 the issuer that is meant, or the token endpoint."
            );
            return Error::new(Status::Redirected, message);
        }
        let tried = elsewhere.iter().map(|(address, answer)| match answer.http_status {
            200..300 => format!("{} is no JSON object", address.display()),
            http_status => format!("{} gives HTTP {http_status}", address.display()),
        });
        bad(format!(
            "The issuer {} has no metadata: {}. Check the issuer, or give the token endpoint.",
            self.display(),
            tried.collect::<Vec<_>>().join(", and ")
        ))
    }
}

/// What keeps metadata from being had. Whatever the server says, nobody has refused a token.
fn not_now(error: Error, http_status: u16, address: &TokenEndpoint) -> Error {
    if error.status != Status::OAuthError {
        return error;
    }
    bad(format!(
        "The metadata at {} cannot be had (HTTP {http_status}). The server, or a gateway before it, is failing; try again \
         later.",
        address.display()
    ))
}

fn bad(message: String) -> Error {
    Error::new(Status::BadResponse, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(name: &str) -> Result<Issuer, Error> {
        Issuer::parse(&name.into(), false, false)
    }

    fn named(metadata: &str, mutual_tls: bool) -> Result<String, String> {
        let issuer = Issuer::parse(&"https://login.example/a".into(), false, mutual_tls).expect("valid");
        let metadata = json::object(metadata).expect("an object");
        issuer.endpoint(&metadata).map(|endpoint| endpoint.url().to_string())
    }

    #[test]
    fn metadata_is_where_the_standards_say() {
        for (name, openid, oauth) in [
            ("https://login.example", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"),
            ("https://login.example/", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"),
            (
                "https://login.example/a/b/",
                "/a/b/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server/a/b",
            ),
        ] {
            let expected = [openid, oauth].map(|path| format!("https://login.example{path}"));
            assert_eq!(issuer(name).expect(name).addresses(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for (name, says) in [
            ("login.example", "is not a URL"),
            ("http://login.example", "use https"),
            ("https://login.example?tenant=hunter2", "query"),
            ("https://login.example#hunter2", "fragment"),
            ("https://user:hunter2@login.example", "user name or password"),
        ] {
            let error = issuer(name).err().expect(name);
            assert_eq!(error.status, Status::InvalidArgument);
            let message = error.message.as_str();
            assert!(message.starts_with("The issuer ") && message.contains(says), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn only_the_issuers_own_metadata_is_used() {
        let metadata = r#"{"issuer":"https:\/\/login.example\/a","token_endpoint":"https://t.example/token","x":[1]}"#;
        assert_eq!(named(metadata, false), Ok("https://t.example/token".into()));
        for (metadata, says) in [
            (
                r#"{"issuer":"https://login.example/a/","token_endpoint":"https://t.example"}"#,
                "another issuer, https://login.example/a/,",
            ),
            (r#"{"issuer":"https://LOGIN.example/a","token_endpoint":"https://t.example"}"#, "another issuer"),
            (r#"{"issuer":["https://login.example/a"],"token_endpoint":"https://t.example"}"#, "no issuer"),
            (r#"{"token_endpoint":"https://t.example"}"#, "no issuer"),
            (r#"{"issuer":"https://login.example/a"}"#, "no token endpoint"),
            (r#"{"issuer":"https://login.example/a","token_endpoint":7}"#, "no token endpoint"),
            (r#"{"issuer":"https://login.example/a","token_endpoint":"http://t.example"}"#, "endpoint that is http"),
            (
                r#"{"issuer":"https://login.example/a","token_endpoint":"https://u:p@t.example"}"#,
                "user name or password",
            ),
        ] {
            let wrong = named(metadata, false).expect_err(metadata);
            assert!(wrong.contains(says), "{metadata}: {wrong}");
        }
    }

    #[test]
    fn an_ill_server_refuses_nobody() {
        let issuer = issuer("https://login.example").expect("valid");
        let address = TokenEndpoint::parse("https://login.example/metadata", false).expect("valid");
        for body in [r#"{"error":"server_error","error_description":"x"}"#, "<html>", r#"{"issuer":"x"}"#] {
            let failure = issuer.read(&Answer::plain(500, body.as_bytes()), &address).expect_err("no metadata");
            assert!(failure.transient && failure.error.status == Status::BadResponse, "{body}: {}", failure.error);
            assert!(failure.error.oauth.is_none(), "{body}");
        }
    }

    #[test]
    fn https_leads_to_https_alone() {
        for address in ["http://127.0.0.1:8080/token", "http://localhost/token", "http://t.example/token"] {
            let metadata = format!(r#"{{"issuer":"https://login.example/a","token_endpoint":"{address}"}}"#);
            let metadata = json::object(&metadata).expect("an object");
            for mutual_tls in [false, true] {
                let issuer = Issuer::parse(&"https://login.example/a".into(), true, mutual_tls).expect("valid");
                let wrong = issuer.endpoint(&metadata).expect_err(address);
                assert!(wrong.contains("though the issuer is https"), "{address}: {wrong}");
            }
        }
        let here = r#"{"issuer":"http://127.0.0.1/a","token_endpoint":"http://127.0.0.1/token"}"#;
        let issuer = issuer("http://127.0.0.1/a").expect("this machine");
        assert!(issuer.endpoint(&json::object(here).expect("an object")).is_ok());
    }

    #[test]
    fn mutual_tls_has_addresses_of_its_own() {
        let plain = r#"{"issuer":"https://login.example/a","token_endpoint":"https://t.example/token"}"#;
        let aliased = plain.replace("}", r#","mtls_endpoint_aliases":{"token_endpoint":"https://m.example/token"}}"#);
        assert_eq!(named(&aliased, true), Ok("https://m.example/token".into()));
        assert_eq!(named(&aliased, false), Ok("https://t.example/token".into()));
        assert_eq!(named(plain, true), Ok("https://t.example/token".into()));
    }
}
