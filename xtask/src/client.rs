//! The C# package.

use std::process::Command;

use crate::checkout::{Checkout, run};
use crate::files::Files;
use crate::native::Library;
use crate::nuget::Manifest;

/// Builds the class library for each of its frameworks.
///
/// # Errors
/// There is no .NET SDK, or the build fails.
pub fn files(checkout: &Checkout, libraries: &[Library], notices: &str) -> Result<Files, String> {
    let artifacts = checkout.builds().join("dotnet");
    let build = |dotnet: &str| {
        let mut dotnet = Command::new(dotnet);
        dotnet.current_dir(&checkout.root).args(["build", "csharp/PSOAuthHelper/PSOAuthHelper.csproj"]);
        dotnet.args(["--no-incremental", "--configuration", "Release", "--artifacts-path"]).arg(&artifacts);
        dotnet.arg(format!("-p:PathMap={}=/psoauthhelper", checkout.root.display()));
        // Without what git says of the checkout, an unpacked source archive gives the same bytes.
        dotnet.args(["-p:DebugType=embedded", "-p:EnableSourceControlManagerQueries=false"]);
        run(&mut dotnet)
    };
    let beside = checkout.root.join("../shared/bin/dotnet").display().to_string();
    build("dotnet").or_else(|reason| match reason.ends_with("is not on PATH") {
        true => build(&beside).map_err(|_| reason),
        false => Err(reason),
    })?;

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
