//! Networks that stand between a caller and a server, and what a caller gets to know of each.

use std::any::Any;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::{proxies, tls};
use crate::Authority;

/// A network and the expected outcome of a call across it. Its servers go with it.
pub struct Network {
    /// The token endpoint to ask; some are http to another host, so callers allow that.
    pub endpoint: String,
    /// The environment that the calling process is given.
    pub environment: Vec<(&'static str, String)>,
    /// How long the caller lets a connection take: whole seconds, and more than a busy machine needs, unless that is to
    /// pass.
    pub connect_timeout: Duration,
    /// How the call ends: the name of the library's status in Rust, such as `Tls`; `Ok` with [`TOKEN`](super::TOKEN).
    pub ends: &'static str,
    /// What the message says, among other things; with `Ok`, nothing.
    pub says: Vec<&'static str>,
    /// How many attempts are made, with one retry allowed.
    pub attempts: u32,
    check: Box<dyn FnOnce() + Send>,
    kept: Vec<Box<dyn Any + Send>>,
}

impl Network {
    /// Across which one attempt gets a token.
    pub(super) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            environment: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            ends: "Ok",
            says: Vec::new(),
            attempts: 1,
            check: Box::new(|| ()),
            kept: Vec::new(),
        }
    }

    /// With a variable in the caller's environment.
    pub(super) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// With an authority that the caller's system trusts.
    pub(super) fn trusting(self, authority: &Authority) -> Self {
        let file = NamedTempFile::new().expect("a temporary file");
        authority.write_pem(file.path());
        let path = file.path().to_str().expect("UTF-8").to_owned();
        self.variable("SSL_CERT_FILE", path).keeping(file)
    }

    /// With something, a server above all, that has to be there until the call has ended.
    pub(super) fn keeping(mut self, kept: impl Any + Send) -> Self {
        self.kept.push(Box::new(kept));
        self
    }

    /// Where the connection is given up after this many seconds.
    pub(super) fn given_up_after(self, seconds: u64) -> Self {
        Self { connect_timeout: Duration::from_secs(seconds), ..self }
    }

    /// Which ends otherwise.
    pub(super) fn ends<const N: usize>(self, ends: &'static str, says: [&'static str; N], attempts: u32) -> Self {
        Self { ends, says: says.into(), attempts, ..self }
    }

    /// With something that holds once the call has ended.
    pub(super) fn afterwards(self, check: impl FnOnce() + Send + 'static) -> Self {
        Self { check: Box::new(check), ..self }
    }

    /// Looks at what the servers saw of the call, once it has ended.
    ///
    /// # Panics
    /// When it is not what it should be.
    pub fn check(self) {
        (self.check)();
    }
}

/// A network's name, in words joined by `_`, and what makes it for one call.
pub type Named = (&'static str, fn() -> Network);

/// Every network.
pub fn networks() -> Vec<Named> {
    let mut networks = [tls::without_store(), proxies::without_store()].concat();
    // Elsewhere the system's store is no file that an environment variable names.
    if cfg!(target_os = "linux") {
        networks.extend([tls::with_store(), proxies::with_store()].concat());
    }
    networks
}
