//! The C header, as tests read it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::tools::workspace;

/// Where it lies.
pub fn path() -> PathBuf {
    workspace().join("include/psoauthhelper.h")
}

/// Its text.
///
/// # Panics
/// When it cannot be read.
pub fn text() -> String {
    fs::read_to_string(path()).expect("the header is readable")
}

/// The names of the functions that it declares.
///
/// # Panics
/// When it cannot be read.
pub fn functions() -> BTreeSet<String> {
    declared(&text())
}

/// The names before a parameter list, in declarations.
fn declared(header: &str) -> BTreeSet<String> {
    let declarations = header.split("\nPSOAUTH_API").skip(1).filter_map(|rest| rest.split_once('('));
    let names = declarations.filter_map(|(before, _)| before.rsplit([' ', '*', '\n']).next());
    names.filter(|name| name.starts_with("psoauth_")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_from_all_else() {
        let header = "#define PSOAUTH_API\n/* psoauth_c(d) */\nPSOAUTH_API\nint psoauth_a(void);\n\nPSOAUTH_API const char *psoauth_b(int x,\n int y);\n";
        assert_eq!(declared(header), BTreeSet::from(["psoauth_a".to_owned(), "psoauth_b".to_owned()]));
    }
}
