//! A byte-level HTTP server on 127.0.0.1.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::{HandshakeKind, ServerConfig, ServerConnection};

use crate::connection::Connections;
use crate::watched::Watched;
use crate::{Answer, Connection, DEADLINE, Identity, Received};

/// A byte-level HTTP/1.1 server on 127.0.0.1, at a port that the system chose and no other server of the process has had.
/// Dropping it closes every connection and joins its threads; if a handler has panicked, so does the drop.
pub struct Server {
    scheme: &'static str,
    address: SocketAddr,
    connections: Arc<Connections>,
    record: Arc<Watched<Record>>,
    handshakes: Arc<Watched<Handshakes>>,
    acceptor: Option<JoinHandle<bool>>,
}

/// The requests of a server.
#[derive(Default)]
struct Record {
    requests: Vec<Arc<Received>>,
    next: usize,
    stopped: bool,
}

/// How TLS handshakes ended.
#[derive(Clone, Debug, Default)]
pub struct Handshakes {
    /// Complete ones.
    pub full: usize,
    /// Those that took up an earlier session.
    pub resumed: usize,
    /// What went wrong with the others, as the server saw it.
    pub failed: Vec<String>,
    /// The clients' certificate chains in DER, where the server asked for them.
    pub clients: Vec<Vec<Vec<u8>>>,
}

impl Server {
    /// Serves HTTP: each request is read whole, given to `handler` and answered as it says.
    pub fn start(handler: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_http(None, handler)
    }

    /// As [`start`](Self::start), over TLS.
    pub fn start_tls(identity: &Identity, handler: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_http(Some(identity.server_config()), handler)
    }

    /// Gives each connection to `serve` as soon as it is accepted, before a byte is read. It is closed when `serve` drops it.
    pub fn start_raw(serve: impl Fn(Connection) + Send + Sync + 'static) -> Self {
        Self::listen("http", Arc::default(), Arc::default(), serve)
    }

    fn start_http(
        tls: Option<Arc<ServerConfig>>,
        handler: impl Fn(&Received) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let record = Arc::<Watched<Record>>::default();
        let handshakes = Arc::<Watched<Handshakes>>::default();
        let (recording, shaking) = (Arc::clone(&record), Arc::clone(&handshakes));
        Self::listen(scheme, record, handshakes, move |mut connection| {
            let tls = tls.clone();
            if tls.is_none_or(|tls| secure(&mut connection, tls, &shaking)) {
                serve(connection, &recording, &handler);
            }
        })
    }

    fn listen(
        scheme: &'static str,
        record: Arc<Watched<Record>>,
        handshakes: Arc<Watched<Handshakes>>,
        serve: impl Fn(Connection) + Send + Sync + 'static,
    ) -> Self {
        let listener = listener();
        let address = listener.local_addr().expect("a listener has an address");
        let connections = Arc::<Connections>::default();
        let accepting = Arc::clone(&connections);
        let acceptor = thread::spawn(move || accept(&listener, &accepting, &Arc::new(serve)));
        Self { scheme, address, connections, record, handshakes, acceptor: Some(acceptor) }
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://127.0.0.1:port` (https over TLS) and the path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// All requests so far, in the order they were read.
    pub fn requests(&self) -> Vec<Arc<Received>> {
        self.record.look(|record| record.requests.clone())
    }

    /// Waits for the next request that no call of this function has returned yet.
    ///
    /// # Panics
    /// When none comes within [`DEADLINE`].
    pub fn next_request(&self) -> Arc<Received> {
        self.record.wait(
            |record| format!("no request came after {} of them", record.next),
            |record| {
                let request = record.requests.get(record.next)?;
                record.next += 1;
                Some(Arc::clone(request))
            },
        )
    }

    /// Forgets the requests so far and keeps no more: for tests that measure memory.
    pub fn stop_recording(&self) {
        self.record.change(|record| {
            *record = Record { stopped: true, ..Record::default() };
        });
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.connections.accepted()
    }

    /// How many connections are open now, as far as the server has noticed.
    pub fn open_connections(&self) -> usize {
        self.connections.open()
    }

    /// Waits until at least `count` connections have been accepted.
    ///
    /// # Panics
    /// When that does not happen within [`DEADLINE`].
    pub fn wait_until_accepted(&self, count: usize) {
        self.connections.wait_until_accepted(count);
    }

    /// Waits until exactly `count` connections are open.
    ///
    /// # Panics
    /// When that does not happen within [`DEADLINE`].
    pub fn wait_until_open(&self, count: usize) {
        self.connections.wait_until_open(count);
    }

    /// Closes every open connection, idle ones too, and waits until they are gone. New ones are still accepted.
    pub fn close_connections(&self) {
        self.connections.close_all();
    }

    /// How the TLS handshakes ended so far. A client knows of a failure before the server does: to count those, first
    /// [`wait_until_open(0)`](Self::wait_until_open).
    pub fn handshakes(&self) -> Handshakes {
        self.handshakes.look(Handshakes::clone)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.stop();
        // Wakes the acceptor, which then sees that it should stop.
        let _ = TcpStream::connect_timeout(&self.address, DEADLINE);
        let handlers_panicked = self.acceptor.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(matches!(handlers_panicked, Some(Ok(false))), "a handler of the server panicked");
        }
    }
}

