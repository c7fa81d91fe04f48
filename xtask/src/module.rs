//! The PowerShell module.

use std::path::Path;

use crate::checkout::Checkout;
use crate::files::{Files, read};
use crate::native::Library;
use crate::nuget::Manifest;
use crate::script;

/// The module's files, as they lie in its version's folder.
///
/// # Errors
/// A file cannot be read, or the module's manifest has another version.
pub fn files(checkout: &Checkout, libraries: &[Library], notices: &str) -> Result<Files, String> {
    let mut files = Files::default();
    let module = checkout.root.join("powershell/PSOAuthHelper");
    files.copy_folder("", &module)?;
    files.add("PSOAuthHelper.psm1", script::joined(&module)?);
    for folder in ["functions", "internal"] {
        files.remove_folder(folder);
    }
    // Libraries that someone put there to try the module.
    files.remove_folder("runtimes");
    files.copy("LICENSE", &checkout.root.join("LICENSE"))?;
    files.add("THIRD-PARTY-NOTICES.txt", notices);
    for library in libraries {
        files.copy(library.packaged(), &library.path)?;
    }
    Ok(files)
}

/// What the gallery's package says: what Publish-PSResource would take from the module's manifest.
///
/// # Errors
/// The manifest cannot be read or has another version.
pub fn manifest(checkout: &Checkout) -> Result<Manifest, String> {
    let data = Data::read(&checkout.root.join("powershell/PSOAuthHelper/PSOAuthHelper.psd1"))?;
    if data.value("ModuleVersion") != checkout.version {
        return Err(format!("PSOAuthHelper.psd1 is not version {}", checkout.version));
    }
    let mut tags = data.list("Tags");
    tags.push("PSModule".to_owned());
    tags.extend(data.list("CompatiblePSEditions").iter().map(|edition| format!("PSEdition_{edition}")));
    tags.push("PSIncludes_Function".to_owned());
    for function in data.list("FunctionsToExport") {
        tags.extend([format!("PSFunction_{function}"), format!("PSCommand_{function}")]);
    }
    Ok(Manifest {
        id: "PSOAuthHelper".to_owned(),
        version: checkout.version.clone(),
        authors: data.value("Author"),
        description: data.value("Description"),
        copyright: data.value("Copyright"),
        tags,
        license: None,
        readme: None,
        frameworks: &[],
    })
}

/// A PowerShell data file of the plain form that ours has: `Name = 'value'` and `Name = @('value' ...)`.
struct Data(String);

impl Data {
    fn read(path: &Path) -> Result<Self, String> {
        Ok(Self(String::from_utf8_lossy(&read(path)?).into_owned()))
    }

    fn value(&self, name: &str) -> String {
        quoted(self.after(name).lines().next().unwrap_or_default()).into_iter().next().unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<String> {
        quoted(self.after(name).split(')').next().unwrap_or_default())
    }

    /// What stands behind `Name =`.
    fn after(&self, name: &str) -> &str {
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find('\n') {
            rest = &rest[at + 1..];
            if let Some(value) =
                rest.trim_start().strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix('='))
            {
                return value;
            }
        }
        ""
    }
}

fn quoted(text: &str) -> Vec<String> {
    text.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read() {
        let data = Data(
            "@{\n    Version = '1.2'\n    Names   = @(\n        'a'\n        'b'\n    )\n    Other = 'c'\n}\n"
                .to_owned(),
        );
        assert_eq!(data.value("Version"), "1.2");
        assert_eq!(data.list("Names"), ["a", "b"]);
        assert_eq!(data.list("Missing"), [""; 0]);
    }
}
