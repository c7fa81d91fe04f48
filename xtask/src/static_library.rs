//! The static library without symbols of Rust's: two libraries made by Rust would otherwise not go into one program, and
//! a program could come to depend on what is no part of the ABI.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::checkout::run;
use crate::files::read;

/// The library that rustc left in `folder`, with the functions of `header` as its only symbols. It holds no debug
/// information: that of C and assembly parts has paths of this machine in it. Needs binutils; ELF only.
///
/// # Errors
/// A tool is missing or fails.
pub fn elf(folder: &Path, header: &str) -> Result<Vec<u8>, String> {
    let [linked, hidden, archive] =
        ["psoauth-linked.o", "psoauth.o", "libpsoauthhelper-hidden.a"].map(|name| folder.join(name));
    let mut linker = Command::new("ld");
    // One object of what the functions need.
    linker.args(["-r", "--gc-sections"]).args(functions(header).flat_map(|function| ["-u", function]));
    run(linker.arg("-o").arg(&linked).arg(folder.join("libpsoauthhelper.a")))?;

    let mut objcopy = Command::new("objcopy");
    objcopy.args(["--wildcard", "--keep-global-symbol=psoauth_*", "--strip-debug"]);
    // Bitcode of Rust's standard library, which linkers with a plugin of another LLVM stumble over.
    objcopy.args(["--remove-section=.llvmbc", "--remove-section=.llvmcmd"]);
    run(objcopy.arg(&linked).arg(&hidden))?;

    match fs::remove_file(&archive) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(format!("{}: {error}", archive.display()))?,
        _ => {}
    }
    // D: no times and owners.
    run(Command::new("ar").arg("rcsD").arg(&archive).arg(&hidden))?;
    read(&archive)
}

/// The functions that the header declares.
fn functions(header: &str) -> impl Iterator<Item = &str> {
    let declarations = header.split("\nPSOAUTH_API").skip(1).filter_map(|rest| rest.split_once('('));
    declarations.filter_map(|(before, _)| before.rsplit([' ', '*', '\n']).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found() {
        let header = "#define PSOAUTH_API\n\nPSOAUTH_API uint32_t psoauth_a(void);\n/* b(c) */\nPSOAUTH_API\nconst char *psoauth_b(int c,\n int d);\n";
        assert_eq!(functions(header).collect::<Vec<_>>(), ["psoauth_a", "psoauth_b"]);
    }
}
