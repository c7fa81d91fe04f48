//! Managed identities: tokens that Azure gives to its machines and services without a secret of theirs.

mod answer;
mod arc;

use std::path::PathBuf;

use arc::UserAssigned;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::answer::Answer;
use crate::client::Options;
use crate::endpoint::{Http, TokenEndpoint};
use crate::error::Error;
use crate::failure::Failure;
use crate::form;
use crate::message::Redactor;
use crate::progress::Progress;
use crate::request::TokenRequest;
use crate::response::TokenResponse;
use crate::retry;
use crate::runtime::blocking;
use crate::secret::Text;
use crate::transport;

/// Where Azure's virtual machines have their instance metadata, unless `AZURE_POD_IDENTITY_AUTHORITY_HOST` says.
const INSTANCE_METADATA: &str = "http://169.254.169.254";

/// The variables of the environment that say who gives the token.
pub(crate) const VARIABLES: [&str; 6] = [
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
];

/// Who gives the token.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// The instance metadata service of a virtual machine.
    InstanceMetadata,
    /// App Service, Functions, Container Apps: whatever has `IDENTITY_HEADER`.
    AppService,
    /// The agent of Azure Arc, with the folder of its challenge files.
    Arc(PathBuf),
}

/// The managed identity that a request asks for, and who gives its token.
pub(crate) struct ManagedIdentity {
    source: Source,
    endpoint: TokenEndpoint,
    headers: HeaderMap,
    /// What `headers` show that nobody else should know.
    secret: Text,
    /// Whose a token of Azure Arc has to be.
    user_assigned: Option<UserAssigned>,
}

impl ManagedIdentity {
    /// The source that the environment names now, and what `request` asks it for.
    ///
    /// # Errors
    /// `Status::InvalidArgument` for a request that goes with no managed identity, and for an environment that names
    /// no source that can be asked.
    pub fn of(request: &TokenRequest) -> Result<Self, Error> {
        Self::within(request, |name| std::env::var(name).ok())
    }

    fn within(request: &TokenRequest, environment: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        check(request)?;
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty()).map(Text::from);
        let (endpoint, header) = (variable("IDENTITY_ENDPOINT"), variable("IDENTITY_HEADER"));
        let (source, address, secret) = match (endpoint, header) {
            (Some(_), Some(_)) if variable("IDENTITY_SERVER_THUMBPRINT").is_some() => {
                return Err(Error::invalid("Managed identities of Service Fabric are not supported."));
            }
            (Some(endpoint), Some(header)) => (Source::AppService, endpoint, header),
            (Some(endpoint), None) if variable("IMDS_ENDPOINT").is_some() => {
                (Source::Arc(arc::folder(&environment)), endpoint, Text::default())
            }
            (None, _) if variable("MSI_ENDPOINT").is_some() => {
                return Err(Error::invalid(
                    "MSI_ENDPOINT without IDENTITY_ENDPOINT is the managed identity of Azure Cloud Shell or of an older \
                     service, which is not supported.",
                ));
            }
            _ => (Source::InstanceMetadata, Text::default(), Text::default()),
        };
        let endpoint = match source {
            Source::InstanceMetadata => instance_metadata(variable("AZURE_POD_IDENTITY_AUTHORITY_HOST"))?,
            _ => identity_endpoint(&address, &source, request.allow_http)?,
        };
        let headers = source.headers(&secret)?;
        let endpoint = endpoint.with_query(&source.query(request)?);
        let user_assigned = if matches!(source, Source::Arc(_)) { UserAssigned::of(request) } else { None };
        Ok(Self { source, endpoint, headers, secret, user_assigned })
    }

    /// The source's address as messages show it.
    pub fn display(&self) -> String {
        self.endpoint.display()
    }

    /// Whether this is the instance metadata, which is to be asked again in a way of its own.
    pub fn is_instance_metadata(&self) -> bool {
        self.source == Source::InstanceMetadata
    }

    /// Asks once for a token; never through a proxy.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn token(&self, options: &Options, progress: &Progress) -> Result<TokenResponse, Failure> {
        let options = options.direct();
        let answer = self.get(&options, self.headers.clone(), progress).await?;
        let (Source::Arc(folder), 401, Some(challenge)) = (&self.source, answer.http_status, &answer.challenge) else {
            return self.read(&answer, &Text::default());
        };
        let (folder, challenge) = (folder.clone(), challenge.clone());
        let key = blocking(move || arc::key(&challenge, &folder)).await.map_err(Failure::of)?;
        let mut headers = self.headers.clone();
        headers.insert(AUTHORIZATION, arc::authorization(&key));
        self.read(&self.get(&options, headers, progress).await?, &key)
    }

    /// The token in `answer`, where it is that of the identity that was asked for.
    fn own(&self, answer: &Answer, redactor: &Redactor) -> Result<TokenResponse, Error> {
        let token = answer::token(answer, redactor)?;
        self.user_assigned.as_ref().map_or(Ok(()), |identity| identity.check(token.body.as_str()))?;
        Ok(token)
    }

    async fn get(&self, options: &Options, headers: HeaderMap, progress: &Progress) -> Result<Answer, Failure> {
        let result = transport::get(&self.endpoint, options, headers).await;
        result.as_ref().map_or_else(|failure| progress.failed(failure), |answer| progress.answered(answer.http_status));
        result.map_err(|failure| self.explain(failure))
    }

    fn read(&self, answer: &Answer, key: &Text) -> Result<TokenResponse, Failure> {
        let redactor = Redactor::new([self.secret.as_str(), key.as_str()]);
        self.own(answer, &redactor).map_err(|error| {
            let http_status = answer.http_status;
            let transient = match self.source {
                Source::InstanceMetadata => matches!(http_status, 404 | 408 | 410 | 429 | 500..600),
                _ => retry::is_transient(http_status),
            };
            Failure { error, transient, http_status: Some(http_status) }
        })
    }

    /// Says of a machine without instance metadata what that means.
    fn explain(&self, mut failure: Failure) -> Failure {
        if self.is_instance_metadata() && failure.http_status.is_none() {
            let message = format!(
                "{} That is where an Azure virtual machine gives tokens to its managed identity; elsewhere \
                 IDENTITY_ENDPOINT has to say where.",
                failure.error
            );
            failure.error = Error::new(failure.error.status, message);
        }
        failure
    }
}

