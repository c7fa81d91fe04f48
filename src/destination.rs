//! Where a request goes.

use crate::discovery::Issuer;
use crate::endpoint::TokenEndpoint;
use crate::error::Error;
use crate::failure::Failure;
use crate::managed_identity::ManagedIdentity;
use crate::request::TokenRequest;
use crate::retry::Backoff;

/// Who is asked for the token.
pub(crate) enum Destination {
    /// A token endpoint by its address.
    Endpoint(TokenEndpoint),
    /// The token endpoint of an issuer.
    Issuer(Issuer),
    /// The managed identity of the Azure machine or service that this runs on.
    ManagedIdentity(ManagedIdentity),
}

impl Destination {
    /// The one that `request` names.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where it names none, several, or one that cannot be asked.
    pub fn of(request: &TokenRequest) -> Result<Self, Error> {
        let ways = [
            (!request.token_endpoint.is_empty(), "a token endpoint"),
            (!request.tenant.is_empty(), "a tenant"),
            (!request.issuer.is_empty(), "an issuer"),
            (request.managed_identity, "a managed identity"),
        ];
        let mut named = ways.iter().filter(|(named, _)| *named).map(|(_, what)| what);
        match (named.next(), named.next()) {
            (None, _) => return Err(Error::invalid("The request lacks a token endpoint, a tenant or an issuer.")),
            (Some(one), Some(other)) => {
                return Err(Error::invalid(format!("The request names both {one} and {other}; give one of them.")));
            }
            (Some(_), None) => {}
        }
        let by_id = !request.identity_object_id.is_empty() || !request.identity_resource_id.is_empty();
        if by_id && !request.managed_identity {
            return Err(Error::invalid("An object id and a resource id are those of a managed identity: ask for one."));
        }
        if !request.authority_host.is_empty() && request.tenant.is_empty() {
            return Err(Error::invalid(
                "The authority host is that of a tenant: name the tenant, or leave the host out.",
            ));
        }
        let (allow_http, mutual_tls) = (request.allow_http, request.mutual_tls);
        Ok(if request.managed_identity {
            Self::ManagedIdentity(ManagedIdentity::of(request)?)
        } else if !request.issuer.is_empty() {
            Self::Issuer(Issuer::parse(&request.issuer, allow_http, mutual_tls)?)
        } else if !request.tenant.is_empty() {
            let (tenant, host) = (request.tenant.as_str(), request.authority_host.as_str());
            Self::Endpoint(TokenEndpoint::entra(tenant, request.entra_version, host, allow_http)?)
        } else {
            Self::Endpoint(TokenEndpoint::parse(request.token_endpoint.as_str(), allow_http)?)
        })
    }

    /// The destination as messages show it.
    pub fn display(&self) -> String {
        match self {
            Self::Endpoint(endpoint) => endpoint.display(),
            Self::Issuer(issuer) => issuer.display().to_owned(),
            Self::ManagedIdentity(identity) => identity.display(),
        }
    }

    /// When to try again after `failure`. Instance metadata that does not answer at all is not there.
    pub fn backoff(&self, failure: &Failure) -> Backoff {
        match self {
            Self::ManagedIdentity(identity) if identity.is_instance_metadata() && failure.http_status.is_some() => {
                Backoff::InstanceMetadata
            }
            _ => Backoff::Brief,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_destination() {
        let refusal = |change: fn(&mut TokenRequest)| {
            let mut request = TokenRequest::new();
            change(&mut request);
            Destination::of(&request).err().expect("refused").to_string()
        };
        assert!(refusal(|_| {}).contains("lacks a token endpoint, a tenant or an issuer"));
        assert!(
            refusal(|request| {
                request.token_endpoint = "https://login.example".into();
                request.tenant = "contoso.com".into();
            })
            .contains("both a token endpoint and a tenant")
        );
        assert!(
            refusal(|request| {
                request.issuer = "https://login.example".into();
                request.managed_identity = true;
            })
            .contains("both an issuer and a managed identity")
        );
        assert!(
            refusal(|request| {
                request.issuer = "https://login.example".into();
                request.identity_resource_id = "/subscriptions/x".into();
            })
            .contains("those of a managed identity")
        );
        assert!(
            refusal(|request| {
                request.token_endpoint = "https://login.example".into();
                request.authority_host = "login.example".into();
            })
            .contains("name the tenant")
        );
    }

    #[test]
    fn an_authority_host_moves_a_tenant() {
        let request = TokenRequest {
            tenant: "contoso.com".into(),
            authority_host: "login.microsoftonline.us".into(),
            ..TokenRequest::new()
        };
        let destination = Destination::of(&request).map_err(|error| error.to_string()).expect("valid");
        assert_eq!(destination.display(), "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token");
    }
}
