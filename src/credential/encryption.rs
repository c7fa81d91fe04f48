//! Encryption by a password: PBES2 (RFC 8018) and the older schemes of PKCS#12 (RFC 7292).

use std::cell::Cell;
use std::num::NonZeroU32;

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, InvalidLength, KeyInit};
use der::asn1::ObjectIdentifier;
use der::{Reader, SliceReader};
use des::TdesEde3;
use rc2::Rc2;
use ring::{digest, pbkdf2};
use zeroize::{Zeroize, Zeroizing};

use super::asn1::{self, Algorithm};
use super::fault::Fault;

/// For all keys of a file. Beyond this, deriving them takes seconds: no tool asks for as many, and a forged file must not.
const MOST_ITERATIONS: u32 = 5_000_000;

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const HMAC_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.7");
const HMAC_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.2.11");
const AES128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
const TRIPLE_DES_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.7");
const SHA1_TRIPLE_DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const SHA1_RC2_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5");
const SHA1_RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");

/// A key, or what it opens.
type Secret = Zeroizing<Vec<u8>>;

/// A file's password in the two spellings that files use.
pub(super) struct Password<'a> {
    pub utf8: &'a str,
    /// UTF-16, big endian, with a closing NUL; some writers give an empty password no bytes at all.
    pub utf16: Zeroizing<Vec<u8>>,
    iterations_left: Cell<u32>,
}

impl<'a> Password<'a> {
    pub fn new(utf8: &'a str) -> Self {
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * utf8.len() + 2));
        for unit in utf8.encode_utf16().chain([0]) {
            utf16.extend_from_slice(&unit.to_be_bytes());
        }
        Self { utf8, utf16, iterations_left: Cell::new(MOST_ITERATIONS) }
    }

    /// Itself, where a derivation may take `iterations` more.
    ///
    /// # Errors
    /// Where the file's keys together ask for more than is reasonable, or one for none.
    pub fn iterations(&self, iterations: u32) -> Result<NonZeroU32, Fault> {
        let Some(left) = self.iterations_left.get().checked_sub(iterations) else {
            return Err(Fault::unsupported(format_args!("more than {MOST_ITERATIONS} rounds of key derivation")));
        };
        self.iterations_left.set(left);
        NonZeroU32::new(iterations).ok_or(Fault::Damaged)
    }
}

/// What a key of PKCS#12's derivation is for (RFC 7292 appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Encryption = 1,
    InitialVector = 2,
    Mac = 3,
}

/// The SEQUENCE that was encrypted.
///
/// # Errors
/// [`Fault::WrongPassword`] where something else comes out.
pub(super) fn decrypt(algorithm: &Algorithm<'_>, ciphertext: &[u8], password: &Password<'_>) -> Result<Secret, Fault> {
    let plain = decrypt_any(algorithm, ciphertext, password)?;
    // One wrong password in 256 leaves bytes that look padded.
    asn1::members(&plain).map_err(|_| Fault::WrongPassword)?;
    Ok(plain)
}

fn decrypt_any(algorithm: &Algorithm<'_>, ciphertext: &[u8], password: &Password<'_>) -> Result<Secret, Fault> {
    let parameters = algorithm.parameters;
    match algorithm.oid {
        PBES2 => pbes2(parameters, ciphertext, password),
        SHA1_TRIPLE_DES => {
            let (key, iv) = pkcs12_key(parameters, 24, password)?;
            cbc(TdesEde3::new_from_slice(&key), &iv, ciphertext)
        }
        SHA1_RC2_128 => {
            let (key, iv) = pkcs12_key(parameters, 16, password)?;
            cbc(rc2(&key), &iv, ciphertext)
        }
        SHA1_RC2_40 => {
            let (key, iv) = pkcs12_key(parameters, 5, password)?;
            cbc(rc2(&key), &iv, ciphertext)
        }
        other => Err(Fault::unsupported(format_args!("the encryption {other}"))),
    }
}

