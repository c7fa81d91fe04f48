//! The C package: header, libraries, and what pkg-config and CMake find them by. All of it may lie in any folder.
//!
//! cargo-c would do most of it, but contains all of cargo: CONTRIBUTING.md has the figures.

use crate::checkout::Checkout;
use crate::files::Files;
use crate::native::Build;
use crate::static_library;

const PKG_CONFIG: &str = include_str!("../c/psoauthhelper.pc.in");
const README: &str = include_str!("../c/README.md");
const CMAKE: &str = include_str!("../c/psoauthhelper-config.cmake.in");
const CMAKE_VERSION: &str = include_str!("../c/psoauthhelper-config-version.cmake.in");

/// What the libraries are called on one kind of system: by rustc, and in the package.
struct Names {
    shared: (&'static str, String),
    archive: (&'static str, &'static str),
    /// The name that linkers look for: a link to the shared library.
    link: Option<(&'static str, String)>,
    /// What a program for Windows links for the shared library.
    import: Option<(&'static str, &'static str)>,
}

/// The package's files.
///
/// # Errors
/// A file cannot be read.
pub fn files(checkout: &Checkout, build: &Build, notices: &str) -> Result<Files, String> {
    let names = Names::of(&checkout.host, checkout.abi_version()?);
    let mut files = Files::default();
    files.copy("include/psoauthhelper.h", &checkout.root.join("include/psoauthhelper.h"))?;
    files.copy(&names.shared.1, &build.folder.join(names.shared.0))?;
    match checkout.host.contains("linux") {
        true => files.add(names.archive.1, static_library::elf(&build.folder, &checkout.header()?)?),
        false => files.copy(names.archive.1, &build.folder.join(names.archive.0))?,
    }
    if let Some((import, packaged)) = names.import {
        files.copy(packaged, &build.folder.join(import))?;
    }
    if let Some((link, to)) = &names.link {
        files.add_link(*link, to);
    }

    let fill = |template: &str| {
        let values = [
            ("@VERSION@", checkout.version.as_str()),
            ("@MAJOR@", checkout.version.split('.').next().unwrap_or_default()),
            ("@DESCRIPTION@", &checkout.description),
            ("@SYSTEM_LIBRARIES@", &build.system_libraries),
            ("@SHARED@", &names.shared.1),
            ("@IMPORT@", &names.import.map(|(_, packaged)| import_property(packaged)).unwrap_or_default()),
            ("@STATIC@", names.archive.1),
        ];
        values.iter().fold(template.replace("\r\n", "\n"), |text, (name, value)| text.replace(name, value))
    };
    files.add("lib/pkgconfig/psoauthhelper.pc", fill(PKG_CONFIG));
    files.add("lib/cmake/psoauthhelper/psoauthhelper-config.cmake", fill(CMAKE));
    files.add("lib/cmake/psoauthhelper/psoauthhelper-config-version.cmake", fill(CMAKE_VERSION));

    let documents = "share/doc/psoauthhelper";
    files.add(format!("{documents}/README.md"), README.replace("\r\n", "\n"));
    for document in ["LICENSE", "CHANGELOG.md"] {
        files.copy(format!("{documents}/{document}"), &checkout.root.join(document))?;
    }
    files.add(format!("{documents}/THIRD-PARTY-NOTICES.txt"), notices);
    files.copy_folder(&format!("{documents}/examples"), &checkout.root.join("examples/c"))?;
    Ok(files)
}

/// The line of CMake's for the import library.
fn import_property(packaged: &str) -> String {
    format!("\n    IMPORTED_IMPLIB \"${{_psoauthhelper_prefix}}/{packaged}\"")
}

impl Names {
    fn of(target: &str, abi_version: u32) -> Self {
        if target.ends_with("windows-msvc") {
            return Self {
                shared: ("psoauthhelper.dll", "bin/psoauthhelper.dll".to_owned()),
                archive: ("psoauthhelper.lib", "lib/psoauthhelper_static.lib"),
                link: None,
                import: Some(("psoauthhelper.dll.lib", "lib/psoauthhelper.lib")),
            };
        }
        if target.ends_with("windows-gnu") {
            return Self {
                shared: ("psoauthhelper.dll", "bin/psoauthhelper.dll".to_owned()),
                archive: ("libpsoauthhelper.a", "lib/libpsoauthhelper.a"),
                link: None,
                import: Some(("libpsoauthhelper.dll.a", "lib/libpsoauthhelper.dll.a")),
            };
        }
        let (built, versioned) = match target.ends_with("darwin") {
            true => ("libpsoauthhelper.dylib", format!("libpsoauthhelper.{abi_version}.dylib")),
            false => ("libpsoauthhelper.so", format!("libpsoauthhelper.so.{abi_version}")),
        };
        let link = match target.ends_with("darwin") {
            true => "lib/libpsoauthhelper.dylib",
            false => "lib/libpsoauthhelper.so",
        };
        Self {
            shared: (built, format!("lib/{versioned}")),
            archive: ("libpsoauthhelper.a", "lib/libpsoauthhelper.a"),
            link: Some((link, versioned)),
            import: None,
        }
    }
}
