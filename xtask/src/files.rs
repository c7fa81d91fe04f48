//! What a package holds, and the forms that it is written in. The same files give the same bytes: they are sorted, and
//! owners, modes and times are fixed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const FILE_MODE: u32 = 0o644;

/// Files by their path, whose parts are separated by `/`.
#[derive(Clone, Default)]
pub struct Files(BTreeMap<String, Content>);

#[derive(Clone)]
enum Content {
    Bytes(Vec<u8>),
    Link(String),
}

impl Files {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), Content::Bytes(bytes.into()));
    }

    /// Adds a symbolic link to a file of the same folder.
    pub fn add_link(&mut self, path: impl Into<String>, to: impl Into<String>) {
        self.0.insert(path.into(), Content::Link(to.into()));
    }

    /// Adds a file from the disk.
    ///
    /// # Errors
    /// When it cannot be read; the error names it.
    pub fn copy(&mut self, path: impl Into<String>, from: &Path) -> Result<(), String> {
        self.add(path, read(from)?);
        Ok(())
    }

    /// Adds a folder with everything in it, below `path`.
    ///
    /// # Errors
    /// When something cannot be read; the error names it.
    pub fn copy_folder(&mut self, path: &str, from: &Path) -> Result<(), String> {
        for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
            let entry = entry.map_err(|error| format!("{}: {error}", from.display()))?;
            let inside = join(path, &entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => self.copy_folder(&inside, &entry.path())?,
                false => self.copy(inside, &entry.path())?,
            }
        }
        Ok(())
    }

    /// Takes a folder out.
    pub fn remove_folder(&mut self, folder: &str) {
        self.0.retain(|path, _| !path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    }

    /// Takes in other files, below `path`.
    pub fn add_all(&mut self, path: &str, other: &Files) {
        let moved = other.0.iter().map(|(inside, content)| (join(path, inside), content.clone()));
        self.0.extend(moved);
    }

    /// The paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The SHA-256 sums, as `sha256sum --check` reads them.
    pub fn sums(&self) -> String {
        let line = |(path, content): (&String, &Content)| match content {
            Content::Bytes(bytes) => {
                let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{sum}  {path}\n")
            }
            Content::Link(_) => String::new(),
        };
        self.0.iter().map(line).collect()
    }

    /// Writes everything into a folder.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write_folder(&self, folder: &Path) -> io::Result<()> {
        for (path, content) in &self.0 {
            let Content::Bytes(bytes) = content else {
                return Err(io::Error::other(format!("{path}: a folder takes no links")));
            };
            let target = folder.join(path);
            fs::create_dir_all(target.parent().expect("it lies in the folder"))?;
            fs::write(target, bytes)?;
        }
        Ok(())
    }

    /// A zip archive.
    ///
    /// # Errors
    /// A link: zip archives have none that every program understands.
    pub fn zip(&self, time: i64) -> io::Result<Vec<u8>> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip_time(time))
            .unix_permissions(FILE_MODE);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in &self.0 {
            let Content::Bytes(bytes) = content else {
                return Err(io::Error::other(format!("{path}: a zip archive takes no links")));
            };
            archive.start_file(path.as_str(), options)?;
            archive.write_all(bytes)?;
        }
        Ok(archive.finish()?.into_inner())
    }

    /// A gzipped tar archive, with everything in the folder `root`.
    ///
    /// # Errors
    /// A path that is too long for tar.
    pub fn tar_gz(&self, root: &str, time: i64) -> io::Result<Vec<u8>> {
        let mut archive = tar::Builder::new(GzBuilder::new().write(Vec::new(), Compression::best()));
        for (path, content) in &self.0 {
            let mut header = tar::Header::new_gnu();
            header.set_mode(FILE_MODE);
            header.set_mtime(time.unsigned_abs());
            let path = join(root, path);
            match content {
                Content::Bytes(bytes) => {
                    header.set_size(bytes.len() as u64);
                    archive.append_data(&mut header, path, bytes.as_slice())?;
                }
                Content::Link(to) => {
                    header.set_entry_type(tar::EntryType::Symlink);
                    header.set_mode(0o777);
                    header.set_size(0);
                    archive.append_link(&mut header, path, to)?;
                }
            }
        }
        archive.into_inner()?.finish()
    }
}

/// A file's bytes.
///
/// # Errors
/// When it cannot be read; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        _ => format!("{folder}/{path}"),
    }
}

/// The date of zip archives for Unix seconds, in UTC: from 1980 on, in steps of two seconds.
fn zip_time(time: i64) -> DateTime {
    let (days, seconds) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let [hour, minute, second] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(|part| part as u8);
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// The Gregorian date of a day, counted from 1970-01-01.
fn civil(days: i64) -> (u16, u8, u8) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut rest) = (1970, days);
    while rest >= 365 + i64::from(is_leap(year)) {
        rest -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    (year as u16, month as u8 + 1, rest as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_818), (2026, 12, 31));
        assert_eq!(civil(47_541), (2100, 3, 1));
    }

    #[test]
    fn a_folder_is_taken_out() {
        let mut files = Files::default();
        for path in ["a/b", "a/c/d", "ab/c", "b/a/c"] {
            files.add(path, "");
        }
        files.remove_folder("a");
        assert_eq!(files.paths().collect::<Vec<_>>(), ["ab/c", "b/a/c"]);
    }

    #[test]
    fn the_order_of_adding_does_not_show() {
        let (mut one, mut other) = (Files::default(), Files::default());
        one.add("a", "1");
        one.add("b/c", "2");
        other.add("b/c", "2");
        other.add("a", "1");
        assert_eq!(one.zip(1_700_000_000).unwrap(), other.zip(1_700_000_000).unwrap());
        assert_eq!(one.tar_gz("r", 1_700_000_000).unwrap(), other.tar_gz("r", 1_700_000_000).unwrap());
    }
}
