//! The C# package, restored by NuGet from a folder of packages.

use std::fs;
use std::path::Path;
use std::time::Duration;

use psoauth_test_support::{Program, Suite, tools};

use crate::dist::dist;
use crate::{CLIENT_ID, CLIENT_SECRET, TOKEN, server};

/// A user's program. It also has NuGet fetch and unpack the module's package, which is of the same form.
const PROJECT: &str = r#"<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <LangVersion>14</LangVersion>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="PSOAuthHelper.Client" Version="{}" />
    <PackageDownload Include="PSOAuthHelper" Version="[{}]" />
  </ItemGroup>
</Project>
"#;

pub fn add(suite: Suite) -> Suite {
    suite.with_tool("the_csharp_package_is_restored_and_gets_tokens", tools::dotnet, |dotnet| gets_tokens(&dotnet))
}

fn gets_tokens(dotnet: &Path) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let packages = folder.path().join("packages");
    let project = folder.path().join("user");
    fs::create_dir(&project).expect("a folder for the project");
    fs::write(project.join("user.csproj"), PROJECT.replace("{}", &dist().version()))
        .expect("the project can be written");
    fs::copy(tools::workspace().join("examples/csharp/console/Program.cs"), project.join("Program.cs"))
        .expect("the example");

    // A cache of its own: the user's may hold another build of the same version.
    let build = Program::new(dotnet).args(["build", "--output", "built"]).env("NUGET_PACKAGES", &packages);
    let build = build.arg(format!("-p:RestoreSources={}", dist().folder.display())).current_dir(&project);
    build.deadline(Duration::from_secs(300)).output().success();
    assert!(packages.join("psoauthhelper").join(dist().version()).join("PSOAuthHelper.psd1").is_file());

    let server = server();
    let run = |secret: &str| {
        let program = Program::new(dotnet).arg(project.join("built/user.dll")).args([&server.url("/token"), CLIENT_ID]);
        program.env("NUGET_PACKAGES", &packages).env("PSOAUTH_CLIENT_SECRET", secret).output()
    };
    assert_eq!(run(CLIENT_SECRET).success().stdout.trim_end(), TOKEN);
    let refused = run("a wrong secret");
    assert_eq!(refused.status.code(), Some(1), "{}", refused.stderr);
}
