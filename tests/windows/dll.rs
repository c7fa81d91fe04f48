//! The DLL as a file: what it gives, what it needs, what Windows shows of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use object::read::pe::PeFile64;
use object::{LittleEndian, Object, pe};
use psoauth_test_support::{Suite, header, tools};

use crate::wine;

/// The DLLs that every Windows since 10 1809 and Server 2019 has, of those that a library like this may need. No
/// compiler's runtime is among them.
const SYSTEM_DLLS: [&str; 16] = [
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "crypt32.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ncrypt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "secur32.dll",
    "userenv.dll",
    "winhttp.dll",
    "ws2_32.dll",
];

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("the_dll_exports_the_functions_of_the_header", find, |dll| {
            assert_eq!(
                names(&dll, |file| file.exports().expect("exports").iter().map(|e| e.name().to_vec()).collect()),
                header::functions()
            );
        })
        .with_tool("the_dll_needs_only_what_every_windows_has", find, |dll| {
            let needed = names(&dll, |file| {
                file.imports().expect("imports").iter().map(|i| i.library().to_ascii_lowercase()).collect()
            });
            let others: Vec<_> = needed.iter().filter(|name| !SYSTEM_DLLS.contains(&name.as_str())).collect();
            assert!(!needed.is_empty() && others.is_empty(), "not on every Windows: {others:?}");
        })
        .with_tool("the_dll_takes_part_in_aslr_and_dep", find, |dll| {
            let bytes = fs::read(dll).expect("the DLL is readable");
            let file = PeFile64::parse(&*bytes).expect("a 64-bit DLL");
            let flags = file.nt_headers().optional_header.dll_characteristics.get(LittleEndian);
            for flag in [
                pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE,
                pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA,
                pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
            ] {
                assert_eq!(flags & flag, flag, "{flags:#x} lacks {flag:#x}");
            }
        })
        .with_tool("windows_shows_the_version_of_the_dll", wine::find, |pwsh| properties(&pwsh))
}

/// What `.ci/windows` built, where the module looks for it.
///
/// # Errors
/// The reason why there is none.
pub fn find() -> Result<PathBuf, String> {
    let dll = tools::workspace().join("powershell/PSOAuthHelper/runtimes/win-x64/native/psoauthhelper.dll");
    if dll.is_file() { Ok(dll) } else { Err(".ci/windows has not built the DLL".to_owned()) }
}

fn names(dll: &Path, read: impl FnOnce(&PeFile64) -> Vec<Vec<u8>>) -> BTreeSet<String> {
    let bytes = fs::read(dll).expect("the DLL is readable");
    let file = PeFile64::parse(&*bytes).expect("a 64-bit DLL");
    read(&file).iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

fn properties(pwsh: &Path) {
    let dll = wine::windows_path(&find().expect("the trial has found it"));
    let show = format!(
        "$v = [Diagnostics.FileVersionInfo]::GetVersionInfo('{dll}')
        ($v.FileVersion, $v.ProductVersion, $v.ProductName, $v.OriginalFilename, $v.FileMajorPart) -join '|'"
    );
    let output = wine::program(pwsh).args(["-NoProfile", "-Command", &show]).output().success();
    let version = env!("CARGO_PKG_VERSION");
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    assert_eq!(output.stdout.trim(), format!("{version}|{version}|PSOAuthHelper|psoauthhelper.dll|{major}"));
}
