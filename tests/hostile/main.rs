//! Hostile networks: every bad answer ends in one clear error, in time, with nothing lost.

mod answers;
mod child;
mod client;
mod connections;
mod deadlines;
mod load;
mod local;
mod memory;
mod networks;
mod secrets;

use psoauth_test_support::Suite;

fn main() {
    if child::has_run() {
        return;
    }
    let groups = [
        answers::add,
        networks::add,
        connections::add,
        deadlines::add,
        local::add,
        load::add,
        memory::add,
        secrets::add,
    ];
    groups.into_iter().fold(Suite::new(), |suite, add| add(suite)).run()
}
