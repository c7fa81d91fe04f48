//! A client's certificate with its key.

use std::sync::Arc;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;

use super::certificate::thumbprint;
use super::key::PrivateKey;

/// A certificate with its issuers and its private key. Two are equal where their certificates are: a key fits no other.
#[derive(Clone)]
pub(crate) struct Identity {
    key: PrivateKey,
    chain: Vec<CertificateDer<'static>>,
    sha256: Vec<u8>,
}

impl Identity {
    /// `chain` begins with the certificate of `key`.
    pub(super) fn new(key: PrivateKey, chain: Vec<CertificateDer<'static>>) -> Self {
        let sha256 = thumbprint(&chain[0], &SHA256);
        Self { key, chain, sha256 }
    }

    pub(super) fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The SHA-256 of the certificate.
    pub fn sha256(&self) -> &[u8] {
        &self.sha256
    }

    /// The SHA-1 of the certificate.
    pub fn sha1(&self) -> Vec<u8> {
        thumbprint(&self.chain[0], &SHA1_FOR_LEGACY_USE_ONLY)
    }

    /// What rustls needs to authenticate the client.
    pub fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::new(CertifiedKey::new(self.chain.clone(), self.key.signing.clone()))
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.chain == other.chain
    }
}

impl Eq for Identity {}