/// Listens at a port that no server of this process has had: what the library keeps by an address (tokens, metadata,
/// connections) would be taken for a later server's.
fn listener() -> TcpListener {
    static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    // Held meanwhile, so that the system does not choose them again.
    let mut used_ones = Vec::new();
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let port = listener.local_addr().expect("a listener has an address").port();
        if USED.lock().unwrap_or_else(PoisonError::into_inner).insert(port) {
            return listener;
        }
        used_ones.push(listener);
    }
}

/// Accepts until the server stops; returns whether a thread has panicked.
fn accept<S: Fn(Connection) + Send + Sync + 'static>(
    listener: &TcpListener,
    connections: &Arc<Connections>,
    serve: &Arc<S>,
) -> bool {
    let mut panicked = false;
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    while !connections.stopping() {
        let Ok((socket, _)) = listener.accept() else {
            continue;
        };
        let _ = socket.set_nodelay(true);
        let Some(connection) = connections.add(socket) else {
            break;
        };
        let (finished, running) = threads.into_iter().partition(JoinHandle::is_finished);
        panicked |= join(finished);
        threads = running;
        let serve = Arc::clone(serve);
        threads.push(thread::spawn(move || serve(connection)));
    }
    panicked | join(threads)
}

fn join(threads: Vec<JoinHandle<()>>) -> bool {
    let failures = threads.into_iter().filter_map(|thread| thread.join().err());
    failures.count() > 0
}

/// Makes the handshake and notes how it ended; returns whether it succeeded.
fn secure(connection: &mut Connection, config: Arc<ServerConfig>, handshakes: &Watched<Handshakes>) -> bool {
    let tls = ServerConnection::new(config).expect("the configuration is complete");
    let outcome = connection.secure(tls).map(|tls| {
        let client = tls.peer_certificates().map(|chain| chain.iter().map(|der| der.to_vec()).collect());
        (tls.handshake_kind(), client)
    });
    let succeeded = outcome.is_ok();
    handshakes.change(|handshakes| match outcome {
        Ok((kind, client)) => {
            match kind {
                Some(HandshakeKind::Resumed) => handshakes.resumed += 1,
                _ => handshakes.full += 1,
            }
            handshakes.clients.extend(client);
        }
        Err(error) => handshakes.failed.push(error.to_string()),
    });
    succeeded
}

/// Reads and answers requests until either side ends the connection.
fn serve(connection: Connection, record: &Watched<Record>, handler: &impl Fn(&Received) -> Answer) {
    let id = connection.id();
    let mut peer = BufReader::new(connection);
    while let Some(request) = Received::read(&mut peer, id) {
        let request = Arc::new(request);
        record.change(|record| {
            if !record.stopped {
                record.requests.push(Arc::clone(&request));
            }
        });
        let answer = handler(&request);
        match answer.play(peer) {
            Ok(Some(rest)) => peer = rest,
            Ok(None) | Err(_) => return,
        }
        if request.says_close() || answer.says_close() {
            break;
        }
    }
    peer.into_inner().close();
}
