//! The PowerShell module as its users run it: the scripts beside this file, against servers on this machine.

mod interrupt;
mod requests;
mod session;

use psoauth_test_support::{Suite, tools};

fn main() {
    requests::add(session::add(Suite::new()))
        .with_tool("ctrl_c_ends_a_silent_call", tools::pwsh, |pwsh| interrupt::ctrl_c_ends_a_silent_call(&pwsh))
        .run();
}
