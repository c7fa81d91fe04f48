//! The HTTP clients, each with a pool of connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use once_cell::sync::Lazy;
use reqwest::{Client, redirect};
use tokio::time::{Instant, sleep};

use crate::authorities::Authorities;
use crate::credential::Identity;
use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::failure::Failure;
use crate::proxy::Proxy;
use crate::secret::Text;

/// How long a connection may lie idle before it is closed. A client goes when all of its connections have: it holds
/// private keys and passwords of proxies, and has read the trust store as it was.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Clients kept at once. Callers that use ever new options make new clients, and the one least recently used goes.
const MOST_CLIENTS: usize = 8;

static CLIENTS: Lazy<Mutex<Clients>> = Lazy::new(Mutex::default);

/// What makes one client differ from another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub connect_timeout: Duration,
    pub proxy: Proxy,
    pub authorities: Authorities,
    /// The client's certificate, for servers that ask for one: connections of two certificates are never mixed.
    pub identity: Option<Arc<Identity>>,
    /// `User-Agent`.
    pub user_agent: Text,
    /// A connection for one attempt only: what is in the pool may be as dead as what just failed.
    pub fresh: bool,
}

/// What makes servers answer in one way and not in another. It holds no secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Way {
    proxy: Proxy,
    authorities: Authorities,
    certificate: Option<Vec<u8>>,
    user_agent: Text,
}

/// Clients for later requests, the one most recently used last.
#[derive(Default)]
struct Clients {
    kept: Vec<Kept>,
    /// Whether a task looks after those that are idle.
    sweeping: bool,
}

struct Kept {
    options: Options,
    client: Client,
    used: Instant,
}

impl Options {
    /// A time limit and nothing else.
    #[cfg(test)]
    pub fn new(connect_timeout: Duration) -> Self {
        let (authorities, user_agent) = (Authorities::default(), "a test".into());
        Self { connect_timeout, proxy: Proxy::System, authorities, identity: None, user_agent, fresh: false }
    }

    /// What servers make of these options.
    pub fn way(&self) -> Way {
        Way {
            proxy: self.proxy.without_credentials(),
            authorities: self.authorities.clone(),
            certificate: self.identity.as_ref().map(|identity| identity.sha256().to_owned()),
            user_agent: self.user_agent.clone(),
        }
    }

    /// The same for a server that no proxy leads to.
    pub fn direct(&self) -> Self {
        Self { proxy: Proxy::None, ..self.clone() }
    }

    /// The same for `endpoint`: to this machine itself directly, for a proxy does not share its loopback.
    pub fn toward(&self, endpoint: &TokenEndpoint) -> Self {
        if endpoint.is_loopback() { self.direct() } else { self.clone() }
    }
}

/// The client for `options`, made where there is none. It is to be called from a task.
///
/// # Errors
/// [`Status::Internal`] where none can be made.
pub(crate) fn client(options: &Options) -> Result<Client, Failure> {
    let mut clients = lock(&CLIENTS);
    #[cfg(test)]
    crate::failpoint::hit("client");
    if let Some(client) = clients.find(options, Instant::now()) {
        return Ok(client);
    }
    let client = build(options).map_err(|_| {
        Failure::of(Error::new(Status::Internal, "The HTTP client could not be made. Please report this."))
    })?;
    if !options.fresh {
        clients.keep(options, &client, Instant::now());
        if !std::mem::replace(&mut clients.sweeping, true) {
            tokio::spawn(sweep(&CLIENTS, IDLE_TIMEOUT));
        }
    }
    Ok(client)
}

fn lock(clients: &Mutex<Clients>) -> MutexGuard<'_, Clients> {
    clients.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops clients that have been idle for as long as `timeout`, until there are no others.
async fn sweep(clients: &Mutex<Clients>, timeout: Duration) {
    loop {
        sleep(timeout).await;
        let mut clients = lock(clients);
        let idle = clients.take_idle(Instant::now(), timeout);
        clients.sweeping = !clients.kept.is_empty();
        let others = clients.sweeping;
        drop(clients);
        drop(idle);
        if !others {
            return;
        }
    }
}

