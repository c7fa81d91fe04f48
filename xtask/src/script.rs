//! The module's script as it is shipped: one file, for PowerShell takes a millisecond or more to find and read each.

use std::path::Path;

use crate::files::read;

/// With it Windows PowerShell reads a file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What begins a loop of `PSOAuthHelper.psm1` that reads the files that it names.
const LOOP: &str = "foreach ($file in ";

/// `PSOAuthHelper.psm1` of `module`, a folder, with the files that it reads in the place of the loops that read them.
///
/// # Errors
/// A file cannot be read, or the script reads them in another way than in loops of this form:
///
/// ```text
/// foreach ($file in 'First', 'Second') {
///     . ([IO.Path]::Combine($PSScriptRoot, 'folder', "$file.ps1"))
/// }
/// ```
pub fn joined(module: &Path) -> Result<String, String> {
    let script = text(&module.join("PSOAuthHelper.psm1"))?;
    let mut parts = script.split(LOOP);
    let mut joined = String::from(BYTE_ORDER_MARK) + parts.next().unwrap_or_default();
    for part in parts {
        let (names, rest) = part.split_once(") {\n").ok_or("PSOAuthHelper.psm1 has a loop of another form")?;
        let (body, after) = rest.split_once("}\n").ok_or("PSOAuthHelper.psm1 has a loop without an end")?;
        let folder = body.split('\'').nth(1).ok_or("PSOAuthHelper.psm1 has a loop that names no folder")?;
        for name in names.split('\'').skip(1).step_by(2) {
            joined += &text(&module.join(folder).join(format!("{name}.ps1")))?;
            joined.push('\n');
        }
        joined += after;
    }
    match joined.contains("$PSScriptRoot, '") {
        true => Err("PSOAuthHelper.psm1 reads files in a way that is not known".to_owned()),
        false => Ok(joined),
    }
}

fn text(path: &Path) -> Result<String, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{} is not UTF-8", path.display()))?;
    Ok(text.trim_start_matches(BYTE_ORDER_MARK).replace("\r\n", "\n"))
}
