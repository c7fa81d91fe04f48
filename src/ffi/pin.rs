//! The library is never unloaded: its worker thread would run on in memory that is gone.

/// Keeps the library loaded until the process ends. On other systems the linker's `nodelete` flag does it.
#[cfg(windows)]
pub(super) fn keep_loaded() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };
    static PIN: std::sync::Once = std::sync::Once::new();
    PIN.call_once(|| {
        let mut module = std::ptr::null_mut();
        // SAFETY: with FROM_ADDRESS the second parameter is an address inside this module, and `module` is written.
        unsafe {
            GetModuleHandleExW(
                GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                keep_loaded as *const () as *const u16,
                &mut module,
            )
        };
    });
}

#[cfg(not(windows))]
pub(super) fn keep_loaded() {}
