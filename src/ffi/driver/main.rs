//! The C ABI under a driver that does anything with it, from a seed that is printed.

#[path = "mod.rs"]
mod driver;

use std::env;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use driver::{Choices, Driver, World};
use psoauth_test_support::Suite;

/// Things done with the library in one run, unless `PSOAUTH_DRIVER_STEPS` says otherwise.
const STEPS: u64 = 2_000;

fn main() {
    // SAFETY: the process has no other thread yet.
    let world = Arc::new(unsafe { World::start() });
    let cases = world.clone();
    Suite::new()
        .test("anything_that_the_header_allows_is_harmless", move || anything(&world))
        .test("every_seed_of_the_fuzzer_is_harmless", move || {
            for case in 0..cases.cases() {
                Driver::new(&cases, Choices::of(&Driver::exchange_bytes(case))).run(2);
            }
        })
        .run();
}

fn anything(world: &World) {
    let seed = setting("PSOAUTH_DRIVER_SEED").unwrap_or_else(fresh_seed);
    let steps = setting("PSOAUTH_DRIVER_STEPS").unwrap_or(STEPS);
    println!("PSOAUTH_DRIVER_SEED={seed} PSOAUTH_DRIVER_STEPS={steps}");
    Driver::new(world, Choices::seeded(seed)).run(steps as usize);
}

fn setting(name: &str) -> Option<u64> {
    Some(env::var(name).ok()?.parse().expect("a number"))
}

fn fresh_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64)
}
