//! `cargo xtask dist`: all packages of a checkout.

use std::path::{Path, PathBuf};
use std::{fs, slice};

use crate::checkout::Checkout;
use crate::files::Files;
use crate::native::Library;
use crate::{c_package, client, legal, module, native, nuget};

const SUMS: &str = "SHA256SUMS";

/// What the command line asks for.
#[derive(Default)]
pub struct Options {
    output: Option<PathBuf>,
    libraries: Vec<Library>,
}

/// What was made, and what was not.
struct Outcome {
    files: Files,
    missing: Vec<String>,
}

impl Options {
    /// Reads the arguments behind `dist`.
    ///
    /// # Errors
    /// One is unknown or wrong.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        for pair in arguments.chunks(2) {
            match pair {
                [name, value] if name == "--output" => options.output = Some(value.into()),
                [name, value] if name == "--library" => options.libraries.push(Library::parse(value)?),
                _ => return Err(format!("dist takes --output FOLDER and --library RID=PATH, not {}", pair.join(" "))),
            }
        }
        Ok(options)
    }
}

/// Makes the packages and says what was made and what was not, with the reason.
///
/// # Errors
/// The native library cannot be built, or a file not be read or written.
pub fn run(options: &Options) -> Result<(), String> {
    let checkout = Checkout::open()?;
    let output = options.output.clone().unwrap_or_else(|| checkout.root.join("dist"));
    make_room(&output)?;
    let outcome = make(&checkout, &options.libraries)?;
    let written = outcome.files.write_folder(&output).and_then(|()| fs::write(output.join(SUMS), outcome.files.sums()));
    written.map_err(|error| format!("{}: {error}", output.display()))?;
    for path in outcome.files.paths().filter(|path| !path.contains('/')) {
        println!("made {path}");
    }
    println!("made PSOAuthHelper/{}", checkout.version);
    for missing in outcome.missing {
        println!("not made: {missing}");
    }
    Ok(())
}

fn make(checkout: &Checkout, given: &[Library]) -> Result<Outcome, String> {
    let build = native::build(checkout)?;
    let mut libraries = vec![build.library.clone()];
    libraries.extend_from_slice(given);
    if native::missing(&libraries).any(|rid| rid == "win-x64") {
        libraries.extend(native::windows(checkout).ok());
    }
    libraries.sort_by(|one, other| one.rid.cmp(&other.rid));
    if let Some(pair) = libraries.windows(2).find(|pair| pair[0].rid == pair[1].rid) {
        return Err(format!(
            "there are two libraries of {}: {} and {}",
            pair[0].rid,
            pair[0].path.display(),
            pair[1].path.display()
        ));
    }
    let mut missing: Vec<String> = native::missing(&libraries)
        .map(|rid| format!("library of {rid}: {}", native::why_missing(checkout, rid)))
        .collect();
    let others = native::missing(slice::from_ref(&build.library));
    missing.extend(others.map(|rid| format!("C package of {rid}: it is made where dist runs on such a system")));

    let targets: Vec<&str> = libraries.iter().flat_map(|library| library.targets().iter().copied()).collect();
    let notices = legal::notices(&targets)?;
    let mut files = Files::default();
    files.add("THIRD-PARTY-NOTICES.txt", notices.as_str());

    let module = module::files(checkout, &libraries, &notices)?;
    let manifest = module::manifest(checkout)?;
    files.add_all(&format!("PSOAuthHelper/{}", checkout.version), &module);
    files.add(manifest.file_name(), zip(&nuget::package(&manifest, &module), checkout)?);

    let root = format!("psoauthhelper-{}-{}", checkout.version, checkout.host);
    let package = c_package::files(checkout, &build, &legal::notices(&[&checkout.host])?)?;
    let archive = package.tar_gz(&root, checkout.time).map_err(|error| format!("{root}.tar.gz: {error}"))?;
    files.add(format!("{root}.tar.gz"), archive);

    let manifest = client::manifest(checkout);
    match client::sdk(checkout) {
        Ok(dotnet) => {
            let client = client::files(checkout, &dotnet, &libraries, &notices)?;
            files.add(manifest.file_name(), zip(&nuget::package(&manifest, &client), checkout)?);
        }
        Err(reason) => missing.push(format!("{}: {reason}", manifest.file_name())),
    }
    let bill = format!("psoauthhelper-{}.cdx.json", checkout.version);
    match legal::sbom_tool() {
        Ok(()) => files.add(bill, legal::sbom(checkout)?),
        Err(reason) => missing.push(format!("{bill}: {reason}")),
    }
    Ok(Outcome { files, missing })
}

fn zip(package: &Files, checkout: &Checkout) -> Result<Vec<u8>, String> {
    package.zip(checkout.time).map_err(|error| format!("a package: {error}"))
}

/// Removes what an earlier run left. A folder that dist did not make is left alone.
fn make_room(output: &Path) -> Result<(), String> {
    let is_empty = fs::read_dir(output).is_ok_and(|mut entries| entries.next().is_none());
    if !output.exists() || is_empty {
        return Ok(());
    }
    match output.join(SUMS).is_file() {
        true => fs::remove_dir_all(output).map_err(|error| format!("{}: {error}", output.display())),
        false => Err(format!("{} holds something else than packages", output.display())),
    }
}
