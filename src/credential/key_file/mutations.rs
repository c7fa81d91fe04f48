//! Thousands of damaged files: whatever they hold, they are refused and nothing panics.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, InnerIvInit, KeyInit};
use der::asn1::ObjectIdentifier;
use psoauth_test_support::Identity as Made;
use ring::{digest, hmac, pbkdf2};

use super::*;
use crate::credential::asn1;
use crate::credential::encryption::{Purpose, pkcs12_derive};

const MUTATIONS: usize = 20_000;
const PASSWORD: &str = "p";
const SALT: &[u8] = b"12345678";
const IV: [u8; 16] = [7; 16];

/// A value of DER: its tag, its length, and its contents one after the other.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = contents.len().to_be_bytes();
    let length = &length[length.iter().position(|byte| *byte > 0).unwrap_or(length.len() - 1)..];
    let mut value = vec![tag];
    if length.len() > 1 || length[0] > 0x7f {
        value.push(0x80 | length.len() as u8);
    }
    value.extend_from_slice(length);
    value.extend(contents);
    value
}

fn sequence(contents: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, contents)
}

fn oid(text: &str) -> Vec<u8> {
    tlv(6, &[ObjectIdentifier::new_unwrap(text).as_bytes()])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(4, &[bytes])
}

/// `number`, below 128.
fn integer(number: u8) -> Vec<u8> {
    tlv(2, &[&[number]])
}

/// PBES2 with one round of PBKDF2, and what it makes of `plain`.
fn encrypted(plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let prf = sequence(&[&oid("1.2.840.113549.2.9"), &[5, 0]]);
    let kdf = sequence(&[&octets(SALT), &integer(1), &prf]);
    let kdf = sequence(&[&oid("1.2.840.113549.1.5.12"), &kdf]);
    let cipher = sequence(&[&oid("2.16.840.1.101.3.4.1.42"), &octets(&IV)]);
    let algorithm = sequence(&[&oid("1.2.840.113549.1.5.13"), &sequence(&[&kdf, &cipher])]);

    let mut key = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, 1.try_into().unwrap(), SALT, PASSWORD.as_bytes(), &mut key);
    let mut buffer = [plain, &[0; 16]].concat();
    let mode = Encryptor::inner_iv_slice_init(Aes256::new_from_slice(&key).unwrap(), &IV).unwrap();
    let length = mode.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap().len();
    buffer.truncate(length);
    (algorithm, buffer)
}

fn encrypted_key(pkcs8: &[u8]) -> Vec<u8> {
    let (algorithm, ciphertext) = encrypted(pkcs8);
    sequence(&[&algorithm, &octets(&ciphertext)])
}

fn bag(kind: &str, value: &[u8]) -> Vec<u8> {
    sequence(&[&oid(&format!("1.2.840.113549.1.12.10.1.{kind}")), &tlv(0xa0, &[value])])
}

fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[&oid("1.2.840.113549.1.7.1"), &tlv(0xa0, &[&octets(content)])])
}

/// A PFX file with an encrypted key or a plain one, encrypted certificates or plain ones, with a check or without.
fn pfx(pkcs8: &[u8], certificate: &[u8], is_encrypted: bool, is_checked: bool) -> Vec<u8> {
    let certificate = sequence(&[&oid("1.2.840.113549.1.9.22.1"), &tlv(0xa0, &[&octets(certificate)])]);
    let certificates = sequence(&[&bag("3", &certificate)]);
    let (key, certificates) = if is_encrypted {
        let (algorithm, ciphertext) = encrypted(&certificates);
        let content = sequence(&[&oid("1.2.840.113549.1.7.1"), &algorithm, &tlv(0x80, &[&ciphertext])]);
        let content = tlv(0xa0, &[&sequence(&[&integer(0), &content])]);
        (bag("2", &encrypted_key(pkcs8)), sequence(&[&oid("1.2.840.113549.1.7.6"), &content]))
    } else {
        (bag("1", pkcs8), data(&certificates))
    };
    let safes = sequence(&[&certificates, &data(&sequence(&[&key]))]);
    let mac = if is_checked { mac(&safes) } else { Vec::new() };
    sequence(&[&integer(3), &data(&safes), &mac])
}

fn mac(safes: &[u8]) -> Vec<u8> {
    let password = Password::new(PASSWORD);
    let key = pkcs12_derive(&digest::SHA256, Purpose::Mac, &password.utf16, SALT, NonZeroU32::MIN, 32);
    let code = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), safes);
    let algorithm = sequence(&[&oid("2.16.840.1.101.3.4.2.1"), &[5, 0]]);
    sequence(&[&sequence(&[&algorithm, &octets(code.as_ref())]), &octets(SALT), &integer(1)])
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into_bytes()
}

struct Samples {
    /// Files that open, each with whether it has a certificate.
    files: Vec<(Vec<u8>, bool)>,
    /// What stands in them, as DER.
    parts: Vec<Vec<u8>>,
}

