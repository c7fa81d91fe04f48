//! The table of hostile networks, through the Rust API.

use psoauth_test_support::Suite;
use psoauth_test_support::cases::{self, Network, PROXY_PASSWORD};

use crate::child::call;

/// A trial for each network.
pub fn add(suite: Suite) -> Suite {
    cases::networks()
        .into_iter()
        .fold(suite, |suite, (name, network)| suite.test(&format!("networks::{name}"), move || ends_as_said(network())))
}

fn ends_as_said(network: Network) {
    let told = call(&network);
    assert_eq!((told.status.as_str(), told.attempts), (network.ends, network.attempts), "{}", told.message);
    for part in &network.says {
        assert!(told.message.contains(*part), "it does not say {part:?}: {}", told.message);
    }
    assert!(!told.message.contains(PROXY_PASSWORD) && !told.message.contains("user"), "{}", told.message);
    network.check();
}
