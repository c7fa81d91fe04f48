//! Files that a request names.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::SecretBytes;

/// The largest file of keys or certificates that is read, in bytes.
pub(crate) const LARGEST_FILE: usize = 1 << 20;

/// The whole file at `path`, which is `what` to the caller. It blocks.
///
/// A pipe or a device is refused: it could keep one of the process's few threads that read and look up names for ever.
///
/// # Errors
/// `Status::InvalidArgument` with the path, for a file of more than `largest` bytes too.
pub(crate) fn read(what: &str, path: &str, largest: usize) -> Result<SecretBytes, Error> {
    read_at_most(path, largest).map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::NotFound => "does not exist".into(),
            // Windows opens no folder.
            ErrorKind::PermissionDenied if Path::new(path).is_dir() => "is no file".into(),
            ErrorKind::PermissionDenied => "may not be read by this user".into(),
            ErrorKind::InvalidInput => "is no file".into(),
            ErrorKind::FileTooLarge => format!("is larger than {largest} bytes"),
            _ => format!("cannot be read: {error}"),
        };
        Error::invalid(format!("The {what} {path} {reason}."))
    })
}

fn read_at_most(path: &str, largest: usize) -> io::Result<SecretBytes> {
    let file = open(path)?;
    if !file.metadata()?.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let mut file = file.take(largest as u64 + 1);
    let mut bytes = SecretBytes::with_capacity(4096);
    let mut chunk = Zeroizing::new([0; 4096]);
    loop {
        match file.read(&mut *chunk) {
            Ok(0) if bytes.len() > largest => return Err(ErrorKind::FileTooLarge.into()),
            Ok(0) => return Ok(bytes),
            Ok(length) => bytes.extend(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Opens without waiting for whoever writes to a pipe.
fn open(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    options.open(path)
}
