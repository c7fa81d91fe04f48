//! The C ABI: hostile answers through it, and a driver that does anything with it, from a seed that is printed.
//!
//! `cargo test --test driver -- --write-seeds fuzz/corpus` writes what the fuzzer starts from.

mod answers;
#[path = "mod.rs"]
mod driver;

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

use driver::{Choices, Driver, World};
use psoauth_test_support::{Suite, cases};

/// Things done with the library in one run, unless `PSOAUTH_DRIVER_STEPS` says otherwise.
const STEPS: u64 = 2_000;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [option, folder] = &arguments[..]
        && option == "--write-seeds"
    {
        return write_seeds(Path::new(folder));
    }
    // SAFETY: the process has no other thread yet.
    let world = Arc::new(unsafe { World::start() });
    let cases = world.clone();
    let suite = Suite::new().test("anything_that_the_header_allows_is_harmless", move || anything(&world)).test(
        "every_seed_of_the_fuzzer_is_harmless",
        move || {
            for case in 0..cases.cases() {
                Driver::new(&cases, Choices::of(exchange_with(case).to_vec())).run(1);
            }
        },
    );
    answers::add(suite).run();
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

/// The bytes that make a driver do one whole exchange with a hostile case.
fn exchange_with(case: usize) -> [u8; 4] {
    let case = u16::try_from(case).expect("there are some hundred cases").to_le_bytes();
    [0, 0, case[0], case[1]]
}

/// Writes the hostile cases as each fuzz target takes them.
fn write_seeds(corpus: &Path) {
    for (number, case) in cases::all().into_iter().enumerate() {
        write(&corpus.join("abi"), case.name, &exchange_with(number));
        // Larger ones slow the fuzzer down and find little: what counts is how a body begins.
        if let Some((status, body)) = case.first_message().filter(|(_, body)| body.len() <= 4096) {
            write(&corpus.join("answer"), case.name, &[&(status - 100).to_be_bytes(), body].concat());
        }
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder).and_then(|()| fs::write(folder.join(name), bytes)).expect("the folder can be written");
}
