//! The C ABI: the input is what the driver decides by.

#![no_main]

#[path = "../../src/ffi/driver/mod.rs"]
mod driver;

use std::sync::OnceLock;

use driver::{Choices, Driver, World};
use libfuzzer_sys::fuzz_target;

static WORLD: OnceLock<World> = OnceLock::new();

fuzz_target!(
    init: {
        // SAFETY: the fuzzer has no other thread when it starts.
        WORLD.get_or_init(|| unsafe { World::start() });
    },
    |input: &[u8]| {
        let world = WORLD.get().expect("it was started");
        // Longer inputs find nothing that two shorter ones do not.
        Driver::new(world, Choices::of(input.to_vec())).run(200);
    }
);