fn pbes2(parameters: &[u8], ciphertext: &[u8], password: &Password<'_>) -> Result<Secret, Fault> {
    let mut parameters = asn1::members(parameters)?;
    let (kdf, cipher) = (asn1::algorithm(&mut parameters)?, asn1::algorithm(&mut parameters)?);
    if kdf.oid != PBKDF2 {
        return Err(Fault::unsupported(format_args!("the key derivation {}", kdf.oid)));
    }
    let iv = asn1::octets(&mut SliceReader::new(cipher.parameters)?)?;
    let key = |length| pbkdf2_key(kdf.parameters, length, password);
    match cipher.oid {
        AES128_CBC => cbc(Aes128::new_from_slice(&key(16)?), iv, ciphertext),
        AES192_CBC => cbc(Aes192::new_from_slice(&key(24)?), iv, ciphertext),
        AES256_CBC => cbc(Aes256::new_from_slice(&key(32)?), iv, ciphertext),
        TRIPLE_DES_CBC => cbc(TdesEde3::new_from_slice(&key(24)?), iv, ciphertext),
        other => Err(Fault::unsupported(format_args!("the encryption {other}"))),
    }
}

fn pbkdf2_key(parameters: &[u8], length: usize, password: &Password<'_>) -> Result<Secret, Fault> {
    let mut parameters = asn1::members(parameters)?;
    let (salt, iterations) = (asn1::octets(&mut parameters)?, parameters.decode()?);
    let _length: Option<u32> = parameters.decode()?;
    let prf = if parameters.is_finished() { HMAC_SHA1 } else { asn1::algorithm(&mut parameters)?.oid };
    let prf = match prf {
        HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
        HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
        HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
        other => return Err(Fault::unsupported(format_args!("the key derivation {other}"))),
    };
    let mut key = Zeroizing::new(vec![0; length]);
    pbkdf2::derive(prf, password.iterations(iterations)?, salt, password.utf8.as_bytes(), &mut key);
    Ok(key)
}

/// Key and initial vector of one of PKCS#12's own schemes, all of which use SHA-1 and blocks of 8 bytes.
fn pkcs12_key(parameters: &[u8], length: usize, password: &Password<'_>) -> Result<(Secret, Secret), Fault> {
    let mut parameters = asn1::members(parameters)?;
    let salt = asn1::octets(&mut parameters)?;
    let iterations = password.iterations(parameters.decode()?)?;
    let derive = |purpose, length| {
        pkcs12_derive(&digest::SHA1_FOR_LEGACY_USE_ONLY, purpose, &password.utf16, salt, iterations, length)
    };
    Ok((derive(Purpose::Encryption, length), derive(Purpose::InitialVector, 8)))
}

/// PKCS#12's own derivation of `length` bytes (RFC 7292 appendix B.2).
pub(super) fn pkcs12_derive(
    hash: &'static digest::Algorithm,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: NonZeroU32,
    length: usize,
) -> Secret {
    let block = hash.block_len();
    let filled = |bytes: &[u8]| bytes.len().div_ceil(block) * block;
    let mut input = Zeroizing::new(Vec::with_capacity(filled(salt) + filled(password)));
    input.extend(salt.iter().cycle().take(filled(salt)));
    input.extend(password.iter().cycle().take(filled(password)));

    let mut derived = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
    while derived.len() < length {
        let mut context = digest::Context::new(hash);
        context.update(&vec![purpose as u8; block]);
        context.update(&input);
        let mut output = context.finish();
        for _ in 1..iterations.get() {
            output = digest::digest(hash, output.as_ref());
        }
        derived.extend_from_slice(output.as_ref());
        let mut addend: Vec<u8> = output.as_ref().iter().copied().cycle().take(block).collect();
        input.chunks_exact_mut(block).for_each(|chunk| add_and_one(chunk, &addend));
        addend.zeroize();
    }
    derived.truncate(length);
    derived
}

/// Adds `addend` and 1 to `number`, both of one length and big endian; what runs over at the top is dropped.
fn add_and_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (digit, addend) in number.iter_mut().zip(addend).rev() {
        carry += u16::from(*digit) + u16::from(*addend);
        *digit = carry as u8;
        carry >>= 8;
    }
}

/// RC2 whose effective key length is that of its key, as PKCS#12 has it.
fn rc2(key: &[u8]) -> Result<Rc2, InvalidLength> {
    Ok(Rc2::new_with_eff_key_len(key, 8 * key.len()))
}

fn cbc<C: BlockCipherDecrypt>(cipher: Result<C, InvalidLength>, iv: &[u8], ciphertext: &[u8]) -> Result<Secret, Fault> {
    let cipher = cipher.map_err(|_| Fault::Damaged)?;
    let mode = Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| Fault::Damaged)?;
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(C::block_size()) {
        return Err(Fault::Damaged);
    }
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    let length = mode.decrypt_padded::<Pkcs7>(&mut plain).map_err(|_| Fault::WrongPassword)?.len();
    plain.truncate(length);
    Ok(plain)
}
