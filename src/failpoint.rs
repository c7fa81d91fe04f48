//! Fail points: panics that tests ask for, one in each layer.

use std::sync::{Mutex, PoisonError};

static ARMED: Mutex<Option<&'static str>> = Mutex::new(None);

/// Makes the next to pass `place` panic. For tests that have a process of their own.
pub(crate) fn arm(place: &'static str) {
    *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
}

/// Whether nobody has passed the armed place yet.
pub(crate) fn is_armed() -> bool {
    ARMED.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Panics where `place` is armed, once.
pub(crate) fn hit(place: &str) {
    let armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner).take_if(|armed| *armed == place);
    if armed.is_some() {
        panic!("a panic that a test asked for in: {place}");
    }
}
