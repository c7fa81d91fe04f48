//! One version: that of Cargo.toml. What dist writes (nuspec, .pc, CMake) has it from there: `xtask/tests/packages` looks.

use std::fs;

use psoauth_test_support::tools;
use psoauthhelper::ffi;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn everything_has_the_version_of_cargo_toml() {
    let written = |file: &str, text: &str| assert!(read(file).contains(text), "{file} has not {text}");
    written("include/psoauthhelper.h", &format!("\n#define PSOAUTH_VERSION \"{VERSION}\"\n"));
    written("powershell/PSOAuthHelper/PSOAuthHelper.psd1", &format!("\n    ModuleVersion          = '{VERSION}'\n"));
    written("csharp/PSOAuthHelper/PSOAuthHelper.csproj", &format!("<VersionPrefix>{VERSION}</VersionPrefix>"));
}

#[test]
fn every_caller_asks_for_the_librarys_abi() {
    let version = ffi::psoauth_abi_version();
    let asked = |file: &str, text: &str| {
        let line = format!("{text}{version}");
        assert!(read(file).lines().any(|found| found.trim().trim_end_matches(';') == line), "{file} has not {line}");
    };
    asked("include/psoauthhelper.h", "#define PSOAUTH_ABI_VERSION ");
    asked("powershell/PSOAuthHelper/internal/NativeLibrary.ps1", "$abiVersion = ");
    asked("csharp/PSOAuthHelper/Native/NativeMethods.cs", "internal const uint AbiVersion = ");
}

fn read(file: &str) -> String {
    let text = fs::read_to_string(tools::workspace().join(file)).expect("the file is readable");
    text.replace("\r\n", "\n")
}
