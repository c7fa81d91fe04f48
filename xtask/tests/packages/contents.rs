//! What the packages hold and say, and that a second build gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Program, Suite, library, tools};
use serde_json::Value;

use crate::c::Workplace;
use crate::dist::{dist, xtask};

const PLATFORMS: [&str; 5] = ["linux-arm64", "linux-x64", "osx-arm64", "osx-x64", "win-x64"];

pub fn add(suite: Suite) -> Suite {
    suite
        .test("every_platform_is_made_or_listed_with_the_reason", every_platform)
        .test("libraries_from_elsewhere_are_taken_in_once_each", takes_libraries)
        .test("a_folder_of_something_else_is_left_alone", leaves_others_alone)
        .test("the_modules_package_says_what_galleries_read", manifest_of_module)
        .test("the_csharp_package_has_assemblies_and_libraries", contents_of_client)
        .test("no_package_names_a_folder_of_this_machine", no_folder_of_this_machine)
        .with_tool("sums_are_those_of_the_files", || tools::find("sha256sum"), |sha256sum| sums(&sha256sum))
        .with_tool("libraries_show_only_the_abi", binutils, |tools| only_the_abi(&tools))
        .with_tool("the_pc_file_has_the_version", || tools::find("pkg-config"), |pkg_config| pc_file(&pkg_config))
        .with_tool("the_sbom_has_every_crate_with_its_licence", sbom, |bill| every_crate(&bill))
        .with_tool("a_second_build_elsewhere_is_equal", second_build, |git| builds_again(&git))
}

fn every_platform() {
    let reason =
        |what: String| dist().said.lines().find_map(move |line| line.strip_prefix(&format!("not made: {what}: ")));
    for rid in PLATFORMS {
        let native = dist().file("PSOAuthHelper/{}/runtimes").join(rid).join("native");
        assert!(native.is_dir() == reason(format!("library of {rid}")).is_none(), "{rid}: {}", dist().said);
        let is_here = rid == library::runtime_identifier();
        assert!(is_here == reason(format!("C package of {rid}")).is_none(), "{rid}: {}", dist().said);
    }
    assert!(dist().file("PSOAuthHelper/{}/runtimes").join(library::runtime_identifier()).is_dir());
}

fn takes_libraries() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = folder.path().join("built elsewhere");
    fs::write(&library, "the library of another system").expect("a file can be written");
    // After that run: two at a time would write into the same build.
    dist();
    let given = |rid: &str| {
        let program = xtask(&folder.path().join("dist")).arg("--library").arg(format!("{rid}={}", library.display()));
        program.current_dir(tools::workspace()).output()
    };
    let other = if library::runtime_identifier() == "osx-arm64" { "osx-x64" } else { "osx-arm64" };
    let output = given(other).success();
    assert!(!output.stdout.contains(&format!("library of {other}")), "{}", output.stdout);
    let module = folder.path().join("dist/PSOAuthHelper").join(dist().version());
    assert_eq!(read(&module.join(format!("runtimes/{other}/native/libpsoauthhelper.dylib"))), read(&library));

    let refused = given(&library::runtime_identifier());
    assert!(!refused.status.success() && refused.stderr.contains("two libraries"), "{}", refused.stderr);
    let unknown = given("amiga-m68k");
    assert!(!unknown.status.success() && unknown.stderr.contains("amiga-m68k"), "{}", unknown.stderr);
}

fn leaves_others_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("mine"), "").expect("a file can be written");
    let output = xtask(folder.path()).current_dir(tools::workspace()).output();
    assert!(!output.status.success() && output.stderr.contains("something else"), "{}", output.stderr);
    assert!(folder.path().join("mine").is_file());
}