impl Source {
    /// What shows that the request comes from an application and not from a page or a proxy that was made to send it.
    fn headers(&self, secret: &Text) -> Result<HeaderMap, Error> {
        let (name, value) = match self {
            Self::AppService => ("x-identity-header", secret.as_str()),
            _ => ("metadata", "true"),
        };
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::invalid("IDENTITY_HEADER holds characters that no header may have."))?;
        value.set_sensitive(*self == Self::AppService);
        Ok(HeaderMap::from_iter([(HeaderName::from_static(name), value)]))
    }

    /// The query for what `request` asks, in the words that this source understands.
    fn query(&self, request: &TokenRequest) -> Result<String, Error> {
        let (version, object_id, resource_id) = match self {
            Self::InstanceMetadata => ("2018-02-01", "object_id", "msi_res_id"),
            Self::AppService => ("2019-08-01", "principal_id", "mi_res_id"),
            // Its agent passes over `mi_res_id`.
            Self::Arc(_) => ("2020-06-01", "object_id", "msi_res_id"),
        };
        let mut query = format!("api-version={version}&resource={}", form::encode(resource(request)?));
        for (name, id) in [
            ("client_id", &request.client_id),
            (object_id, &request.identity_object_id),
            (resource_id, &request.identity_resource_id),
        ] {
            if !id.is_empty() {
                query += &format!("&{name}={}", form::encode(id.as_str()));
            }
        }
        Ok(query)
    }
}

/// The address of the instance metadata. `host` may name another one on this machine or its link, nowhere else.
fn instance_metadata(host: Option<Text>) -> Result<TokenEndpoint, Error> {
    let host = host.as_ref().map_or(INSTANCE_METADATA, Text::as_str);
    let address = format!("{}/metadata/identity/oauth2/token", host.trim_end_matches('/'));
    let wrong = match TokenEndpoint::checked(&address, Http::ThisLink) {
        Ok(endpoint) if endpoint.is_near() => return Ok(endpoint),
        Ok(_) => "leads to another machine; it may name this one, or a link-local address".into(),
        Err(wrong) => wrong,
    };
    Err(Error::invalid(format!("AZURE_POD_IDENTITY_AUTHORITY_HOST {wrong}.")))
}

fn identity_endpoint(address: &Text, source: &Source, allow_http: bool) -> Result<TokenEndpoint, Error> {
    let http = if allow_http { Http::Anywhere } else { Http::ThisLink };
    let wrong = match TokenEndpoint::checked(address.as_str(), http) {
        Ok(endpoint) if *source == Source::AppService || endpoint.is_loopback() => return Ok(endpoint),
        Ok(_) => "leads to another machine; the agent of Azure Arc is on this one".into(),
        Err(wrong) => wrong,
    };
    Err(Error::invalid(format!("IDENTITY_ENDPOINT {wrong}.")))
}

/// What the token is for: `resource`, or `scope` without the `/.default` that version 2 of Entra adds to a resource.
fn resource(request: &TokenRequest) -> Result<&str, Error> {
    let (resource, scope) = (request.resource.as_str(), request.scope.as_str());
    match (resource, scope.strip_suffix("/.default")) {
        ("", Some(resource)) if !resource.is_empty() && !resource.contains(' ') => Ok(resource),
        ("", _) if !scope.is_empty() => Err(Error::invalid(
            "A managed identity takes a resource, or one scope that is a resource with '/.default' behind it.",
        )),
        ("", _) => Err(Error::invalid("A managed identity needs a resource to ask for a token to.")),
        (_, None) if scope.is_empty() => Ok(resource),
        _ => Err(Error::invalid("A managed identity takes a resource or a scope, not both.")),
    }
}

/// Refuses what a managed identity has no use for, rather than passing over it.
fn check(request: &TokenRequest) -> Result<(), Error> {
    let useless = [
        (!request.authority_host.is_empty(), "an authority host"),
        (!request.username.is_empty(), "a user name"),
        (!request.password.is_empty(), "a password"),
        (!request.refresh_token.is_empty(), "a refresh token"),
        (request.grant_type.as_str() != "client_credentials", "another grant type"),
        (request.parameters.iter().next().is_some(), "extra parameters"),
    ];
    if let Some((_, what)) = useless.iter().find(|(given, _)| *given) {
        return Err(Error::invalid(format!("A managed identity has no use for {what}: leave it out.")));
    }
    let ids = [&request.client_id, &request.identity_object_id, &request.identity_resource_id];
    if ids.iter().filter(|id| !id.is_empty()).count() > 1 {
        return Err(Error::invalid(
            "The request names a managed identity in two ways; give its client id, its object id or its resource id.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