fn samples() -> Samples {
    let made = Made::self_signed(&["client"]);
    let sections = pem::sections(made.pem()).expect("PEM");
    let pkcs8 = sections.iter().find(|section| section.label == "PRIVATE KEY").expect("a key").der.clone();
    let certificate = made.certificate();

    // rcgen writes EC keys on P-256; the key inside lacks its curve there, and has it in a file of its own.
    let mut info = asn1::members(&pkcs8).expect("PKCS#8");
    let _version: u8 = der::Reader::decode(&mut info).expect("a version");
    asn1::algorithm(&mut info).expect("an algorithm");
    let mut inner = asn1::members(asn1::octets(&mut info).expect("a key")).expect("SEC 1");
    let _version: u8 = der::Reader::decode(&mut inner).expect("a version");
    let private = octets(asn1::octets(&mut inner).expect("a number"));
    let public = der::Reader::tlv_bytes(&mut inner).expect("the public half");
    let curve = tlv(0xa0, &[&oid("1.2.840.10045.3.1.7")]);
    let sec1 = sequence(&[&integer(1), &private, &curve, public]);

    let with_certificate = |key: Vec<u8>| ([key, pem("CERTIFICATE", certificate)].concat(), true);
    let mut files = vec![
        (pem("PRIVATE KEY", &pkcs8), false),
        (pem("EC PRIVATE KEY", &sec1), false),
        with_certificate(pem("PRIVATE KEY", &pkcs8)),
        with_certificate(pem("ENCRYPTED PRIVATE KEY", &encrypted_key(&pkcs8))),
    ];
    for (is_encrypted, is_checked) in [(false, false), (true, false), (false, true), (true, true)] {
        files.push((pfx(&pkcs8, certificate, is_encrypted, is_checked), true));
    }
    let parts = vec![pkcs8.to_vec(), sec1, encrypted_key(&pkcs8), rsa(), certificate.to_vec()];
    Samples { files, parts }
}

/// An RSA key of the right form, which is none: its numbers do not belong together.
fn rsa() -> Vec<u8> {
    let number = |length: usize| tlv(2, &[&[0], &vec![0xb5; length]]);
    let half = number(128);
    let exponent = tlv(2, &[&[1, 0, 1]]);
    let rest = [half.as_slice(); 5].concat();
    sequence(&[&integer(0), &number(256), &exponent, &number(255), &rest])
}

/// Opens what `bytes` are in every way; whether it is a key, and whether it is a certificate with one.
fn open(bytes: &[u8]) -> (bool, bool) {
    let mut copy = SecretBytes::default();
    copy.extend(bytes);
    let password = Text::from(PASSWORD);
    let file = KeyFile { bytes: Arc::new(copy), ..KeyFile::new("file", &"path".into(), &password) };
    let _ = file.assertion();
    let is_key = file.private_key().is_ok_and(|key| key.signing.public_key().is_some());
    (is_key, file.identity().is_ok_and(|identity| !identity.sha1().is_empty()))
}

/// Takes `der` for each of the things that stand in files, with no base64 or encryption before it.
fn take_apart(key: &PrivateKey, der: &[u8]) {
    let _ = (PrivateKey::from_pkcs8(der), PrivateKey::from_sec1(der), PrivateKey::from_pkcs1(der));
    let _ = pfx::decrypt_key(der, &Password::new(PASSWORD));
    let _ = certificate::chain(key, &[der.to_vec()]);
}

/// Numbers that look random and are the same each time (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }

    /// Gives another length to the next thing that may be a value of DER.
    fn shorten(&mut self, bytes: &mut [u8], from: usize) {
        let tags = [2, 3, 4, 5, 6, 0x30, 0x80, 0xa0];
        let tag = bytes[from..].iter().position(|byte| tags.contains(byte));
        if let Some(length) = tag.and_then(|tag| bytes.get_mut(from + tag + 1)) {
            *length = [0, 0, 0, 1, 2, 0x80, 0x81, 0x84][self.below(8)];
        }
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        let end = (at + 1 + self.below(16)).min(bytes.len());
        match self.below(10) {
            _ if bytes.is_empty() => bytes.push(self.below(256) as u8),
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes[at] = [0, 1, 0x30, 0x7f, 0x80, 0x84, 0xa0, 0xff][self.below(8)],
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.extend_from_within(at..end),
            5 => bytes.insert(at, self.below(256) as u8),
            6..=8 => self.shorten(bytes, at),
            _ => {
                let from = self.below(other.len());
                let to = (from + 1 + self.below(64)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
        }
    }
}

#[test]
fn damaged_files_are_refused_without_a_panic() {
    let Samples { files, parts } = samples();
    for (index, (sample, has_certificate)) in files.iter().enumerate() {
        assert_eq!(open(sample), (true, *has_certificate), "sample {index}");
    }
    let key = PrivateKey::from_pkcs8(&parts[0]).expect("a key");
    let mut all: Vec<_> = files.into_iter().map(|(sample, _)| sample).collect();
    all.push(pem("RSA PRIVATE KEY", &rsa()));
    all.extend(parts);

    let mut numbers = Numbers(0x5eed);
    let mut refused = 0;
    for turn in 0..MUTATIONS {
        let mut bytes = all[turn % all.len()].clone();
        for _ in 0..=numbers.below(4) {
            let other = numbers.below(all.len());
            numbers.mutate(&mut bytes, &all[other]);
        }
        let opened = catch_unwind(AssertUnwindSafe(|| {
            take_apart(&key, &bytes);
            open(&bytes)
        }));
        let (is_key, is_identity) = opened.unwrap_or_else(|_| panic!("turn {turn}: {}", STANDARD.encode(&bytes)));
        refused += usize::from(!is_key && !is_identity);
    }
    assert!(refused > MUTATIONS / 2, "{refused} of {MUTATIONS} refused: is anything damaged at all?");
}