fn manifest_of_module() {
    let folder = unzipped("PSOAuthHelper.{}.nupkg");
    let nuspec = read(&folder.path().join("PSOAuthHelper.nuspec"));
    assert_eq!((element(&nuspec, "id"), element(&nuspec, "version")), ("PSOAuthHelper", dist().version().as_str()));
    for name in ["authors", "description", "copyright"] {
        assert!(!element(&nuspec, name).is_empty(), "{name}");
    }
    let tags: Vec<&str> = element(&nuspec, "tags").split(' ').collect();
    assert!(!tags.contains(&""), "{tags:?}");
    let functions = fs::read_dir(tools::workspace().join("powershell/PSOAuthHelper/functions")).expect("functions");
    let functions = functions.flatten().map(|file| file.path().file_stem().expect("a name").display().to_string());
    let expected = functions.flat_map(|function| [format!("PSFunction_{function}"), format!("PSCommand_{function}")]);
    let expected = expected.chain(["PSModule", "PSEdition_Desktop", "PSEdition_Core", "OAuth"].map(str::to_owned));
    for tag in expected {
        assert!(tags.contains(&tag.as_str()), "{tag} is not in {tags:?}");
    }
}

fn contents_of_client() {
    let folder = unzipped("PSOAuthHelper.Client.{}.nupkg");
    let nuspec = read(&folder.path().join("PSOAuthHelper.Client.nuspec"));
    assert_eq!(element(&nuspec, "version"), dist().version());
    let native = format!("runtimes/{}/native/{}", library::runtime_identifier(), library::file_name());
    for file in [
        "lib/netstandard2.0/PSOAuthHelper.dll",
        "lib/netstandard2.0/PSOAuthHelper.xml",
        "lib/net10.0/PSOAuthHelper.dll",
        "lib/net10.0/PSOAuthHelper.xml",
        "README.md",
        "LICENSE",
        "THIRD-PARTY-NOTICES.txt",
        &native,
    ] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
}

fn no_folder_of_this_machine() {
    let root = tools::workspace().canonicalize().expect("the workspace").display().to_string();
    let home = std::env::home_dir().expect("a home").join(".cargo").display().to_string();
    let (client, c) = (unzipped("PSOAuthHelper.Client.{}.nupkg"), Workplace::new());
    for folder in [client.path(), &c.package, &dist().folder] {
        // What was built elsewhere has names of elsewhere.
        let here = library::runtime_identifier();
        for file in files(folder).into_iter().filter(|file| !is_of_other_platform(file, &here)) {
            let bytes = fs::read(&file).expect("a file");
            for unwanted in [&root, &home] {
                let found = bytes.windows(unwanted.len()).any(|window| window == unwanted.as_bytes());
                assert!(!found, "{} has {unwanted} in it", file.display());
            }
        }
    }
}

fn is_of_other_platform(file: &Path, here: &str) -> bool {
    let mut parts = file.components().map(|part| part.as_os_str().to_string_lossy());
    parts.any(|part| part == "runtimes") && parts.next().is_some_and(|rid| rid != here)
}

fn sums(sha256sum: &Path) {
    let output =
        Program::new(sha256sum).args(["--check", "--strict", "SHA256SUMS"]).current_dir(&dist().folder).output();
    let checked = output.success().stdout.lines().count();
    assert_eq!(checked, files(&dist().folder).len() - 1, "all but the sums themselves");
}

fn binutils() -> Result<[PathBuf; 2], String> {
    match cfg!(target_os = "linux") {
        true => Ok([tools::find("nm")?, tools::find("readelf")?]),
        false => Err("the libraries are no ELF files".to_owned()),
    }
}

