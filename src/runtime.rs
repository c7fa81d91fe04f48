//! The one Tokio runtime of a process.

use std::io;
use std::time::Duration;

use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

/// Name lookups, reading files and signing block a thread each; more at once than this wait for each other.
const MOST_BLOCKING_THREADS: usize = 32;

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

/// The runtime, made at the first call: one worker thread, and short-lived ones for what blocks.
///
/// # Errors
/// Where the system gives no thread or event queue; the next call tries again.
pub(crate) fn runtime() -> io::Result<&'static Runtime> {
    RUNTIME.get_or_try_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(MOST_BLOCKING_THREADS)
            .thread_keep_alive(Duration::from_secs(1))
            .thread_name("psoauthhelper")
            .on_thread_start(crate::ffi::block_signals)
            .enable_all()
            .build()
    })
}

/// Runs what reads files or computes for long where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
