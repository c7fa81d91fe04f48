//! OAuth 2.0 tokens for PowerShell, C and C#.
//!
//! The library makes one exchange with a token endpoint (RFC 6749) and reports its outcome. Callers in other
//! languages use the C ABI in [`ffi`], whose header is `include/psoauthhelper.h`; Rust code may use the same
//! types that the ABI is made of:
//!
//! ```no_run
//! use psoauthhelper::{Call, TokenRequest};
//!
//! let mut request = TokenRequest::new();
//! request.token_endpoint = "https://login.example/oauth2/token".into();
//! request.client_id = "reports".into();
//! request.client_secret = std::env::var("CLIENT_SECRET").unwrap_or_default().into();
//!
//! let call = Call::start(request);
//! match &call.wait().result {
//!     Ok(response) => println!("a token of {} bytes", response.access_token.len()),
//!     Err(error) => eprintln!("{error}"),
//! }
//! ```
//!
//! No type of this crate shows a secret, a token or a body in its `Debug` or `Display` text, and the memory that
//! held one is wiped when it is dropped.

#![deny(unsafe_code, missing_docs)]

#[cfg(not(panic = "unwind"))]
compile_error!("psoauthhelper turns panics into statuses: build it with panic = \"unwind\"");

mod answer;
mod authorities;
mod basic;
mod cache;
mod call;
mod client;
mod credential;
mod date;
mod destination;
mod discovery;
mod endpoint;
mod error;
mod exchange;
#[cfg(test)]
mod failpoint;
mod failure;
// Pointers come from C there, and nowhere else.
#[allow(unsafe_code)]
pub mod ffi;
mod file;
mod form;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod json;
mod managed_identity;
mod message;
mod parameters;
mod patience;
mod prepared;
mod progress;
mod proxy;
mod request;
mod response;
mod retry;
mod runtime;
mod secret;
mod tls;
mod transport;

pub use cache::clear as clear_token_cache;
pub use call::{Call, Outcome};
pub use endpoint::{EntraVersion, TokenEndpoint};
pub use error::{Error, OAuthError, Status};
pub use parameters::Parameters;
pub use request::{ClientAuthentication, TokenRequest};
pub use response::TokenResponse;
pub use secret::Text;
