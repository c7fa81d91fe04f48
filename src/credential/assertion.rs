//! Assertions that a client makes of itself: JWTs signed with its private key (RFC 7523 section 3).

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use rustls::SignatureScheme;
use serde::Serialize;
use zeroize::Zeroizing;

use super::asn1;
use super::fault::Fault;
use super::identity::Identity;
use super::key::{KeyType, PrivateKey};
use super::key_file::KeyFile;
use crate::error::{Error, Status};
use crate::secret::Text;

/// How long an assertion may be used, in seconds: some servers take none that lives longer.
const LIFE: u64 = 300;

/// How far an assertion is dated back, in seconds: as far as this machine's clock may be fast. Some servers refuse one
/// that is a minute old.
const DATED_BACK: u64 = 30;

/// How assertions are signed.
#[derive(Clone)]
pub(crate) struct Signing {
    /// By the key where there is none.
    pub algorithm: Option<Algorithm>,
    /// `kid`, left out where it is empty.
    pub key_id: Text,
}

/// A signature algorithm of JOSE (RFC 7518 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Ps256,
    Rs256,
    Es256,
    Es384,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::Ps256, Self::Rs256, Self::Es256, Self::Es384];

    /// The algorithm of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn by_key(key_type: KeyType) -> Self {
        match key_type {
            KeyType::Rsa => Self::Ps256,
            KeyType::P256 => Self::Es256,
            KeyType::P384 => Self::Es384,
        }
    }

    fn fits(self, key_type: KeyType) -> bool {
        self == Self::by_key(key_type) || (self == Self::Rs256 && key_type == KeyType::Rsa)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    /// The same in TLS's words.
    fn scheme(self) -> SignatureScheme {
        match self {
            Self::Ps256 => SignatureScheme::RSA_PSS_SHA256,
            Self::Rs256 => SignatureScheme::RSA_PKCS1_SHA256,
            Self::Es256 => SignatureScheme::ECDSA_NISTP256_SHA256,
            Self::Es384 => SignatureScheme::ECDSA_NISTP384_SHA384,
        }
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kid: &'a str,
    /// SHA-1 of the certificate: the servers that know RS256 alone look a certificate up by this.
    #[serde(skip_serializing_if = "Option::is_none")]
    x5t: Option<String>,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: u64,
    nbf: u64,
    exp: u64,
}

/// Makes assertions with one key.
pub(crate) struct Signer {
    key: PrivateKey,
    algorithm: Algorithm,
    /// The header as it stands in every assertion.
    header: String,
    /// Where the key came from.
    file: KeyFile,
}

impl Signer {
    /// A signer with the key in `file`. Opening an encrypted one takes long.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] where the file cannot be used, or the algorithm does not fit the key.
    pub fn with_private_key(file: KeyFile, signing: &Signing) -> Result<Self, Error> {
        let key = file.private_key()?;
        Self::new(file, key, None, signing)
    }

    /// A signer with the certificate in `file`.
    ///
    /// # Errors
    /// As [`with_private_key`](Self::with_private_key).
    pub fn with_certificate(file: KeyFile, signing: &Signing) -> Result<Self, Error> {
        let identity = file.identity()?;
        Self::new(file, identity.key().clone(), Some(identity), signing)
    }

    fn new(file: KeyFile, key: PrivateKey, identity: Option<Identity>, signing: &Signing) -> Result<Self, Error> {
        let algorithm = signing.algorithm.unwrap_or(Algorithm::by_key(key.key_type));
        if !algorithm.fits(key.key_type) {
            let fault =
                format!("has {}, which does not go with {}: {}", key.key_type, algorithm.name(), key.key_type.cure());
            return Err(file.error(&Fault::Other(fault.into())));
        }
        let identity = identity.as_ref();
        let sha1 = identity.filter(|_| algorithm == Algorithm::Rs256).map(Identity::sha1);
        let header = Header {
            alg: algorithm.name(),
            typ: "JWT",
            kid: signing.key_id.as_str(),
            x5t: sha1.map(|hash| URL_SAFE_NO_PAD.encode(hash)),
            x5t_s256: identity.map(|identity| URL_SAFE_NO_PAD.encode(identity.sha256())),
        };
        Ok(Self { key, algorithm, header: encode(&header), file })
    }

    /// A new assertion that `client_id` is asking, for the server at `audience`. It computes for a millisecond or more.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`] where the key turns out to be damaged, [`Status::Internal`] where the system gives no
    /// random numbers.
    pub fn assertion(&self, client_id: &str, audience: &str) -> Result<Text, Error> {
        let mut random = [0; 16];
        SystemRandom::new().fill(&mut random).map_err(|_| {
            Error::new(Status::Internal, "The system gives no random numbers to sign an assertion with.")
        })?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let from = now.saturating_sub(DATED_BACK);
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: audience,
            jti: &URL_SAFE_NO_PAD.encode(random),
            iat: from,
            nbf: from,
            exp: from + LIFE,
        };
        let message = format!("{}.{}", self.header, encode(&claims));
        // What was just signed is verified too, and a key whose numbers do not belong together found out.
        let signature = self.sign(message.as_bytes()).ok_or_else(|| self.file.error(&Fault::Damaged))?;
        let signature = Zeroizing::new(URL_SAFE_NO_PAD.encode(signature));
        Ok(Zeroizing::new(format!("{message}.{}", *signature)).as_str().into())
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature = self.key.sign(self.algorithm.scheme(), message)?;
        match self.algorithm {
            Algorithm::Ps256 | Algorithm::Rs256 => Some(signature),
            Algorithm::Es256 => fixed(&signature, 32),
            Algorithm::Es384 => fixed(&signature, 48),
        }
    }
}

/// A ready assertion without the white space behind it, such as a line's end; none where `text` is no JWT.
pub(super) fn assertion(text: &str) -> Option<Text> {
    let text = text.trim_ascii_end();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!text.is_empty() && text.bytes().all(allowed)).then(|| text.into())
}

fn encode(json: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(json).expect("texts and numbers are JSON"))
}

/// Turns TLS's form of an ECDSA signature, two numbers in DER, into JOSE's: both with `length` bytes each.
fn fixed(signature: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut numbers = asn1::members(signature).ok()?;
    let mut fixed = vec![0; 2 * length];
    for place in fixed.chunks_exact_mut(length) {
        let number = asn1::number(&mut numbers).ok()?;
        place[length.checked_sub(number.len())?..].copy_from_slice(number);
    }
    Some(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_named_as_jose_names_them() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::named(algorithm.name()), Some(algorithm));
        }
        for other in ["", "ps256", "HS256", "none", "EdDSA"] {
            assert_eq!(Algorithm::named(other), None, "{other}");
        }
    }

    #[test]
    fn short_numbers_of_a_signature_are_filled_up() {
        let signature = [0x30, 9, 2, 1, 5, 2, 4, 0, 0x80, 1, 2];
        assert_eq!(fixed(&signature, 4).expect("valid"), [0, 0, 0, 5, 0, 0x80, 1, 2]);
        assert_eq!(fixed(&signature, 3).expect("valid"), [0, 0, 5, 0x80, 1, 2]);
        assert_eq!(fixed(&signature, 2), None);
        assert_eq!(fixed(b"no signature", 32), None);
    }
}
