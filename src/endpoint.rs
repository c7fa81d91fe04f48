//! Where a request goes.

use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::error::{Error, Status};

/// Where Entra ID answers.
const ENTRA_AUTHORITY: &str = "https://login.microsoftonline.com";

/// Which of Entra's token endpoints a tenant means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntraVersion {
    /// `/oauth2/token`, which takes a resource.
    V1,
    /// `/oauth2/v2.0/token`, which takes scopes.
    #[default]
    V2,
}

/// A token endpoint that may be sent a secret (RFC 6749 section 3.2).
#[derive(Clone, Debug)]
pub struct TokenEndpoint {
    url: Url,
    loopback: bool,
}

impl TokenEndpoint {
    /// Checks the address of a token endpoint.
    ///
    /// It has to be https; http is for this machine alone (127.0.0.0/8, ::1, localhost) unless `allow_http`.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] where the address cannot be used, with a message that says why.
    pub fn parse(address: &str, allow_http: bool) -> Result<Self, Error> {
        // Url::parse drops tabs and line ends and reads a backslash as a slash: not where a secret goes.
        if !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(invalid(
                "holds spaces, backslashes, control characters or letters outside ASCII; percent-encode them \
                 (a host name in its xn-- form)",
            ));
        }
        let url = Url::parse(address)
            .map_err(|error| invalid(&format!("is not a URL ({error}); it looks like https://host/path")))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(invalid("is neither https nor http"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("holds a user name or password; give them as client id and secret"));
        }
        if url.fragment().is_some() {
            return Err(invalid("holds a fragment (#), which RFC 6749 does not allow"));
        }
        let loopback = is_loopback(&url);
        if url.scheme() == "http" && !loopback && !allow_http {
            return Err(invalid("is http, which would send the secret in the clear; use https"));
        }
        Ok(Self { url, loopback })
    }

    /// The token endpoint of a tenant of Entra ID.
    ///
    /// `tenant` is a GUID or a domain name.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] where `tenant` could not be a path segment of its own.
    pub fn entra(tenant: &str, version: EntraVersion) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let outer_dot = tenant.starts_with('.') || tenant.ends_with('.') || tenant.contains("..");
        if tenant.is_empty() || tenant.len() > 253 || outer_dot || !tenant.bytes().all(allowed) {
            return Err(Error::new(
                Status::InvalidArgument,
                "The tenant is neither a GUID nor a domain name: letters, digits, '.', '-' and '_' may stand in it.",
            ));
        }
        let path = match version {
            EntraVersion::V1 => "oauth2/token",
            EntraVersion::V2 => "oauth2/v2.0/token",
        };
        Self::parse(&format!("{ENTRA_AUTHORITY}/{tenant}/{path}"), false)
    }

    /// The address to post to.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address as messages show it: not longer than a line, and without its query, which may hold a key.
    pub(crate) fn display(&self) -> String {
        let mut shown = self.url.clone();
        shown.set_query(None);
        crate::message::short_address(shown.as_str())
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

fn invalid(why: &str) -> Error {
    // The address itself is left out: what is wrong with it may be that it holds a secret.
    Error::new(Status::InvalidArgument, format!("The token endpoint {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> String {
        let error = TokenEndpoint::parse(address, false).expect_err(address);
        assert_eq!(error.status, Status::InvalidArgument, "{address}");
        error.message.as_str().to_owned()
    }

    #[test]
    fn https_goes_anywhere_and_http_stays_here() {
        for address in [
            "https://login.example/token?api-version=1",
            "http://127.0.0.1:8080/token",
            "http://127.9.9.9/token",
            "http://[::1]:8080/token",
            "http://LOCALHOST/token",
        ] {
            TokenEndpoint::parse(address, false).expect(address);
        }
        for address in [
            "http://login.example/token",
            "http://localhost.evil.example/token",
            "http://127.0.0.1.evil.example/token",
            "http://localhost./token",
            "http://[::ffff:127.0.0.1]/token",
            "http://128.0.0.1/token",
            "http://0.0.0.0/token",
        ] {
            assert!(refused(address).contains("use https"), "{address}");
        }
        TokenEndpoint::parse("http://login.example/token", true).expect("http is allowed");
    }

    #[test]
    fn other_spellings_of_loopback_are_what_the_connection_sees() {
        for address in ["http://2130706433/token", "http://0177.0.0.1/token", "http://0x7f.1/token"] {
            let endpoint = TokenEndpoint::parse(address, false).expect(address);
            assert_eq!(endpoint.url().host_str(), Some("127.0.0.1"), "{address}");
        }
    }

    #[test]
    fn addresses_that_hide_something_are_refused() {
        assert!(refused("").contains("is not a URL"));
        assert!(refused("login.example/token").contains("is not a URL"));
        assert!(refused("ftp://login.example/token").contains("neither https nor http"));
        assert!(refused("https://user:pass@login.example/token").contains("user name or password"));
        assert!(refused("https://login.example/token#part").contains("fragment"));
        assert!(refused("http://[fe80::1%25eth0]/token").contains("is not a URL"));
        for address in [
            "https://login.example/token\r\nHost: evil.example",
            "https://login.example\\@evil.example/token",
            "https://login.example/to ken",
            "https://lоgin.example/token",
            " https://login.example/token",
        ] {
            assert!(refused(address).contains("percent-encode"), "{address}");
        }
    }

    #[test]
    fn a_refused_address_is_not_repeated() {
        assert!(!refused("https://user:hunter2@login.example/").contains("hunter2"));
    }

    #[test]
    fn a_tenant_is_one_path_segment() {
        let v1 = TokenEndpoint::entra("contoso.onmicrosoft.com", EntraVersion::V1).expect("a domain");
        assert_eq!(v1.url().as_str(), "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/token");
        let v2 = TokenEndpoint::entra("e674da86-7ee5-40a7-b777-1111111111111", EntraVersion::V2).expect("a GUID");
        assert_eq!(
            v2.url().as_str(),
            "https://login.microsoftonline.com/e674da86-7ee5-40a7-b777-1111111111111/oauth2/v2.0/token"
        );
        for tenant in ["", ".", "..", "a/b", "../x", "a%2fb", "a\r\nb", "a?b", "a#b", "a..b", "contoso․com", "a b"] {
            TokenEndpoint::entra(tenant, EntraVersion::V2).expect_err(tenant);
        }
    }

    #[test]
    fn messages_do_not_show_the_query() {
        let endpoint = TokenEndpoint::parse("https://login.example:8443/token?code=hunter2", false).expect("valid");
        assert_eq!(endpoint.display(), "https://login.example:8443/token");
    }
}