fn only_the_abi([nm, readelf]: &[PathBuf; 2]) {
    let work = Workplace::new();
    let symbols = |options: &[&str], file: &str| {
        let output = Program::new(nm).args(options).arg(work.package.join(file)).output().success();
        let names = output.stdout.lines().filter_map(|line| line.split(' ').nth(2)).map(str::to_owned);
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    let shared = symbols(&["-D", "--defined-only"], "lib/libpsoauthhelper.so.1");
    assert_eq!(symbols(&["-g", "--defined-only"], "lib/libpsoauthhelper.a"), shared);
    assert!(shared.len() >= 14 && shared.iter().all(|name| name.starts_with("psoauth_")), "{shared:?}");

    let dynamic = Program::new(readelf).arg("-d").arg(work.package.join("lib/libpsoauthhelper.so")).output().success();
    assert!(dynamic.stdout.contains("soname: [libpsoauthhelper.so.1]"), "{}", dynamic.stdout);
    assert!(dynamic.stdout.contains("NODELETE"), "{}", dynamic.stdout);
}

fn pc_file(pkg_config: &Path) {
    let work = Workplace::new();
    let output = Program::new(pkg_config).args(["--modversion", "psoauthhelper"]);
    let output = output.env("PKG_CONFIG_PATH", work.package.join("lib/pkgconfig")).output().success();
    assert_eq!(output.stdout.trim(), dist().version());
}

/// The bill of materials, or what dist said instead of it.
fn sbom() -> Result<PathBuf, String> {
    let bill = dist().file("psoauthhelper-{}.cdx.json");
    let reason = dist().said.lines().find(|line| line.contains(".cdx.json: ")).unwrap_or("dist says nothing of it");
    if bill.is_file() { Ok(bill) } else { Err(reason.to_owned()) }
}

fn every_crate(bill: &Path) {
    let bill: Value = serde_json::from_str(&read(bill)).expect("JSON");
    assert_eq!(bill["metadata"]["component"]["version"], dist().version());
    let components = bill["components"].as_array().expect("components");
    let without: Vec<_> =
        components.iter().filter(|part| part["licenses"].as_array().is_none_or(Vec::is_empty)).collect();
    assert!(without.is_empty(), "without a licence: {without:?}");

    let notices = read(&dist().file("THIRD-PARTY-NOTICES.txt"));
    let listed: Vec<&str> = notices.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert!(listed.len() > 50, "{listed:?}");
    for line in listed {
        let (name, licence) = line.split_once(": ").expect("a crate and its licence");
        let is_listed = |part: &Value| name == format!("{} {}", text(&part["name"]), text(&part["version"]));
        assert!(components.iter().any(is_listed), "{name} is not in the SBOM");
        assert!(!licence.is_empty(), "{name}");
    }
}

/// It takes as long as a release build from nothing, so that it runs where everything has to.
fn second_build() -> Result<PathBuf, String> {
    match std::env::var_os("PSOAUTH_REQUIRE_TOOLS").is_some_and(|value| value == "1") {
        true => tools::find("git"),
        false => Err("it builds everything again; set PSOAUTH_REQUIRE_TOOLS=1".to_owned()),
    }
}

fn builds_again(git: &Path) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, copy) = (tools::workspace().canonicalize().expect("the workspace"), folder.path().join("elsewhere"));
    let git = |arguments: &[&str]| Program::new(git).args(arguments).current_dir(&root).output().success().stdout;
    let listed = git(&["ls-files", "--cached", "--others", "--exclude-standard"]);
    let windows = "target/windows/x86_64-pc-windows-gnu/release/psoauthhelper.dll";
    let packed = dist().said.contains("not made: library of win-x64");
    for path in listed.lines().chain((!packed).then_some(windows)) {
        let to = copy.join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder can be made");
        fs::copy(root.join(path), to).expect("a file can be copied");
    }

    let output = folder.path().join("dist");
    let again = xtask(&output).current_dir(&copy).env("CARGO_TARGET_DIR", copy.join("target"));
    // Where the copy lies, nothing is found beside the checkout.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dotnet = tools::dotnet().ok().and_then(|dotnet| dotnet.parent().map(Path::to_owned));
    let path = std::env::join_paths(dotnet.into_iter().chain(std::env::split_paths(&path))).expect("it was a path");
    let again = again.env("PATH", path);
    again.env("SOURCE_DATE_EPOCH", git(&["log", "-1", "--format=%ct"]).trim()).output().success();
    assert_eq!(read(&output.join("SHA256SUMS")), read(&dist().folder.join("SHA256SUMS")));
}

fn unzipped(package: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    dist().unzip(package, folder.path());
    folder
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of an XML element that is there once.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let rest = xml.split_once(&format!("<{name}>")).map(|(_, rest)| rest).unwrap_or_default();
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
