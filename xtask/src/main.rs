//! Tasks of this workspace: `cargo xtask dist` makes the packages.

mod c_package;
mod checkout;
mod client;
mod dist;
mod files;
mod legal;
mod module;
mod native;
mod nuget;
mod script;
mod static_library;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask dist [--output FOLDER] [--library RID=PATH]...

Makes the packages of this checkout in FOLDER, dist/ unless said: the PowerShell module as a folder and as .nupkg, the C
package, the C# package, licences, SBOM and SHA256SUMS. What cannot be made here is listed with the reason.

--library takes in a library that was built on another system, such as --library osx-arm64=libpsoauthhelper.dylib.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((task, options)) if task == "dist" => {
            dist::Options::parse(options).and_then(|options| dist::run(&options))
        }
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
