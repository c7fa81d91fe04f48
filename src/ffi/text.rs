//! Text from C and to C.

use libc::{c_char, size_t};

use super::psoauth_status;
use super::{PSOAUTH_STATUS_INVALID_ARGUMENT, PSOAUTH_STATUS_OK};
use crate::secret::Text;

/// Copies `len` bytes at `utf8`: nothing where they are no UTF-8 or hold a NUL. NULL with a length of 0 is empty.
///
/// # Safety
/// `utf8` is NULL, or `len` bytes can be read there.
pub(super) unsafe fn copy_in(utf8: *const c_char, len: size_t) -> Option<Text> {
    if len == 0 {
        return Some(Text::default());
    }
    if utf8.is_null() || isize::try_from(len).is_err() {
        return None;
    }
    // SAFETY: `utf8` is not NULL, the caller vouches for `len` bytes there, and `len` fits isize.
    let bytes = unsafe { std::slice::from_raw_parts(utf8.cast::<u8>(), len) };
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then(|| text.into())
}

/// Lends `text` to C: its address, and its length at `len`. NULL and 0 where there is none.
///
/// # Safety
/// `len` is NULL, or a `size_t` can be written there.
pub(super) unsafe fn lend(text: Option<&Text>, len: *mut size_t) -> *const c_char {
    if !len.is_null() {
        // SAFETY: `len` is not NULL, and the caller vouches that a size_t can be written there.
        unsafe { len.write(text.map_or(0, Text::len)) };
    }
    text.map_or(std::ptr::null(), |text| text.with_nul().as_ptr().cast())
}

/// OK or INVALID_ARGUMENT.
pub(super) fn status_of(valid: Option<()>) -> psoauth_status {
    valid.map_or(PSOAUTH_STATUS_INVALID_ARGUMENT, |()| PSOAUTH_STATUS_OK)
}
