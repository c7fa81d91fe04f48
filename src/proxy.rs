//! Proxies: which one a request goes through.

use reqwest::Url;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::basic;
use crate::error::Error;
use crate::request::TokenRequest;
use crate::secret::Text;

/// The way to servers. This machine itself is always reached directly.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// Through the proxies of the environment and the system.
    System,
    /// Directly.
    None,
    /// Through this one.
    Named(Named),
}

/// A proxy that a request names.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Named {
    url: Url,
    username: Text,
    password: Text,
}

impl Proxy {
    /// The proxy that `request` names.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where it is no address of a proxy, or there is a user name for none.
    pub fn of(request: &TokenRequest) -> Result<Self, Error> {
        let (username, password) = (&request.proxy_username, &request.proxy_password);
        let none = request.proxy.as_str().eq_ignore_ascii_case("none");
        if (none || request.proxy.is_empty()) && !(username.is_empty() && password.is_empty()) {
            return Err(Error::invalid("The request has a user name or password for a proxy, but no address of one."));
        }
        if none {
            return Ok(Self::None);
        }
        if request.proxy.is_empty() {
            return Ok(Self::System);
        }
        if username.is_empty() && !password.is_empty() {
            return Err(Error::invalid("The request has a password for the proxy, but no user name."));
        }
        if username.as_str().contains(':') {
            return Err(Error::invalid("The proxy's user name holds a colon, which RFC 7617 does not allow."));
        }
        // What is wrong with an address may be that it holds a secret: it is left out.
        let url =
            address(request.proxy.as_str()).map_err(|why| Error::invalid(format!("The proxy's address {why}.")))?;
        Ok(Self::Named(Named { url, username: username.clone(), password: password.clone() }))
    }

    /// The same way, without what is shown to the proxy.
    pub fn without_credentials(&self) -> Self {
        match self {
            Self::Named(named) => {
                Self::Named(Named { url: named.url.clone(), username: Text::default(), password: Text::default() })
            }
            other => other.clone(),
        }
    }

    /// How messages name the way, as the rest of a sentence: nothing where there is no named proxy.
    pub fn display(&self) -> String {
        match self {
            Self::Named(named) => format!(" through the proxy {}", named.url.origin().ascii_serialization()),
            _ => String::new(),
        }
    }
}

impl Named {
    pub fn has_credentials(&self) -> bool {
        !self.username.is_empty()
    }

    /// The proxy as reqwest takes it, for every destination.
    pub fn to_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.url.clone())?;
        if self.username.is_empty() {
            return Ok(proxy);
        }
        Ok(proxy.custom_http_auth(self.authorization()))
    }

    /// `Proxy-Authorization` (RFC 7617).
    fn authorization(&self) -> HeaderValue {
        let credentials = Zeroizing::new(format!("{}:{}", self.username.as_str(), self.password.as_str()));
        basic::header(&credentials)
    }
}

/// Checks the address of a proxy; or says what is wrong with it, as the rest of a sentence.
fn address(text: &str) -> Result<Url, &'static str> {
    const LIKE: &str = "is not a URL; it looks like http://proxy.example:3128";
    if !text.contains("://") || !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err(LIKE);
    }
    let url = Url::parse(text).map_err(|_| LIKE)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is neither http nor https; other kinds of proxies are not supported");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password; give them as the proxy's user name and password");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("is more than a host and a port; it looks like http://proxy.example:3128");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::error::Status;

    fn of(proxy: &str, username: &str, password: &str) -> Result<Proxy, Error> {
        Proxy::of(&TokenRequest {
            proxy: proxy.into(),
            proxy_username: username.into(),
            proxy_password: password.into(),
            ..TokenRequest::new()
        })
    }

    #[test]
    fn a_proxy_is_named_or_not() {
        assert!(matches!(of("", "", ""), Ok(Proxy::System)));
        assert!(matches!(of("None", "", ""), Ok(Proxy::None)));
        for address in ["http://proxy.example:3128", "https://proxy.example", "http://127.0.0.1:8080/"] {
            assert!(matches!(of(address, "", ""), Ok(Proxy::Named(_))), "{address}");
        }
        let named = of("HTTP://Proxy.example:80", "u", "p").map_err(|_| ()).expect("valid");
        assert_eq!(named.display(), " through the proxy http://proxy.example");
    }

    #[test]
    fn what_is_wrong_is_said_and_not_repeated() {
        for (proxy, username, password, says) in [
            ("proxy.example:3128", "", "", "looks like http://proxy.example:3128"),
            ("http://", "", "", "is not a URL"),
            ("http://pro xy", "", "", "is not a URL"),
            ("socks5://proxy.example", "", "", "neither http nor https"),
            ("http://user:hunter2@proxy.example", "", "", "as the proxy's user name and password"),
            ("http://proxy.example/hunter2", "", "", "more than a host"),
            ("http://proxy.example?hunter2", "", "", "more than a host"),
            ("", "user", "hunter2", "no address of one"),
            ("none", "", "hunter2", "no address of one"),
            ("http://proxy.example", "", "hunter2", "no user name"),
            ("http://proxy.example", "us:er", "hunter2", "colon"),
        ] {
            let error = of(proxy, username, password).err().expect(proxy);
            assert_eq!(error.status, Status::InvalidArgument);
            let message = error.message.as_str();
            assert!(message.contains(says) && !message.contains("hunter2"), "{proxy}: {message}");
        }
    }

    #[test]
    fn credentials_are_sent_as_they_are() {
        let Ok(Proxy::Named(named)) = of("http://proxy.example", "us%er", "p:ä/s") else { panic!("a proxy") };
        let header = named.authorization();
        assert_eq!(header, format!("Basic {}", STANDARD.encode("us%er:p:ä/s")).as_str());
        assert!(header.is_sensitive());
    }
}
