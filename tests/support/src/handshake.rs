//! TLS servers that nobody should talk to, for [`Server::start_raw`](crate::Server::start_raw).

use std::io::{self, Read, Write};

use crate::Connection;

/// The alert of a server that speaks no version of TLS that the client offers.
pub const PROTOCOL_VERSION: u8 = 70;
/// The alert of a server that shares no cipher with the client.
pub const HANDSHAKE_FAILURE: u8 = 40;

/// Reads the ClientHello and refuses it with a fatal alert, then closes.
pub fn refuse(mut connection: Connection, alert: u8) {
    let record = [0x15, 3, 1, 0, 2, 2, alert];
    if read_client_hello(&mut connection).is_ok() && connection.write_all(&record).is_ok() {
        connection.close();
    }
}

/// Reads the ClientHello and answers with a ServerHello of TLS 1.1, whatever the client offered, then holds.
pub fn answer_tls11(mut connection: Connection) {
    let version = [3, 2];
    let no_session = [0];
    let rsa_aes128_cbc_sha = [0, 0x2f];
    let no_compression = [0];
    let random = [7; 32];
    let hello = [&version[..], &random, &no_session, &rsa_aes128_cbc_sha, &no_compression].concat();
    let handshake = [&[2, 0, 0, hello.len() as u8][..], &hello].concat();
    let record = [&[0x16, 3, 2, 0, handshake.len() as u8][..], &handshake].concat();
    if read_client_hello(&mut connection).is_ok() && connection.write_all(&record).is_ok() {
        connection.hold();
    }
}

/// Reads the ClientHello and says nothing until the peer closes.
pub fn stall(mut connection: Connection) {
    if read_client_hello(&mut connection).is_ok() {
        connection.hold();
    }
}

fn read_client_hello(connection: &mut Connection) -> io::Result<()> {
    let mut header = [0; 5];
    connection.read_exact(&mut header)?;
    let length = u16::from_be_bytes([header[3], header[4]]);
    connection.read_exact(&mut vec![0; length.into()])
}
