//! Versions and names.

use libc::c_char;

use super::numbers::psoauth_status;
use super::pin;

/// The version of the ABI that this header describes; `psoauth_abi_version()` gives the library's.
pub const PSOAUTH_ABI_VERSION: u32 = 1;

/// The version of the ABI that the library speaks. A caller goes on only where it is `PSOAUTH_ABI_VERSION`.
///
/// Any thread may call it. It cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn psoauth_abi_version() -> u32 {
    pin::keep_loaded();
    PSOAUTH_ABI_VERSION
}

/// The version of the library, such as "1.0.0".
///
/// Any thread may call it. It cannot fail; the text is static and never freed.
#[unsafe(no_mangle)]
pub extern "C" fn psoauth_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The name of a status without its prefix, such as "TIMED_OUT"; "UNKNOWN" for a number that is none.
///
/// Any thread may call it. It cannot fail; the text is static and never freed.
///
/// @param status  the status to name
#[unsafe(no_mangle)]
pub extern "C" fn psoauth_status_name(status: psoauth_status) -> *const c_char {
    status.name().as_ptr()
}
