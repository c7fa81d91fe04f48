//! One exchange that any number of callers wait for.

use std::future::Future;
use std::sync::{Arc, Weak};

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::entry::{Entry, Moment};
use super::{Cache, Key};
use crate::error::Error;
use crate::progress::{Deadline, Ended, Progress};
use crate::response::TokenResponse;

/// An exchange under way. It ends early when the last of those who wait for it lets go.
pub(super) struct Flight {
    ended: watch::Receiver<Option<Ended>>,
    progress: Arc<Progress>,
    deadline: Arc<Deadline>,
    task: AbortHandle,
}

impl Flight {
    /// Begins `exchange`; `cache` takes its token when it lands. For use inside the runtime.
    pub(super) fn begin<E>(
        cache: &'static Cache,
        key: Key,
        deadline: Instant,
        exchange: impl FnOnce(Arc<Deadline>, Arc<Progress>) -> E,
    ) -> Arc<Self>
    where
        E: Future<Output = Result<TokenResponse, Error>> + Send + 'static,
    {
        Arc::new_cyclic(|flight| {
            let (sender, ended) = watch::channel(None);
            let progress = Arc::<Progress>::default();
            let deadline = Arc::new(Deadline::new(deadline));
            let exchange = exchange(deadline.clone(), progress.clone());
            let flying = Flying { cache, key, begun: cache.now(), flight: flight.clone() };
            let watched = progress.clone();
            let task = tokio::spawn(async move {
                let ended = Ended::new(exchange.await.map(Arc::new), &watched);
                flying.land(&ended);
                sender.send_replace(Some(ended));
            });
            Self { ended, progress, deadline, task: task.abort_handle() }
        })
    }

    /// Takes another caller along, who waits until `deadline`.
    pub(super) fn join(&self, deadline: Instant) {
        self.deadline.extend(deadline);
    }

    /// Waits for the end.
    pub async fn ended(&self) -> Ended {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(ended)) => ended.clone(),
            _ => self.left(Error::of_fault()),
        }
    }

    /// The end for a caller who goes before that, for a reason of its own.
    pub fn left(&self, error: Error) -> Ended {
        Ended::new(Err(error), &self.progress)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the cache has of a flight until it lands, or its task goes away.
struct Flying {
    cache: &'static Cache,
    key: Key,
    /// A token's life counts from here: when the server made it is not known any better.
    begun: Moment,
    flight: Weak<Flight>,
}

impl Flying {
    fn land(&self, ended: &Ended) {
        #[cfg(test)]
        crate::failpoint::hit("landing");
        let token = ended.result.as_ref().ok();
        let entry = token.and_then(|token| Entry::new(token.clone(), self.begun));
        self.cache.land(&self.key, &self.flight, entry);
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        self.cache.land(&self.key, &self.flight, None);
    }
}
