//! The PowerShell module as its users run it: the scripts beside this file, against servers on this machine.

mod hostile;
mod interrupt;
mod options;
mod requests;
mod scripts;
mod session;
mod token;

use psoauth_test_support::Suite;

fn main() {
    let groups = [scripts::add, requests::add, token::add, options::add, interrupt::add, hostile::add];
    groups.into_iter().fold(Suite::new(), |suite, add| add(suite)).run()
}
