//! Signals of the host: its handlers do not run on the library's threads.

/// Blocks signals for the calling thread, which is one of the library's. Faults of the thread itself still arrive.
///
/// A write to a connection that its server has closed raises SIGPIPE for the thread that writes. By default that ends
/// the process, and a program in C seldom says otherwise.
#[cfg(unix)]
pub(crate) fn block_signals() {
    let mut signals = std::mem::MaybeUninit::uninit();
    // SAFETY: sigfillset initialises the set before anything reads it, and no old mask is asked for.
    unsafe {
        libc::sigfillset(signals.as_mut_ptr());
        for fault in [libc::SIGABRT, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSEGV, libc::SIGTRAP] {
            libc::sigdelset(signals.as_mut_ptr(), fault);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, signals.as_ptr(), std::ptr::null_mut());
    }
}

#[cfg(not(unix))]
pub(crate) fn block_signals() {}
