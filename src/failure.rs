//! Attempts that brought no whole answer: what happened, and whether to try again.

use std::error::Error as StdError;
use std::io;

use crate::client::Options;
use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::proxy::Proxy;
use crate::{retry, tls};

/// A failed attempt.
pub(crate) struct Failure {
    pub error: Error,
    /// Whether another attempt may go better.
    pub transient: bool,
    /// The status line, where one came.
    pub http_status: Option<u16>,
}

impl Failure {
    /// A failure that another attempt would not mend.
    pub fn of(error: Error) -> Self {
        Self { error, transient: false, http_status: None }
    }

    /// No answer came: no connection, no TLS, or a connection that ended before the answer's head did.
    pub fn before_answer(error: &reqwest::Error, endpoint: &TokenEndpoint, options: &Options) -> Self {
        if error.is_builder() {
            let message = format!("The address {} is too long to be sent.", endpoint.display());
            return Self::of(Error::invalid(message));
        }
        let endpoint = format!("{}{}", endpoint.display(), options.proxy.display());
        let causes = Causes::of(error);
        if let Some(tls) = causes.find::<rustls::Error>() {
            let reason = tls::explain(tls, options.identity.is_some());
            return Self::of(Error::new(Status::Tls, format!("The server at {endpoint} {reason}")));
        }
        if error.is_connect() && error.is_timeout() {
            let seconds = options.connect_timeout.as_secs_f32();
            let message =
                format!("No connection to {endpoint} within {seconds} s. Check the address, firewall and proxy.");
            return Self { error: Error::new(Status::TimedOut, message), transient: true, http_status: None };
        }
        if let Some(parse) = causes.find::<hyper::Error>().filter(|error| error.is_parse()) {
            // hyper names the fault and quotes nothing.
            let message =
                format!("What {endpoint} answered is not valid HTTP ({parse}). Check the address and the port.");
            return Self::of(Error::new(Status::BadResponse, message));
        }
        if causes.find::<io::Error>().is_some_and(is_exhausted) {
            let reason = causes.reason();
            let message = format!(
                "The system gives no resources for a connection to {endpoint}: {reason}. Close files and connections of \
                 this process, or raise its limits."
            );
            return Self { error: Error::new(Status::Internal, message), transient: true, http_status: None };
        }
        let refusal = causes.proxy_refusal(&options.proxy);
        let message = if let Some(proxy) = refusal {
            format!("The proxy refused the way to {endpoint}: {proxy}")
        } else if error.is_dns() {
            format!("The name of {endpoint} cannot be looked up. Check the address, the name server and the proxy.")
        } else if error.is_connect() {
            format!("No connection to {endpoint}: {}. Check the address, firewall and proxy.", causes.reason())
        } else {
            let reason = causes.reason();
            format!(
                "The connection to {endpoint} ended before an answer came: {reason}. Try again; if it goes on, check \
                 the server and what stands before it."
            )
        };
        let transient = refusal.is_none();
        Self { error: Error::new(Status::Network, message), transient, http_status: None }
    }

    /// The body could not be read to its end.
    pub fn inside_answer(error: &reqwest::Error, http_status: u16, endpoint: &TokenEndpoint) -> Self {
        let endpoint = endpoint.display();
        let causes = Causes::of(error);
        let (status, message) = if causes.is_damage() {
            let message = format!(
                "The answer of {endpoint} (HTTP {http_status}) is damaged: its chunks or its compression cannot be \
                 decoded. Check the server and any proxy before it."
            );
            (Status::BadResponse, message)
        } else {
            let reason = causes.reason();
            let message = format!(
                "The connection to {endpoint} broke inside the answer (HTTP {http_status}): {reason}. Try again; if it \
                 goes on, check the server and what stands before it."
            );
            (Status::Network, message)
        };
        Self {
            error: Error::new(status, message),
            transient: retry::is_transient(http_status),
            http_status: Some(http_status),
        }
    }

    /// The body is larger than any token.
    pub fn too_large(http_status: u16, endpoint: &TokenEndpoint) -> Self {
        let endpoint = endpoint.display();
        let message = format!("The answer of {endpoint} (HTTP {http_status}) is larger than 1 MiB. Check the address.");
        Self { error: Error::new(Status::BadResponse, message), transient: false, http_status: Some(http_status) }
    }
}

/// Whether the system has no more of what a connection takes: file descriptors or buffers.
fn is_exhausted(error: &io::Error) -> bool {
    #[cfg(unix)]
    const CODES: [i32; 3] = [libc::EMFILE, libc::ENFILE, libc::ENOBUFS];
    /// WSAEMFILE and WSAENOBUFS.
    #[cfg(windows)]
    const CODES: [i32; 2] = [10_024, 10_055];
    error.raw_os_error().is_some_and(|code| CODES.contains(&code))
}

/// The errors under an error, outermost first.
struct Causes<'a>(Vec<&'a (dyn StdError + 'static)>);

impl<'a> Causes<'a> {
    fn of(error: &'a reqwest::Error) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause);
            // io::Error's source() passes over the error that it wraps.
            let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            next = wrapped.map(|wrapped| wrapped as _).or_else(|| cause.source());
        }
        Self(causes)
    }

    fn find<E: StdError + 'static>(&self) -> Option<&'a E> {
        self.0.iter().find_map(|cause| cause.downcast_ref())
    }

    /// Whether all bytes came that were to come, but not as they should be. reqwest calls every error of a body one
    /// of decoding; hyper stands among the causes where the connection is to blame, and io's kinds tell its reasons.
    fn is_damage(&self) -> bool {
        let malformed =
            |error: &io::Error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput);
        let of_connection = self.find::<hyper::Error>().is_some();
        let of_tls = self.find::<rustls::Error>().is_some();
        !of_connection || (!of_tls && self.find::<io::Error>().is_some_and(malformed))
    }

    /// Why the system says it failed. Other errors' texts are not shown: they may hold addresses.
    fn reason(&self) -> String {
        match self.find::<io::Error>() {
            Some(error) if error.get_ref().is_none() => error.to_string(),
            Some(error) => error.kind().to_string(),
            None => "the server closed it".into(),
        }
    }

    /// What a proxy said to CONNECT. The error's type is private to hyper-util, so its words have to do.
    fn proxy_refusal(&self, proxy: &Proxy) -> Option<&'static str> {
        let tunnel = self.0.iter().map(|cause| cause.to_string()).find(|text| text.starts_with("tunnel error"))?;
        if tunnel.contains("authorization required") {
            return Some(match proxy {
                Proxy::Named(named) if named.has_credentials() => {
                    "it does not accept the credentials (HTTP 407). Check the proxy's user name and password."
                }
                Proxy::Named(_) => "it asks for credentials (HTTP 407). Give the proxy's user name and password.",
                _ => "it asks for credentials (HTTP 407). Put them into the proxy's address.",
            });
        }
        if tunnel.contains("unsuccessful") {
            return Some(match proxy {
                Proxy::Named(_) => {
                    "it gives no way to this destination. Check the proxy's address, or ask for the destination to be \
                     allowed."
                }
                _ => {
                    "it gives no way to this destination. Check the proxy's address, ask for the destination to be \
                     allowed, or put it into NO_PROXY."
                }
            });
        }
        if tunnel.contains("end of file") || tunnel.contains("too long") {
            return Some("its answer is no HTTP. Check the proxy's address and port.");
        }
        None
    }
}
