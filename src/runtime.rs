//! The one Tokio runtime of a process.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Handle};
use tokio::task::spawn_blocking;

const THREAD: &str = "psoauthhelper";

/// Name lookups block a thread each; more at once than this wait for each other.
const MAX_LOOKUPS: usize = 32;

static RUNTIME: OnceCell<Handle> = OnceCell::new();

/// The runtime, made at the first call: one thread that drives all exchanges, and passing threads for name lookups.
///
/// Tokio's scheduler for many threads would do the same with one: it is larger, and no quicker.
///
/// # Errors
/// Where the system gives no thread or event queue; the next call tries again.
pub(crate) fn runtime() -> io::Result<&'static Handle> {
    RUNTIME.get_or_try_init(|| {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(MAX_LOOKUPS)
            .thread_keep_alive(Duration::from_secs(1))
            .thread_name(THREAD)
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        thread::Builder::new().name(THREAD.into()).spawn(move || runtime.block_on(pending::<()>()))?;
        Ok(handle)
    })
}

/// Runs what reads files or computes for long where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
