//! Addresses where no connection comes about.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// A loopback address where no connection comes about. It stays so until this is dropped.
pub struct Unreachable {
    address: SocketAddr,
    // Held, not used: the bound socket keeps the port, the connections keep its queue full.
    _socket: Socket,
    _queued: Vec<TcpStream>,
}

impl Unreachable {
    /// Connections are refused at once.
    ///
    /// # Panics
    /// When loopback has no port left.
    pub fn refusing() -> Self {
        let (socket, address) = bound_socket();
        Self { address, _socket: socket, _queued: Vec::new() }
    }

    /// Connections are neither accepted nor refused: the packets vanish.
    ///
    /// # Errors
    /// Where the system does not drop what a full queue cannot take, the reason.
    ///
    /// # Panics
    /// When loopback has no port left.
    pub fn silent() -> Result<Self, String> {
        const MOST_QUEUED: usize = 16;
        const PATIENCE: Duration = Duration::from_millis(100);
        let (socket, address) = bound_socket();
        socket.listen(0).expect("a bound socket listens");
        let mut queued = Vec::new();
        while queued.len() < MOST_QUEUED {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(connection) => queued.push(connection),
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    return Ok(Self { address, _socket: socket, _queued: queued });
                }
                Err(error) => return Err(format!("a full queue answers here: {error}")),
            }
        }
        Err(format!("a queue of none takes {MOST_QUEUED} connections here"))
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://127.0.0.1:port` and the path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn bound_socket() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket can be made");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    socket.bind(&any_port.into()).expect("loopback has a port");
    let address = socket.local_addr().expect("a bound socket has an address");
    (socket, address.as_socket().expect("an IPv4 address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_is_refused() {
        let nowhere = Unreachable::refusing();
        let error = TcpStream::connect(("127.0.0.1", nowhere.port())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
}
