//! One accepted connection, plain or TLS.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConnection;
use socket2::SockRef;

use crate::Gate;
use crate::watched::Watched;

/// One accepted connection, for servers that misbehave before they have read a request. Dropping it closes it.
pub struct Connection {
    tls: Option<Box<ServerConnection>>,
    socket: Arc<TcpStream>,
    // The last field: the entry goes once the socket above is closed, so that nobody counts too early.
    entry: Entry,
}

/// The connections of one server.
#[derive(Default)]
pub(crate) struct Connections(Watched<State>);

#[derive(Default)]
struct State {
    accepted: usize,
    open: HashMap<usize, Arc<TcpStream>>,
    gates: Vec<Gate>,
    stopping: bool,
}

struct Entry {
    id: usize,
    connections: Arc<Connections>,
}

impl Connections {
    /// Counts an accepted socket in; `None` once the server stops.
    pub fn add(self: &Arc<Self>, socket: TcpStream) -> Option<Connection> {
        let socket = Arc::new(socket);
        self.0.change(|state| {
            if state.stopping {
                return None;
            }
            let id = state.accepted;
            state.accepted += 1;
            state.open.insert(id, Arc::clone(&socket));
            Some(Connection { tls: None, socket, entry: Entry { id, connections: Arc::clone(self) } })
        })
    }

    pub fn accepted(&self) -> usize {
        self.0.look(|state| state.accepted)
    }

    pub fn open(&self) -> usize {
        self.0.look(|state| state.open.len())
    }

    pub fn wait_until_accepted(&self, count: usize) {
        self.0.wait(
            |state| format!("{} of {count} connections accepted", state.accepted),
            |state| (state.accepted >= count).then_some(()),
        );
    }

    pub fn wait_until_open(&self, count: usize) {
        self.0.wait(
            |state| format!("{} connections open instead of {count}", state.open.len()),
            |state| (state.open.len() == count).then_some(()),
        );
    }

    /// Ends all that are open now and waits until they are gone.
    pub fn close_all(&self) {
        let ids: Vec<usize> = self.0.look(|state| {
            for socket in state.open.values() {
                let _ = socket.shutdown(Shutdown::Both);
            }
            state.open.keys().copied().collect()
        });
        self.0.wait(
            |_| "closed connections are still served".to_owned(),
            |state| ids.iter().all(|id| !state.open.contains_key(id)).then_some(()),
        );
    }

    /// Ends all that are open and whatever they wait for, and takes no more.
    pub fn stop(&self) {
        self.0.change(|state| {
            state.stopping = true;
            for socket in state.open.values() {
                let _ = socket.shutdown(Shutdown::Both);
            }
            for gate in state.gates.drain(..) {
                gate.open();
            }
        });
    }

    pub fn stopping(&self) -> bool {
        self.0.look(|state| state.stopping)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.0.change(|state| state.open.remove(&self.id));
    }
}

impl Connection {
    /// Its number, counted from 0 in the order of acceptance.
    pub fn id(&self) -> usize {
        self.entry.id
    }

    /// Makes the TLS handshake; from here on everything is encrypted.
    pub(crate) fn secure(&mut self, mut tls: ServerConnection) -> io::Result<&ServerConnection> {
        while tls.is_handshaking() {
            tls.complete_io(&mut &*self.socket)?;
        }
        Ok(self.tls.insert(Box::new(tls)))
    }

    /// Reads and discards until the peer closes or the server stops.
    pub fn hold(&mut self) {
        let mut discarded = [0; 4096];
        while matches!(self.read(&mut discarded), Ok(length) if length > 0) {}
    }

    /// Reads nothing until the gate opens or the server stops.
    pub fn hold_unread(self, gate: &Gate) {
        // Either way the connection ends here.
        let _ = self.wait_for(gate);
    }

    /// Closes in order.
    pub fn close(mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            while tls.wants_write() && tls.write_tls(&mut &*self.socket).is_ok() {}
        }
    }

    /// Ends what goes to the peer (FIN), and leaves what comes from it unread: to close it then resets the connection.
    pub fn finish(&self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Write);
    }

    /// Resets the connection (RST).
    pub fn reset(self) {
        SockRef::from(&*self.socket).set_linger(Some(Duration::ZERO)).expect("a socket can be told not to linger");
    }

    pub(crate) fn socket(&self) -> Arc<TcpStream> {
        Arc::clone(&self.socket)
    }

    /// Waits this long; an error if the server stops meanwhile.
    pub(crate) fn pause(&self, length: Duration) -> io::Result<()> {
        let stopped = |state: &mut State| state.stopping.then_some(());
        match self.entry.connections.0.wait_at_most(length, stopped) {
            Some(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            None => Ok(()),
        }
    }

    /// Waits for the gate; an error if the server stops meanwhile.
    pub(crate) fn wait_for(&self, gate: &Gate) -> io::Result<()> {
        let connections = &self.entry.connections;
        connections.0.change(|state| {
            if state.stopping {
                gate.open();
            }
            state.gates.push(gate.clone());
        });
        gate.0.wait(|_| "a gate is still closed".to_owned(), |open| open.then_some(()));
        connections.0.change(|state| {
            state.gates.retain(|each| !Arc::ptr_eq(&each.0, &gate.0));
            match state.stopping {
                true => Err(io::ErrorKind::ConnectionAborted.into()),
                false => Ok(()),
            }
        })
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            Some(tls) => rustls::Stream::new(&mut **tls, &mut &*self.socket).read(buffer),
            None => (&*self.socket).read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.tls {
            Some(tls) => rustls::Stream::new(&mut **tls, &mut &*self.socket).write(bytes),
            None => (&*self.socket).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.tls {
            Some(tls) => rustls::Stream::new(&mut **tls, &mut &*self.socket).flush(),
            None => Ok(()),
        }
    }
}
