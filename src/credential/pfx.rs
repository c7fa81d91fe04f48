//! PFX files: keys and certificates under a password (PKCS#12, RFC 7292).

use der::asn1::ObjectIdentifier;
use der::{Reader, SliceReader};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use super::asn1;
use super::encryption::{self, Password, Purpose};
use super::fault::Fault;
use super::key_file::Contents;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// Whether `bytes` begin as a PFX file does: a SEQUENCE that begins with the version 3.
pub(super) fn is_pfx(bytes: &[u8]) -> bool {
    let version = SliceReader::new(bytes).and_then(|mut reader| asn1::sequence(&mut reader)?.decode::<u8>());
    version == Ok(3)
}

/// The private keys and certificates of a PFX file.
///
/// # Errors
/// [`Fault::WrongPassword`] where the file's integrity check, or without one the decryption, says so.
pub(super) fn open(bytes: &[u8], password: &str) -> Result<Contents, Fault> {
    let mut password = Password::new(password);
    let mut pfx = asn1::members(bytes)?;
    pfx.decode::<u8>()?;
    let mut content = asn1::sequence(&mut pfx)?;
    if content.decode::<ObjectIdentifier>()? != DATA {
        return Err(Fault::unsupported("a signature in place of a password"));
    }
    let safes = asn1::explicit_octets(&mut content)?;
    if !pfx.is_finished() {
        Mac::read(&mut pfx)?.check(safes, &mut password)?;
    }
    let mut contents = Contents::default();
    let mut safes = asn1::members(safes)?;
    while !safes.is_finished() {
        read_safe(asn1::sequence(&mut safes)?, &password, &mut contents)?;
    }
    Ok(contents)
}

/// One `ContentInfo` of the authenticated safe: bags, as they are or encrypted.
fn read_safe(mut safe: SliceReader<'_>, password: &Password<'_>, contents: &mut Contents) -> Result<(), Fault> {
    match safe.decode()? {
        DATA => read_bags(asn1::explicit_octets(&mut safe)?, password, contents),
        ENCRYPTED_DATA => {
            let mut encrypted = asn1::members(asn1::explicit(&mut safe, 0)?)?;
            encrypted.decode::<u8>()?;
            let mut encrypted = asn1::sequence(&mut encrypted)?;
            encrypted.decode::<ObjectIdentifier>()?;
            let algorithm = asn1::algorithm(&mut encrypted)?;
            let bags = encryption::decrypt(&algorithm, asn1::implicit_octets(&mut encrypted, 0)?, password)?;
            read_bags(&bags, password, contents)
        }
        other => Err(Fault::unsupported(format_args!("contents of the kind {other}"))),
    }
}

fn read_bags(bags: &[u8], password: &Password<'_>, contents: &mut Contents) -> Result<(), Fault> {
    let mut bags = asn1::members(bags)?;
    while !bags.is_finished() {
        let mut bag = asn1::sequence(&mut bags)?;
        let (kind, value) = (bag.decode()?, asn1::explicit(&mut bag, 0)?);
        match kind {
            KEY_BAG => contents.pkcs8_keys.push(Zeroizing::new(value.to_vec())),
            SHROUDED_KEY_BAG => contents.pkcs8_keys.push(decrypt_key(value, password)?),
            CERTIFICATE_BAG => contents.certificates.extend(certificate(value)?),
            // Revocation lists, secrets and nested bags are of no use here.
            _ => {}
        }
    }
    Ok(())
}

/// The PKCS#8 key in an `EncryptedPrivateKeyInfo`, which PEM files have too.
pub(super) fn decrypt_key(encrypted: &[u8], password: &Password<'_>) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut encrypted = asn1::members(encrypted)?;
    let algorithm = asn1::algorithm(&mut encrypted)?;
    encryption::decrypt(&algorithm, asn1::octets(&mut encrypted)?, password)
}

/// The certificate in a bag; none where it is of another kind than X.509.
fn certificate(bag: &[u8]) -> der::Result<Option<Vec<u8>>> {
    let mut bag = asn1::members(bag)?;
    let kind: ObjectIdentifier = bag.decode()?;
    let value = asn1::explicit_octets(&mut bag)?;
    Ok((kind == X509_CERTIFICATE).then(|| value.to_vec()))
}

