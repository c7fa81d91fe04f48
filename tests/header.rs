//! The header and the library say the same.

use std::collections::BTreeSet;
use std::fs;

use object::{Object, ObjectSymbol};
use psoauth_test_support::{Program, Suite, header, library, tools};

fn main() {
    Suite::new()
        .test("every_function_of_the_header_is_exported_and_no_other", || assert_eq!(header::functions(), exported()))
        .with_tool("the_header_compiles_alone_as_c11", tools::c_compiler, |compiler| compile(&compiler, "c", "c11"))
        .with_tool("the_header_compiles_alone_as_cxx17", tools::cxx_compiler, |compiler| {
            compile(&compiler, "c++", "c++17")
        })
        .test("the_header_has_the_librarys_numbers", || assert_eq!(defined(), numbered()))
        .test("every_list_counts_from_one", || {
            for list in ["PSOAUTH_REQUEST_", "PSOAUTH_OPTION_", "PSOAUTH_CALL_", "PSOAUTH_METRIC_"] {
                let all = numbered().into_iter().filter(|(name, _)| name.starts_with(list));
                let numbers: BTreeSet<u32> = all.map(|(_, number)| number).collect();
                let count = u32::try_from(numbers.len()).expect("a short list");
                assert!(count > 0 && numbers.iter().copied().eq(1..=count), "{list}: {numbers:?}");
            }
        })
        .run();
}

fn exported() -> BTreeSet<String> {
    let bytes = fs::read(library::path()).expect("the library is readable");
    let library = object::File::parse(&*bytes).expect("a library");
    let names: BTreeSet<_> = match library.format() {
        object::BinaryFormat::Elf => library
            .dynamic_symbols()
            .filter(|symbol| symbol.is_definition() && symbol.is_global())
            .map(|symbol| symbol.name().expect("a name").to_owned())
            .collect(),
        _ => library
            .exports()
            .expect("an export table")
            .iter()
            .map(|export| String::from_utf8_lossy(export.name()).trim_start_matches('_').to_owned())
            .collect(),
    };
    names
}

/// The numbered names of the header in order, without that of the ABI's version.
fn defined() -> Vec<(String, u32)> {
    let header = header::text();
    let lines = header.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' '));
    let numbers = lines.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
    let mut numbers: Vec<_> = numbers.filter(|(name, _)| name != "PSOAUTH_ABI_VERSION").collect();
    numbers.sort_unstable();
    numbers
}

/// The constants of src/ffi/numbers.rs in order: `pub const NAME: type = 1;` or `= type(1);`.
fn numbered() -> Vec<(String, u32)> {
    let constants = include_str!("../src/ffi/numbers.rs").split("pub const ").skip(1);
    let mut numbers: Vec<_> = constants
        .map(|constant| {
            let (name, value) = constant.split_once(':').expect("a constant has a type");
            let (value, _) = value.split_once(';').expect("a constant ends");
            let (_, value) = value.rsplit_once(['=', '(']).expect("a constant has a value");
            (name.to_owned(), value.trim_matches([' ', ')']).parse().expect("the value is a number"))
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

fn compile(compiler: &std::path::Path, language: &str, standard: &str) {
    Program::new(compiler)
        .args([
            "-x",
            language,
            &format!("-std={standard}"),
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pedantic",
            "-fsyntax-only",
        ])
        .arg(header::path())
        .output()
        .success();
}
