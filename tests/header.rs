//! The header and the library say the same.

use std::collections::BTreeSet;
use std::fs;

use object::{Object, ObjectSymbol};
use psoauth_test_support::{Program, Suite, library, tools};

fn main() {
    Suite::new()
        .test("every_function_of_the_header_is_exported_and_no_other", || assert_eq!(declared(), exported()))
        .with_tool("the_header_compiles_alone_as_c11", tools::c_compiler, |compiler| compile(&compiler, "c", "c11"))
        .with_tool("the_header_compiles_alone_as_cxx17", tools::cxx_compiler, |compiler| {
            compile(&compiler, "c++", "c++17")
        })
        .test("the_header_names_every_number_once", || {
            let names: Vec<_> = defines().into_iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len());
            let numbers = |list: &str| {
                let all = defines().into_iter().filter(|(name, _)| name.starts_with(list));
                let mut numbers: Vec<u32> = all.map(|(_, number)| number).collect();
                numbers.sort_unstable();
                numbers
            };
            for (list, first) in
                [("PSOAUTH_REQUEST_", 1), ("PSOAUTH_OPTION_", 1), ("PSOAUTH_CALL_", 1), ("PSOAUTH_METRIC_", 1)]
            {
                let numbers = numbers(list);
                assert_eq!(numbers, (first..first + numbers.len() as u32).collect::<Vec<_>>(), "{list}");
            }
        })
        .run();
}

fn header() -> String {
    fs::read_to_string(tools::workspace().join("include/psoauthhelper.h")).expect("the header is readable")
}

/// The names before a parameter list, in declarations.
fn declared() -> BTreeSet<String> {
    let header = header();
    let declarations = header.split("PSOAUTH_API").skip(1).filter_map(|rest| rest.split_once('('));
    let names = declarations.filter_map(|(before, _)| before.rsplit([' ', '*', '\n']).next());
    names.filter(|name| name.starts_with("psoauth_")).map(str::to_owned).collect()
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

/// The numbered names of the header, without those of the platform and of the ABI's version.
fn defines() -> Vec<(String, u32)> {
    let header = header();
    let lines = header.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' '));
    lines.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
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
        .arg(tools::workspace().join("include/psoauthhelper.h"))
        .output()
        .success();
}
