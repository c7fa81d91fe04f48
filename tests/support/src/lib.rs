//! The servers, certificates and tools that the tests, examples and benchmarks of psoauthhelper share.
//!
//! Everything listens on 127.0.0.1 at a port that the system chooses, and stops when it is dropped. Whatever can
//! end in a wait waits for an event, with a deadline of [`DEADLINE`] after which the test fails.
//!
//! - [`Server`] plays [`Answer`]s byte by byte, over TCP or TLS; [`Connection`] is for servers that misbehave earlier.
//! - [`Authority`] and [`Identity`] make certificates; [`handshake`] plays TLS servers that nobody should talk to.
//! - [`cases`] lists hostile answers and networks, and what a caller gets to know of each.
//! - [`Proxy`] is a CONNECT proxy; [`Unreachable`] is an address where no connection comes about.
//! - [`AuthorizationServer`] gives tokens, and so do two servers that are not ours, [`OidcProvider`] and
//!   [`DjangoOAuthToolkit`]; [`OpenSsl`] makes keys and certificates.
//! - [`Suite`] lists trials, [`tools`] finds the programs that they need, [`Program`] runs them.
//! - [`spellings`] looks for secrets in the forms in which they turn up.
//! - [`library`] finds the built library and stages the PowerShell module as a user has it; [`header`] reads the C header.

mod answer;
mod authorization_server;
pub mod cases;
mod connection;
mod django_oauth_toolkit;
mod gate;
pub mod handshake;
mod harness;
pub mod header;
mod installation;
pub mod library;
mod oidc_provider;
mod openssl;
mod pki;
mod program;
mod proxy;
mod received;
mod running;
mod server;
pub mod spellings;
pub mod tools;
mod unreachable;
mod watched;

pub use answer::Answer;
pub use authorization_server::{AuthorizationServer, AuthorizationServerBuilder};
pub use connection::Connection;
pub use django_oauth_toolkit::{DjangoInstallation, DjangoOAuthToolkit};
pub use gate::Gate;
pub use harness::{ALONE, Suite};
pub use oidc_provider::{OidcInstallation, OidcProvider};
pub use openssl::OpenSsl;
pub use pki::{Authority, Identity, TlsVersion};
pub use program::{Output, Program};
pub use proxy::Proxy;
pub use received::Received;
pub use running::Running;
pub use server::{Handshakes, Server};
pub use unreachable::Unreachable;

/// How long anything here waits for an event before it gives up: long enough for a slow, busy machine.
pub const DEADLINE: std::time::Duration = std::time::Duration::from_secs(60);
