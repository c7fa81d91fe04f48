//! What holds answers back until a test lets them go.

use std::sync::Arc;

use crate::watched::Watched;

/// Holds answers back until the test opens it.
#[derive(Clone, Debug, Default)]
pub struct Gate(pub(crate) Arc<Watched<bool>>);

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everything through, from now on.
    pub fn open(&self) {
        self.0.change(|open| *open = true);
    }
}
