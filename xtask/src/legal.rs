//! The licences of the dependencies: their texts, and the software bill of materials.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::checkout::{Checkout, cargo, metadata, path, run, text};

/// Another version of cargo-cyclonedx would write other bytes.
const SBOM_TOOL_VERSION: &str = "0.5.9";

/// The names that licences' files begin with.
const LICENCE_FILES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// The texts of the licences of all crates that are linked into the library for these targets; each text once.
///
/// # Errors
/// A crate comes without a text.
pub fn notices(targets: &[&str]) -> Result<String, String> {
    let platforms: Vec<&str> = targets.iter().flat_map(|target| ["--filter-platform", target]).collect();
    let metadata = metadata(&platforms)?;
    let linked = linked(&metadata)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut users = BTreeMap::<String, Vec<String>>::new();
    let mut crates = String::new();
    for package in packages.filter(|package| linked.contains(&text(&package["id"])) && !package["source"].is_null()) {
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        crates += &format!("{name}: {}\n", text(&package["license"]));
        let texts = licences(path(&package["manifest_path"]).parent().expect("a manifest lies in a folder"));
        if texts.is_empty() {
            return Err(format!("{name} comes without the text of its licence"));
        }
        for licence in texts {
            users.entry(licence).or_default().push(name.clone());
        }
    }
    let line = "-".repeat(80);
    let texts = users.iter().map(|(licence, users)| format!("\n{line}\n{}\n{line}\n\n{licence}\n", users.join("\n")));
    Ok(format!(
        "The native library of PSOAuthHelper is linked with these crates.\n\n{crates}{}",
        texts.collect::<String>()
    ))
}

/// Looks for the tool that writes the bill of materials.
///
/// # Errors
/// It is missing or has another version.
pub fn sbom_tool() -> Result<(), String> {
    let output = run(cargo().args(["cyclonedx", "--version"]));
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    match version.split_whitespace().last() == Some(SBOM_TOOL_VERSION) {
        true => Ok(()),
        false => Err(format!("it needs cargo install --locked cargo-cyclonedx@{SBOM_TOOL_VERSION}")),
    }
}

/// The bill of materials of the crate for all targets, CycloneDX 1.5.
///
/// # Errors
/// The tool fails.
pub fn sbom(checkout: &Checkout) -> Result<String, String> {
    let mut tool = cargo();
    tool.current_dir(&checkout.root).env("SOURCE_DATE_EPOCH", checkout.time.to_string());
    tool.args([
        "cyclonedx",
        "--quiet",
        "--format",
        "json",
        "--spec-version",
        "1.5",
        "--target",
        "all",
        "--no-build-deps",
    ]);
    run(tool.args(["--override-filename", "sbom.cdx"]))?;

    // It writes a file beside each manifest of the workspace.
    let own = checkout.root.join("sbom.cdx.json");
    let bill = fs::read_to_string(&own).map_err(|error| format!("{}: {error}", own.display()))?;
    for folder in ["", "tests/support", "xtask"] {
        let _ = fs::remove_file(checkout.root.join(folder).join("sbom.cdx.json"));
    }
    Ok(bill.replace(&checkout.root.display().to_string(), "/psoauthhelper"))
}

/// The ids of the packages that become part of the library: not those of tests and of build scripts.
///
/// # Errors
/// The library's own package is not among them.
fn linked(metadata: &Value) -> Result<BTreeSet<String>, String> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let nodes: BTreeMap<String, &Value> = nodes.map(|node| (text(&node["id"]), &node["deps"])).collect();
    // An id has a package's name only where its folder has another.
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let root = packages.find(|package| package["name"] == "psoauthhelper").ok_or("cargo knows no psoauthhelper")?;
    let (mut found, mut waiting) = (BTreeSet::new(), vec![text(&root["id"])]);
    while let Some(id) = waiting.pop() {
        let dependencies = nodes[&id].as_array().into_iter().flatten();
        let is_normal = |dependency: &&Value| {
            dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
        };
        if found.insert(id) {
            waiting.extend(dependencies.filter(is_normal).map(|dependency| text(&dependency["pkg"])));
        }
    }
    Ok(found)
}

fn licences(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_licence = |name: &str| LICENCE_FILES.iter().any(|begin| name.to_uppercase().starts_with(begin));
    let files = entries.filter(|entry| entry.path().is_file() && is_licence(&entry.file_name().to_string_lossy()));
    let texts = files.filter_map(|entry| fs::read_to_string(entry.path()).ok());
    texts.map(|licence| licence.replace("\r\n", "\n").trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_linked_is_found_whatever_the_folders_name() {
        for id in ["path+file:///src/psoauthhelper#1.0.0", "path+file:///src/main#psoauthhelper@1.0.0"] {
            let metadata = json!({
                "packages": [{ "name": "tool", "id": "tool" }, { "name": "psoauthhelper", "id": id }],
                "resolve": { "nodes": [
                    { "id": id, "deps": [
                        { "pkg": "linked", "dep_kinds": [{ "kind": null }] },
                        { "pkg": "tested", "dep_kinds": [{ "kind": "dev" }] },
                    ] },
                    { "id": "linked", "deps": [{ "pkg": "deep", "dep_kinds": [{ "kind": "build" }, { "kind": null }] }] },
                    { "id": "deep", "deps": [] },
                    { "id": "tested", "deps": [] },
                ] },
            });
            assert_eq!(linked(&metadata).expect("a library"), ["deep", "linked", id].map(str::to_owned).into());
        }
        assert!(linked(&json!({ "packages": [] })).is_err());
    }
}
