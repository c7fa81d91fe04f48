//! Why a key or certificate cannot be used.

use std::borrow::Cow;

/// What is wrong with a file of keys or certificates.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not built as it should be.
    Damaged,
    /// It does not open with this password, or with none.
    WrongPassword,
    /// Anything else, as the rest of a sentence about the file.
    Other(Cow<'static, str>),
}

impl Fault {
    /// The file is encrypted or made in a way that this library does not know; `what` names it.
    pub fn unsupported(what: impl std::fmt::Display) -> Self {
        Self::Other(format!("uses {what}, which is not supported").into())
    }

    /// The fault as the rest of a sentence about the file; `with_password` tells whether there was one.
    pub fn explain(&self, with_password: bool) -> &str {
        match self {
            Self::Damaged => "is damaged, or is something else than it seems",
            Self::WrongPassword if with_password => "does not open with the password given: it is wrong",
            Self::WrongPassword => "is encrypted, and the request gives no password for it",
            Self::Other(reason) => reason,
        }
    }
}

// der's own words would show what it read.
impl From<der::Error> for Fault {
    fn from(_: der::Error) -> Self {
        Self::Damaged
    }
}
