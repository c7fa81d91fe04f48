//! Certificates: which one belongs to a key, and who issued it.

use der::{Reader, Tag};
use ring::digest::{Algorithm, digest};
use rustls::pki_types::CertificateDer;

use super::asn1;
use super::key::{PrivateKey, public_key_bits};

/// A longer chain than this is no chain.
const LONGEST_CHAIN: usize = 10;

/// What of a certificate (RFC 5280) is looked at. The names are DER.
struct Parts<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
    public_key: &'a [u8],
}

/// The certificate of `key` with those of its issuers that `certificates` has, in order; a root that signed itself is
/// left out, for who trusts it has it. Empty where none belongs to the key.
pub(super) fn chain(key: &PrivateKey, certificates: &[Vec<u8>]) -> Vec<CertificateDer<'static>> {
    let parsed: Vec<_> = certificates.iter().filter_map(|der| Some((der, parts(der).ok()?))).collect();
    let mut next = parsed.iter().find(|(_, parts)| key.fits(parts.public_key));
    let mut chain = Vec::new();
    while let Some((der, this)) = next.filter(|_| chain.len() < LONGEST_CHAIN) {
        if chain.is_empty() || this.issuer != this.subject {
            chain.push(CertificateDer::from(der.to_vec()));
        }
        let issued = |(_, parts): &&(_, Parts<'_>)| parts.subject == this.issuer;
        next = if this.issuer == this.subject { None } else { parsed.iter().find(issued) };
    }
    chain
}

/// The hash of a certificate, which names it.
pub(super) fn thumbprint(certificate: &CertificateDer<'_>, hash: &'static Algorithm) -> Vec<u8> {
    digest(hash, certificate).as_ref().to_vec()
}

fn parts(certificate: &[u8]) -> der::Result<Parts<'_>> {
    let mut certificate = asn1::members(certificate)?;
    let mut members = asn1::sequence(&mut certificate)?;
    // The version is [0], and left out of certificates of version 1.
    if Tag::peek(&members)?.is_context_specific() {
        members.tlv_bytes()?;
    }
    let _serial = members.tlv_bytes()?;
    let _signature = members.tlv_bytes()?;
    let issuer = members.tlv_bytes()?;
    let _validity = members.tlv_bytes()?;
    let subject = members.tlv_bytes()?;
    let public_key = public_key_bits(members.tlv_bytes()?)?;
    Ok(Parts { issuer, subject, public_key })
}
