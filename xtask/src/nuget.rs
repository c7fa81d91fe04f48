//! Packages of NuGet's form, which PowerShell's galleries use as well: a zip archive with a manifest (.nuspec) and the
//! parts that the Open Packaging Conventions ask for. `dotnet pack` gives other bytes at each run.

use std::fmt::Write;

use crate::files::Files;

/// What a package says about itself.
pub struct Manifest {
    /// The name that users install it by.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Who made it.
    pub authors: String,
    /// What it is.
    pub description: String,
    /// Who holds the rights.
    pub copyright: String,
    /// What it is found by; without spaces.
    pub tags: Vec<String>,
    /// An SPDX expression. Publish-PSResource writes none.
    pub license: Option<&'static str>,
    /// The path of the page that galleries show.
    pub readme: Option<&'static str>,
    /// The frameworks that it has an assembly for, as NuGet names them.
    pub frameworks: &'static [&'static str],
}

/// The contents with what makes a package of them.
pub fn package(manifest: &Manifest, contents: &Files) -> Files {
    let mut package = contents.clone();
    let nuspec = format!("{}.nuspec", manifest.id);
    let properties = "package/services/metadata/core-properties/properties.psmdcp";
    package.add("[Content_Types].xml", content_types(contents));
    package.add("_rels/.rels", relationships(&nuspec, properties));
    package.add(properties, core_properties(manifest));
    package.add(nuspec, manifest.nuspec());
    package
}

impl Manifest {
    /// The file name of the package.
    pub fn file_name(&self) -> String {
        format!("{}.{}.nupkg", self.id, self.version)
    }

    fn nuspec(&self) -> String {
        let mut metadata = String::new();
        let mut element = |name: &str, value: &str| {
            writeln!(metadata, "    <{name}>{}</{name}>", escape(value)).expect("a String takes it");
        };
        element("id", &self.id);
        element("version", &self.version);
        element("authors", &self.authors);
        element("owners", &self.authors);
        element("requireLicenseAcceptance", "false");
        element("description", &self.description);
        element("copyright", &self.copyright);
        element("tags", &self.tags.join(" "));
        if let Some(readme) = self.readme {
            element("readme", readme);
        }
        if let Some(license) = self.license {
            writeln!(metadata, "    <license type=\"expression\">{license}</license>").expect("a String takes it");
        }
        if !self.frameworks.is_empty() {
            let group = |framework: &&str| format!("      <group targetFramework=\"{framework}\" />\n");
            let groups: String = self.frameworks.iter().map(group).collect();
            writeln!(metadata, "    <dependencies>\n{groups}    </dependencies>").expect("a String takes it");
        }
        format!(
            "{XML}<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\">\n  <metadata>\n{metadata}  \
             </metadata>\n</package>\n"
        )
    }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// The type of each file: by its ending, or by its name where it has none.
fn content_types(contents: &Files) -> String {
    let mut types = vec![
        r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />"#
            .to_owned(),
        r#"<Default Extension="psmdcp" ContentType="application/vnd.openxmlformats-package.core-properties+xml" />"#
            .to_owned(),
        r#"<Default Extension="nuspec" ContentType="application/octet" />"#.to_owned(),
    ];
    for path in contents.paths() {
        let file = path.rsplit('/').next().unwrap_or(path);
        let declared = match file.rsplit_once('.') {
            Some((_, ending)) => format!(r#"<Default Extension="{ending}" ContentType="application/octet" />"#),
            None => format!(r#"<Override PartName="/{path}" ContentType="application/octet" />"#),
        };
        if !types.contains(&declared) {
            types.push(declared);
        }
    }
    let list: String = types.iter().map(|declared| format!("  {declared}\n")).collect();
    format!("{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\n{list}</Types>\n")
}

fn relationships(nuspec: &str, properties: &str) -> String {
    let relationship = |id: &str, kind: &str, target: &str| {
        format!("  <Relationship Type=\"http://schemas.{kind}\" Target=\"/{target}\" Id=\"{id}\" />\n")
    };
    let list = relationship("R1", "microsoft.com/packaging/2010/07/manifest", nuspec)
        + &relationship("R2", "openxmlformats.org/package/2006/relationships/metadata/core-properties", properties);
    let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    format!("{XML}<Relationships xmlns=\"{namespace}\">\n{list}</Relationships>\n")
}

fn core_properties(manifest: &Manifest) -> String {
    let namespaces = "xmlns=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
                      xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
    format!(
        "{XML}<coreProperties {namespaces}>\n  <dc:creator>{}</dc:creator>\n  <dc:description>{}</dc:description>\n  \
         <dc:identifier>{}</dc:identifier>\n  <version>{}</version>\n  <keywords>{}</keywords>\n</coreProperties>\n",
        escape(&manifest.authors),
        escape(&manifest.description),
        escape(&manifest.id),
        escape(&manifest.version),
        escape(&manifest.tags.join(" ")),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
