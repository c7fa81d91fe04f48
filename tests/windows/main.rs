//! Windows, as far as another system can show it: the DLL, and the module and C programs with it under Wine.

mod certificates;
mod dll;
mod programs;
mod proxy;
mod session;
mod wine;

#[path = "../powershell/requests.rs"]
mod requests;
#[path = "../powershell/scripts.rs"]
mod scripts;
#[path = "../c/trials.rs"]
mod trials;

use psoauth_test_support::Suite;

fn main() {
    let groups = [scripts::add, requests::add, dll::add, programs::add, session::add, proxy::add, certificates::add];
    groups.into_iter().fold(Suite::new(), |suite, add| add(suite)).run()
}