/// The integrity check of a PFX file (RFC 7292 section 4).
struct Mac<'a> {
    hash: ObjectIdentifier,
    expected: &'a [u8],
    salt: &'a [u8],
    iterations: u32,
}

impl<'a> Mac<'a> {
    fn read(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        let mut mac = asn1::sequence(reader)?;
        let mut digest = asn1::sequence(&mut mac)?;
        let (hash, expected) = (asn1::algorithm(&mut digest)?.oid, asn1::octets(&mut digest)?);
        let salt = asn1::octets(&mut mac)?;
        let iterations = if mac.is_finished() { 1 } else { mac.decode()? };
        Ok(Self { hash, expected, salt, iterations })
    }

    /// Checks `content`. Where there is no password, this finds out which spelling of none the writer used.
    fn check(&self, content: &[u8], password: &mut Password<'_>) -> Result<(), Fault> {
        let (hash, hmac) = match self.hash {
            SHA1 => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            SHA256 => (&digest::SHA256, hmac::HMAC_SHA256),
            SHA384 => (&digest::SHA384, hmac::HMAC_SHA384),
            SHA512 => (&digest::SHA512, hmac::HMAC_SHA512),
            other => return Err(Fault::unsupported(format_args!("the integrity check {other}"))),
        };
        let iterations = password.iterations(self.iterations)?;
        let fits = |password: &[u8]| {
            let length = hash.output_len();
            let key = encryption::pkcs12_derive(hash, Purpose::Mac, password, self.salt, iterations, length);
            hmac::verify(&hmac::Key::new(hmac, &key), content, self.expected).is_ok()
        };
        if fits(&password.utf16) {
            return Ok(());
        }
        if password.utf8.is_empty() && fits(&[]) {
            password.utf16.clear();
            return Ok(());
        }
        Err(Fault::WrongPassword)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &[u8] = b"12345678";
    const CONTENT: &[u8] = b"content";

    /// Checks the content against the code that a writer who has `written` for a password puts to it.
    fn check(written: &[u8], password: &mut Password<'_>) -> Result<(), Fault> {
        let two = password.iterations(2).expect("few");
        let key = encryption::pkcs12_derive(&digest::SHA256, Purpose::Mac, written, SALT, two, 32);
        let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), CONTENT);
        Mac { hash: SHA256, expected: code.as_ref(), salt: SALT, iterations: 2 }.check(CONTENT, password)
    }

    #[test]
    fn no_password_is_spelled_in_two_ways() {
        for written in [&[][..], &[0, 0]] {
            let mut password = Password::new("");
            assert_eq!(check(written, &mut password), Ok(()));
            assert_eq!(*password.utf16, written);
        }
        assert_eq!(check(&[0, b'x', 0, 0], &mut Password::new("x")), Ok(()));
        assert_eq!(check(&[], &mut Password::new("x")), Err(Fault::WrongPassword));
        assert_eq!(check(&[0, b'x', 0, 0], &mut Password::new("")), Err(Fault::WrongPassword));
    }

    #[test]
    fn what_would_take_for_ever_is_refused() {
        let too_many = || Fault::unsupported("more than 5000000 rounds of key derivation");
        let check = |iterations, password: &mut Password<'_>| {
            Mac { hash: SHA1, expected: &[], salt: SALT, iterations }.check(CONTENT, password)
        };
        assert_eq!(check(0, &mut Password::new("x")), Err(Fault::Damaged));
        assert_eq!(check(u32::MAX, &mut Password::new("x")), Err(too_many()));
        let mut password = Password::new("x");
        password.iterations(4_999_999).expect("as many as a file may ask for, but one");
        assert_eq!(check(2, &mut password), Err(too_many()));
        assert_eq!(check(1, &mut password), Err(Fault::WrongPassword));
    }

    #[test]
    fn a_pfx_is_known_by_its_version() {
        assert!(is_pfx(&[0x30, 3, 2, 1, 3]));
        for other in [&[][..], b"-----BEGIN", &[0x30], &[0x30, 3, 2, 1, 0], &[0x31, 3, 2, 1, 3], &[0x30, 0x80, 2, 1, 3]]
        {
            assert!(!is_pfx(other), "{other:x?}");
        }
    }
}
