//! The C ABI: it converts, guards and delegates.
//!
//! The rules that callers keep stand at the top of the header (`cbindgen.toml`). Every exported function runs
//! inside `guard`, so that no panic crosses into C.

// The names here are C's.
#![allow(non_camel_case_types)]

mod allocator;
mod call;
mod numbers;
mod pin;
mod request;
mod signals;
mod text;
mod version;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use call::*;
pub use numbers::*;
pub use request::*;
pub(crate) use signals::block_signals;
pub use version::*;

/// Runs `body`; a panic inside gives `on_panic`.
fn guard<T>(on_panic: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(on_panic)
}

#[cfg(test)]
mod tests;