impl Clients {
    fn find(&mut self, options: &Options, now: Instant) -> Option<Client> {
        let at = self.kept.iter().position(|kept| kept.options == *options)?;
        self.kept[at].used = now;
        self.kept[at..].rotate_left(1);
        Some(self.kept.last()?.client.clone())
    }

    fn keep(&mut self, options: &Options, client: &Client, now: Instant) {
        if self.kept.len() == MOST_CLIENTS {
            self.kept.remove(0);
        }
        self.kept.push(Kept { options: options.clone(), client: client.clone(), used: now });
    }

    fn take_idle(&mut self, now: Instant, timeout: Duration) -> Vec<Kept> {
        self.kept.extract_if(.., |kept| now >= kept.used + timeout).collect()
    }
}

fn build(options: &Options) -> Result<Client, Box<dyn std::error::Error>> {
    let loopback = [([127, 0, 0, 1], 0).into(), (std::net::Ipv6Addr::LOCALHOST, 0).into()];
    let mut builder = Client::builder()
        .tls_backend_preconfigured(crate::tls::client_config(&options.authorities, options.identity.as_deref())?)
        .user_agent(options.user_agent.as_str())
        .redirect(redirect::Policy::none())
        .referer(false)
        .http1_only()
        .retry(reqwest::retry::never())
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // http may go to localhost because that is this machine, whatever a hosts file says.
        .resolve_to_addrs("localhost", &loopback);
    if options.fresh {
        builder = builder.pool_max_idle_per_host(0);
    }
    match &options.proxy {
        Proxy::System => {}
        Proxy::None => builder = builder.no_proxy(),
        Proxy::Named(named) => builder = builder.proxy(named.to_reqwest()?),
    }
    Ok(builder.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::runtime;

    fn options(ms: u64) -> Options {
        Options::new(Duration::from_millis(ms)).direct()
    }

    fn any_client() -> Client {
        build(&options(0)).expect("a client")
    }

    fn kept(clients: &Clients) -> Vec<u128> {
        clients.kept.iter().map(|kept| kept.options.connect_timeout.as_millis()).collect()
    }

    #[test]
    fn the_least_recently_used_goes() {
        let (mut clients, client, now) = (Clients::default(), any_client(), Instant::now());
        for ms in 0..MOST_CLIENTS as u64 {
            clients.keep(&options(ms), &client, now);
        }
        assert!(clients.find(&options(0), now).is_some());
        clients.keep(&options(100), &client, now);
        assert_eq!(kept(&clients), [2, 3, 4, 5, 6, 7, 0, 100]);
        assert!(clients.find(&options(1), now).is_none());
    }

    #[test]
    fn the_idle_go_with_what_they_hold() {
        let (mut clients, client, now) = (Clients::default(), any_client(), Instant::now());
        for ms in 0..3 {
            clients.keep(&options(ms), &client, now);
        }
        let later = now + IDLE_TIMEOUT - Duration::from_millis(1);
        assert!(clients.take_idle(later, IDLE_TIMEOUT).is_empty());
        assert!(clients.find(&options(1), later).is_some());
        assert_eq!(clients.take_idle(now + IDLE_TIMEOUT, IDLE_TIMEOUT).len(), 2);
        assert_eq!(kept(&clients), [1]);
    }

    #[test]
    fn sweeping_ends_when_all_are_gone() {
        let clients = Mutex::new(Clients { sweeping: true, ..Clients::default() });
        for ms in 0..3 {
            lock(&clients).keep(&options(ms), &any_client(), Instant::now());
        }
        runtime().expect("a runtime").block_on(sweep(&clients, Duration::from_millis(1)));
        assert!(lock(&clients).kept.is_empty() && !lock(&clients).sweeping);
    }

    #[test]
    fn what_is_for_one_attempt_is_not_kept() {
        let once = Options { fresh: true, ..options(12_345) };
        client(&once).map_err(|_| ()).expect("a client");
        assert!(!lock(&CLIENTS).kept.iter().any(|kept| kept.options == once));
    }
}
