//! Writes the C header, and links the library so that it is never unloaded.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    for input in ["build.rs", "cbindgen.toml", "src/ffi", "include/psoauthhelper.h"] {
        println!("cargo::rerun-if-changed={input}");
    }
    write_header(&root);
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os != "windows" && os != "macos") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
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
