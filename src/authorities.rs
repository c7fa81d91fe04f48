//! Certificate authorities that a request trusts beside the system's.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::Error;
use crate::file::{self, LARGEST_FILE};
use crate::runtime::blocking;
use crate::secret::Text;

const WHAT: &str = "certificate authority file";

/// Root certificates in the order of their file; none where the system's have to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authorities(Arc<[CertificateDer<'static>]>);

impl Authorities {
    /// Those in the PEM file at `path`, read anew for each call: it may have been replaced. None for an empty path.
    ///
    /// # Errors
    /// `Status::InvalidArgument` with the path and what is wrong with the file.
    pub async fn load(path: &Text) -> Result<Self, Error> {
        if path.is_empty() {
            return Ok(Self::default());
        }
        let path = path.clone();
        blocking(move || Self::read(path.as_str())).await
    }

    fn read(path: &str) -> Result<Self, Error> {
        #[cfg(test)]
        crate::failpoint::hit("file");
        let pem = file::read(WHAT, path, LARGEST_FILE)?;
        certificates(pem.as_ref())
            .map(|certificates| Self(certificates.into()))
            .map_err(|reason| Error::invalid(format!("The {WHAT} {path} {reason}.")))
    }

    /// The certificates.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

/// The certificates in `pem`; or what is wrong with it, as the rest of a sentence about the file.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| "is damaged PEM")?;
    if certificates.is_empty() {
        return Err("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    if certificates.iter().any(|certificate| webpki::anchor_from_trusted_cert(certificate).is_err()) {
        return Err("holds a certificate that is damaged");
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use psoauth_test_support::Authority;

    use super::*;

    #[test]
    fn certificates_are_read_and_other_things_passed_over() {
        let (one, other) = (Authority::new("one"), Authority::new("other"));
        let pem = format!("# roots\n{}\n{}", one.pem(), other.pem());
        assert_eq!(certificates(pem.as_bytes()).expect("two").len(), 2);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let truncated = Authority::new("one").pem().replace("-----END", "-----ENDE");
        let no_certificate = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(truncated.as_bytes()), Err("is damaged PEM"));
        assert_eq!(certificates(b"\x30\x82"), Err("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"));
        let behind_a_sound_one = Authority::new("one").pem().to_owned() + no_certificate;
        for damaged in [no_certificate, behind_a_sound_one.as_str()] {
            assert_eq!(certificates(damaged.as_bytes()), Err("holds a certificate that is damaged"));
        }
    }
}
