//! The C# package.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checkout::{Checkout, run};
use crate::files::Files;
use crate::native::Library;
use crate::nuget::Manifest;

/// The .NET SDK: `dotnet` on PATH, then in `../shared/bin` beside the checkout.
///
/// # Errors
/// There is none.
pub fn sdk(checkout: &Checkout) -> Result<PathBuf, String> {
    let places = [PathBuf::from("dotnet"), checkout.root.join("../shared/bin/dotnet")];
    let works = |dotnet: &PathBuf| run(Command::new(dotnet).arg("--version")).is_ok();
    places.into_iter().find(works).ok_or_else(|| "it needs the .NET SDK, and dotnet is not on PATH".to_owned())
}

/// Builds the class library for each of its frameworks.
///
/// # Errors
/// The build fails, or a file cannot be read.
pub fn files(checkout: &Checkout, dotnet: &Path, libraries: &[Library], notices: &str) -> Result<Files, String> {
    let artifacts = checkout.builds().join("dotnet");
    let mut build = Command::new(dotnet);
    build.current_dir(&checkout.root).args(["build", "csharp/PSOAuthHelper/PSOAuthHelper.csproj", "--no-incremental"]);
    build.args(["--configuration", "Release", "--artifacts-path"]).arg(&artifacts);
    build.arg(format!("-p:PathMap={}=/psoauthhelper", checkout.root.display()));
    // Without what git says of the checkout, an unpacked source archive gives the same bytes.
    run(build.args(["-p:DebugType=embedded", "-p:EnableSourceControlManagerQueries=false"]))?;

    let mut files = Files::default();
    for framework in ["netstandard2.0", "net10.0"] {
        let built = artifacts.join("bin/PSOAuthHelper").join(format!("release_{framework}"));
        for file in ["PSOAuthHelper.dll", "PSOAuthHelper.xml"] {
            files.copy(format!("lib/{framework}/{file}"), &built.join(file))?;
        }
    }
    for library in libraries {
        files.copy(library.packaged(), &library.path)?;
    }
    files.copy("README.md", &checkout.root.join("README.md"))?;
    files.copy("LICENSE", &checkout.root.join("LICENSE"))?;
    files.add("THIRD-PARTY-NOTICES.txt", notices);
    Ok(files)
}

/// What the package says. The module has the name PSOAuthHelper.
pub fn manifest(checkout: &Checkout) -> Manifest {
    Manifest {
        id: "PSOAuthHelper.Client".to_owned(),
        version: checkout.version.clone(),
        authors: "PSOAuthHelper contributors".to_owned(),
        description:
            "OAuth 2.0 tokens from a token endpoint (RFC 6749): a class library over the native library psoauthhelper"
                .to_owned(),
        copyright: "(c) PSOAuthHelper contributors. MIT License.".to_owned(),
        tags: ["OAuth", "OAuth2", "Token", "Entra", "Authentication"].map(str::to_owned).to_vec(),
        license: Some("MIT"),
        readme: Some("README.md"),
        frameworks: &[".NETStandard2.0", "net10.0"],
    }
}
