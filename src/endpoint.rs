//! Where a request goes.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::Error;

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

/// Where http, which anybody on the way can read, may go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Http {
    /// To 127.0.0.0/8, ::1 and localhost.
    ThisMachine,
    /// There and to link-local addresses, where hosts serve their guests.
    ThisLink,
    /// To any machine.
    Anywhere,
}

impl Http {
    /// What a request allows.
    pub fn allowed(allow_http: bool) -> Self {
        if allow_http { Self::Anywhere } else { Self::ThisMachine }
    }
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
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where the address cannot be used, with a message that says why.
    pub fn parse(address: &str, allow_http: bool) -> Result<Self, Error> {
        Self::checked(address, Http::allowed(allow_http))
            .map_err(|why| Error::invalid(format!("The token endpoint {why}.")))
    }

    /// Checks an address that a secret may go to.
    ///
    /// # Errors
    /// What is wrong with it, as the rest of a sentence about it. The address itself is left out: what is wrong may be
    /// that it holds a secret.
    pub(crate) fn checked(address: &str, http: Http) -> Result<Self, String> {
        // Url::parse drops tabs and line ends and reads a backslash as a slash: not where a secret goes.
        if !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(
                "holds spaces, backslashes, control characters or letters outside ASCII; percent-encode them (a \
                        host name in its xn-- form)"
                    .into(),
            );
        }
        let url =
            Url::parse(address).map_err(|error| format!("is not a URL ({error}); it looks like https://host/path"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err("is neither https nor http".into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user name or password; give them as client id and secret".into());
        }
        if url.fragment().is_some() {
            return Err("holds a fragment (#), which RFC 6749 does not allow".into());
        }
        let reach = Reach::of(&url);
        let http_allowed = match http {
            Http::ThisMachine => reach == Reach::ThisMachine,
            Http::ThisLink => reach != Reach::Anywhere,
            Http::Anywhere => true,
        };
        if url.scheme() == "http" && !http_allowed {
            return Err("is http, which would send the secret in the clear; use https".into());
        }
        Ok(Self { url, loopback: reach == Reach::ThisMachine })
    }

    /// The token endpoint of a tenant of Entra ID.
    ///
    /// `tenant` is a GUID or a domain name. `authority_host` is the host of a national cloud, such as
    /// `login.microsoftonline.us`, with or without `https://`; empty for the public cloud.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where `tenant` could not be a path segment of its own, or
    /// `authority_host` is more than a host.
    pub fn entra(tenant: &str, version: EntraVersion, authority_host: &str, allow_http: bool) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let outer_dot = tenant.starts_with('.') || tenant.ends_with('.') || tenant.contains("..");
        if tenant.is_empty() || tenant.len() > 253 || outer_dot || !tenant.bytes().all(allowed) {
            return Err(Error::invalid(
                "The tenant is neither a GUID nor a domain name: letters, digits, '.', '-' and '_' may stand in it.",
            ));
        }
        let path = match version {
            EntraVersion::V1 => "oauth2/token",
            EntraVersion::V2 => "oauth2/v2.0/token",
        };
        let authority = authority(authority_host, Http::allowed(allow_http))?;
        Self::parse(&format!("{authority}{tenant}/{path}"), allow_http)
    }

    /// The address to post to.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether the server is on this machine or on its link.
    pub(crate) fn is_near(&self) -> bool {
        Reach::of(&self.url) != Reach::Anywhere
    }

    /// The same address with this query in place of its own.
    pub(crate) fn with_query(&self, query: &str) -> Self {
        let mut url = self.url.clone();
        url.set_query(Some(query));
        Self { url, loopback: self.loopback }
    }

    /// The address as messages show it: not longer than a line, and without its query, which may hold a key.
    pub(crate) fn display(&self) -> String {
        let mut shown = self.url.clone();
        shown.set_query(None);
        crate::message::short_address(shown.as_str())
    }
}

/// How far a URL leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    ThisMachine,
    ThisLink,
    Anywhere,
}

