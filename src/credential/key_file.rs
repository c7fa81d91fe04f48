//! Files that hold keys, certificates or assertions.

use std::borrow::Cow;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::assertion::assertion;
use super::certificate;
use super::encryption::Password;
use super::fault::Fault;
use super::identity::Identity;
use super::key::PrivateKey;
use super::{pem, pfx};
use crate::error::Error;
use crate::file::{self, LARGEST_FILE};
use crate::secret::{SecretBytes, Text};

/// The largest file with an assertion that is read, in bytes.
const LARGEST_ASSERTION: usize = 1 << 16;

/// What a file of keys and certificates holds, as DER.
#[derive(Default)]
pub(super) struct Contents {
    pub pkcs8_keys: Vec<Zeroizing<Vec<u8>>>,
    pub other_keys: Vec<PrivateKey>,
    pub certificates: Vec<Vec<u8>>,
}

/// A file with a private key or an assertion.
#[derive(Clone)]
pub(crate) struct KeyFile {
    /// What the file is to the caller, such as "certificate file".
    what: &'static str,
    path: Text,
    /// Empty where there is none.
    password: Text,
    /// In bytes.
    largest: usize,
    /// What the file held when it was read.
    bytes: Arc<SecretBytes>,
}

impl KeyFile {
    /// A file with a key or a certificate that is still to be read.
    pub fn new(what: &'static str, path: &Text, password: &Text) -> Self {
        let (path, password) = (path.clone(), password.clone());
        Self { what, path, password, largest: LARGEST_FILE, bytes: Arc::default() }
    }

    /// A file with an assertion that is still to be read.
    pub fn with_assertion(path: &Text) -> Self {
        Self { largest: LARGEST_ASSERTION, ..Self::new("client assertion file", path, &Text::default()) }
    }

    /// The file with what it holds. It blocks.
    ///
    /// # Errors
    /// `Status::InvalidArgument` with the path.
    pub fn read(self) -> Result<Self, Error> {
        let bytes = Arc::new(file::read(self.what, self.path.as_str(), self.largest)?);
        Ok(Self { bytes, ..self })
    }

    /// What was read.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// The assertion in the file, without the line end behind it.
    ///
    /// # Errors
    /// `Status::InvalidArgument` with the path.
    pub fn assertion(&self) -> Result<Text, Error> {
        let text = std::str::from_utf8(self.bytes()).unwrap_or_default();
        let fault = Fault::Other(Cow::Borrowed("holds no JWT: that is one line of base64url and dots"));
        assertion(text).ok_or_else(|| self.error(&fault))
    }

    /// The private key in the file. Opening an encrypted one takes long.
    ///
    /// # Errors
    /// `Status::InvalidArgument` with the path and what is wrong with the file.
    pub fn private_key(&self) -> Result<PrivateKey, Error> {
        self.open(|mut contents| contents.take_key())
    }

    /// The certificate in the file, with its private key. As with [`private_key`](Self::private_key), it may take long.
    ///
    /// # Errors
    /// As [`private_key`](Self::private_key).
    pub fn identity(&self) -> Result<Identity, Error> {
        self.open(|mut contents| {
            let key = contents.take_key()?;
            if contents.certificates.is_empty() {
                return Err(Fault::Other("has a private key, but no certificate. Put both into one file".into()));
            }
            let chain = certificate::chain(&key, &contents.certificates);
            if chain.is_empty() {
                return Err(Fault::Other("has a certificate and a private key that do not belong together".into()));
            }
            Ok(Identity::new(key, chain))
        })
    }

    fn open<T>(&self, take: impl FnOnce(Contents) -> Result<T, Fault>) -> Result<T, Error> {
        let contents = Contents::read(self.bytes(), self.password.as_str());
        contents.and_then(take).map_err(|fault| self.error(&fault))
    }

    /// What is wrong with the file, for the caller.
    pub fn error(&self, fault: &Fault) -> Error {
        let reason = fault.explain(!self.password.is_empty());
        Error::invalid(format!("The {} {} {reason}.", self.what, self.path.as_str()))
    }
}

impl Contents {
    fn read(bytes: &[u8], password: &str) -> Result<Self, Fault> {
        if pfx::is_pfx(bytes) {
            return pfx::open(bytes, password);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if pem::is_pem(text) => Self::read_pem(text, password),
            _ => Err(Fault::Other("is neither PEM nor PFX".into())),
        }
    }

    fn read_pem(text: &str, password: &str) -> Result<Self, Fault> {
        let (mut contents, password) = (Self::default(), Password::new(password));
        for section in pem::sections(text)? {
            match section.label {
                "CERTIFICATE" => contents.certificates.push(section.der.to_vec()),
                "PRIVATE KEY" => contents.pkcs8_keys.push(section.der),
                "ENCRYPTED PRIVATE KEY" if password.utf8.is_empty() => return Err(Fault::WrongPassword),
                "ENCRYPTED PRIVATE KEY" => contents.pkcs8_keys.push(pfx::decrypt_key(&section.der, &password)?),
                "RSA PRIVATE KEY" => contents.other_keys.push(PrivateKey::from_pkcs1(&section.der)?),
                "EC PRIVATE KEY" => contents.other_keys.push(PrivateKey::from_sec1(&section.der)?),
                _ => {}
            }
        }
        Ok(contents)
    }

    /// The only private key.
    fn take_key(&mut self) -> Result<PrivateKey, Fault> {
        let mut keys = std::mem::take(&mut self.other_keys);
        for pkcs8 in &self.pkcs8_keys {
            keys.push(PrivateKey::from_pkcs8(pkcs8)?);
        }
        match (keys.pop(), keys.is_empty()) {
            (Some(key), true) => Ok(key),
            (Some(_), false) => Err(Fault::Other("has several private keys. Give a file with one".into())),
            (None, _) if self.certificates.is_empty() => Err(Fault::Other("has no private key".into())),
            (None, _) => Err(Fault::Other(
                "has a certificate, but no private key. Put both into one file, or export the PFX with its key".into(),
            )),
        }
    }
}

#[cfg(test)]
mod mutations;
