//! Writes the C header, links the library so that it is never unloaded, and describes the Windows DLL.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    for input in ["build.rs", "cbindgen.toml", "src/ffi", "include/psoauthhelper.h"] {
        println!("cargo::rerun-if-changed={input}");
    }
    write_header(&root);
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows") => describe_dll(),
        Ok("macos") => {}
        _ => println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete"),
    }
}

/// Gives the DLL the properties that Windows and its inventories show of a file.
fn describe_dll() {
    const DYNAMIC_LINK_LIBRARY: u64 = 2;
    const US_ENGLISH: u16 = 0x0409;
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_version_info(winresource::VersionInfo::FILETYPE, DYNAMIC_LINK_LIBRARY)
        .set_language(US_ENGLISH)
        .set("ProductName", "PSOAuthHelper")
        .set("FileDescription", "PSOAuthHelper: OAuth 2.0 tokens")
        .set("CompanyName", "PSOAuthHelper contributors")
        .set("LegalCopyright", "(c) PSOAuthHelper contributors. MIT License.")
        .set("OriginalFilename", "psoauthhelper.dll");
    resource.compile().expect("windres (GNU) or rc.exe (Windows SDK) compiles the version resource");
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu") {
        // The same sources give the same file.
        println!("cargo::rustc-cdylib-link-arg=-Wl,--no-insert-timestamp");
    }
}

/// Writes the header where it differs from what is there. A source tree that cannot be written to gets by with the
/// header that came with it.
fn write_header(root: &Path) {
    let path = root.join("include/psoauthhelper.h");
    let header = header(root);
    if fs::read_to_string(&path).is_ok_and(|current| current.replace("\r\n", "\n") == header) {
        return;
    }
    if let Err(error) = fs::write(&path, header) {
        println!("cargo::warning=include/psoauthhelper.h is out of date and cannot be written: {error}");
    }
}

fn header(root: &Path) -> String {
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let version = env::var("CARGO_PKG_VERSION").expect("cargo sets it");
    config.after_includes = config.after_includes.map(|text| text.replace("@VERSION@", &version));
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in ["version", "numbers", "request", "call"] {
        builder = builder.with_src(root.join(format!("src/ffi/{source}.rs")));
    }
    let mut header = Vec::new();
    builder.generate().expect("src/ffi is readable").write(&mut header);
    without_safety_sections(&String::from_utf8(header).expect("a header is UTF-8"))
}

/// Leaves out what the comments tell Rust callers alone: C callers have the rules at the top.
fn without_safety_sections(header: &str) -> String {
    let mut kept = Vec::new();
    let mut in_safety = false;
    for line in header.lines() {
        let ends = line.trim() == "*/";
        if line.trim() == "# Safety" {
            in_safety = true;
            // The empty line before the section.
            kept.pop();
        }
        in_safety &= !ends;
        if !in_safety {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}