impl Reach {
    fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let (loopback, link_local) = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => (address.is_loopback(), address.is_link_local()),
            Ok(IpAddr::V6(address)) => (address.is_loopback(), address.is_unicast_link_local()),
            Err(_) => (host == "localhost", false),
        };
        match (loopback, link_local) {
            (true, _) => Self::ThisMachine,
            (_, true) => Self::ThisLink,
            _ => Self::Anywhere,
        }
    }
}

/// Where Entra ID answers: `host`, or its public cloud; with a slash at the end.
fn authority(host: &str, http: Http) -> Result<Url, Error> {
    let address = match host {
        "" => ENTRA_AUTHORITY.to_owned(),
        _ if host.contains("://") => host.to_owned(),
        _ => format!("https://{host}"),
    };
    let url =
        TokenEndpoint::checked(&address, http).map_err(|why| Error::invalid(format!("The authority host {why}.")))?.url;
    if url.path() != "/" || url.query().is_some() {
        return Err(Error::invalid("The authority host is more than a host; it looks like login.microsoftonline.us."));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

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
        let v1 = TokenEndpoint::entra("contoso.onmicrosoft.com", EntraVersion::V1, "", false).expect("a domain");
        assert_eq!(v1.url().as_str(), "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/token");
        let v2 =
            TokenEndpoint::entra("e674da86-7ee5-40a7-b777-1111111111111", EntraVersion::V2, "", false).expect("a GUID");
        assert_eq!(
            v2.url().as_str(),
            "https://login.microsoftonline.com/e674da86-7ee5-40a7-b777-1111111111111/oauth2/v2.0/token"
        );
        for tenant in ["", ".", "..", "a/b", "../x", "a%2fb", "a\r\nb", "a?b", "a#b", "a..b", "contoso․com", "a b"] {
            TokenEndpoint::entra(tenant, EntraVersion::V2, "", false).expect_err(tenant);
        }
    }

    #[test]
    fn an_authority_is_a_host_alone() {
        let of = |host: &str| TokenEndpoint::entra("contoso.com", EntraVersion::V2, host, false);
        for host in
            ["login.microsoftonline.us", "https://login.microsoftonline.us", "https://login.microsoftonline.us/"]
        {
            let endpoint = of(host).expect(host);
            assert_eq!(endpoint.url().as_str(), "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token");
        }
        assert_eq!(of("http://127.0.0.1:8080").expect("here").url().port(), Some(8080));
        for (host, says) in [
            ("login.example/path", "more than a host"),
            ("login.example?x", "more than a host"),
            ("https://login.example/path", "more than a host"),
            ("user:pass@login.example", "user name or password"),
            ("login.example#x", "fragment"),
            ("login example", "percent-encode"),
            ("http://login.example", "use https"),
            ("ftp://login.example", "neither https nor http"),
            ("https://", "is not a URL"),
            ("login.example\\@evil.example", "backslashes"),
        ] {
            let message = of(host).expect_err(host).message;
            let message = message.as_str();
            assert!(message.starts_with("The authority host ") && message.contains(says), "{host}: {message}");
        }
        TokenEndpoint::entra("contoso.com", EntraVersion::V2, "http://login.example", true).expect("http is allowed");
    }

    #[test]
    fn http_on_the_link_is_for_those_who_ask_for_it() {
        for address in ["http://169.254.169.254/x", "http://[fe80::1]/x"] {
            TokenEndpoint::checked(address, Http::ThisMachine).expect_err(address);
            assert!(TokenEndpoint::checked(address, Http::ThisLink).expect(address).is_near());
        }
        for address in ["http://169.253.1.1/x", "http://[fd00::1]/x", "http://169.254.169.254.evil.example/x"] {
            TokenEndpoint::checked(address, Http::ThisLink).expect_err(address);
        }
        assert!(!TokenEndpoint::checked("https://login.example/x", Http::ThisLink).expect("https").is_near());
    }

    #[test]
    fn messages_do_not_show_the_query() {
        let endpoint = TokenEndpoint::parse("https://login.example:8443/token?code=hunter2", false).expect("valid");
        assert_eq!(endpoint.display(), "https://login.example:8443/token");
    }
}
