//! Private keys that sign: RSA, and EC on P-256 or P-384.

use std::fmt;
use std::sync::Arc;

use der::asn1::ObjectIdentifier;
use der::{Reader, SliceReader};
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;

use super::asn1;
use super::fault::Fault;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// The lengths of RSA keys that ring signs with, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2047..=4096;

/// What a private key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    Rsa,
    P256,
    P384,
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "an RSA key",
            Self::P256 => "an EC key on P-256",
            Self::P384 => "an EC key on P-384",
        })
    }
}

impl KeyType {
    /// What to say of an algorithm that does not go with the key.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Rsa => "use PS256 or RS256, or leave the algorithm out",
            Self::P256 => "use ES256, or leave the algorithm out",
            Self::P384 => "use ES384, or leave the algorithm out",
        }
    }
}

/// A private key.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    pub key_type: KeyType,
    pub signing: Arc<dyn SigningKey>,
}

impl PrivateKey {
    /// A key in PKCS#8 (RFC 5958).
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Fault> {
        let mut info = asn1::members(der)?;
        info.decode::<u8>()?;
        let (algorithm, key) = (asn1::algorithm(&mut info)?, asn1::octets(&mut info)?);
        match algorithm.oid {
            RSA => Self::from_pkcs1(key),
            EC => {
                let curve = SliceReader::new(algorithm.parameters)?.decode()?;
                Self::new(on_curve(curve)?, PrivateKeyDer::Pkcs8(der.into()))
            }
            other => Err(Fault::Other(
                format!("has a private key of the type {other}. Use an RSA key, or an EC key on P-256 or P-384").into(),
            )),
        }
    }

    /// An RSA key in PKCS#1 (RFC 8017 appendix A.1.2).
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, Fault> {
        let mut numbers = asn1::members(der)?;
        numbers.decode::<u8>()?;
        let (bits, exponent_bits) = (bits(asn1::number(&mut numbers)?), bits(asn1::number(&mut numbers)?));
        if !RSA_BITS.contains(&bits) {
            let limit = if bits < *RSA_BITS.start() { "short: at least 2048" } else { "long: at most 4096" };
            return Err(Fault::Other(
                format!("has an RSA key of {bits} bits, which is too {limit} can be used").into(),
            ));
        }
        if exponent_bits < 17 {
            return Err(Fault::Other("has an RSA key with a public exponent below 65537, which is not safe".into()));
        }
        Self::new(KeyType::Rsa, PrivateKeyDer::Pkcs1(der.into()))
    }

    /// An EC key as SEC 1 has it (RFC 5915).
    pub fn from_sec1(der: &[u8]) -> Result<Self, Fault> {
        let mut key = asn1::members(der)?;
        key.decode::<u8>()?;
        asn1::octets(&mut key)?;
        let curve = SliceReader::new(asn1::explicit(&mut key, 0)?)?.decode()?;
        Self::new(on_curve(curve)?, PrivateKeyDer::Sec1(der.into()))
    }

    fn new(key_type: KeyType, der: PrivateKeyDer<'_>) -> Result<Self, Fault> {
        let signing = any_supported_type(&der).map_err(|_| match key_type {
            KeyType::Rsa => Fault::Damaged,
            _ => Fault::Other(
                "has an EC key that is damaged or lacks its public half. Write it anew with 'openssl pkey'".into(),
            ),
        })?;
        Ok(Self { key_type, signing })
    }

    /// Whether `public_key`, the bits of a certificate's `SubjectPublicKeyInfo`, belongs to this key.
    pub fn fits(&self, public_key: &[u8]) -> bool {
        let own = self.signing.public_key();
        own.is_some_and(|own| public_key_bits(&own).is_ok_and(|own| own == public_key))
    }

    /// Signs with `scheme`; none where it does not fit the key, or the key is damaged.
    pub fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Option<Vec<u8>> {
        self.signing.choose_scheme(&[scheme])?.sign(message).ok()
    }
}

/// The bits of a `SubjectPublicKeyInfo`. Its algorithm is left out: that of one key may be spelled in several ways.
pub(super) fn public_key_bits(spki: &[u8]) -> der::Result<&[u8]> {
    let mut spki = asn1::members(spki)?;
    asn1::sequence(&mut spki)?;
    asn1::bits(&mut spki)
}

fn on_curve(curve: ObjectIdentifier) -> Result<KeyType, Fault> {
    match curve {
        P256 => Ok(KeyType::P256),
        P384 => Ok(KeyType::P384),
        other => Err(Fault::Other(
            format!("has an EC key on the curve {other}. Use a key on P-256 or P-384, or an RSA key").into(),
        )),
    }
}

/// The length in bits of a number, big endian and without leading zeros.
fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| 8 * number.len() - first.leading_zeros() as usize)
}
