//! The PowerShell module as its users run it: the scripts beside this file, against servers on this machine.

mod features;
mod hostile;
mod interrupt;
mod requests;
mod scripts;
mod session;

use psoauth_test_support::Suite;

fn main() {
    hostile::add(interrupt::add(features::add(requests::add(scripts::add(Suite::new()))))).run();
}
