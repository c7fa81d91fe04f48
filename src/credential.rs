//! How a client shows who it is.

mod asn1;
mod assertion;
mod certificate;
mod encryption;
mod fault;
mod identity;
mod key;
mod key_file;
mod pem;
mod pfx;

use std::sync::Arc;

use crate::endpoint::TokenEndpoint;
use crate::error::Error;
use crate::request::TokenRequest;
use crate::runtime::blocking;
use crate::secret::Text;
use assertion::{Algorithm, Signer, Signing};
pub(crate) use identity::Identity;
use key_file::KeyFile;

/// What a request gives to authenticate the client with.
#[derive(Clone)]
pub(crate) enum Credential {
    /// `client_secret`, or nothing: a public client.
    Secret,
    /// A ready assertion.
    Assertion(Text),
    /// A file with one.
    AssertionFile(KeyFile),
    /// A private key to sign assertions with.
    PrivateKey(KeyFile, Signing),
    /// A certificate to sign assertions with.
    Certificate(KeyFile, Signing),
    /// A certificate for the TLS connection (RFC 8705).
    MutualTls(KeyFile),
}

/// A credential that was opened: what attempts take their part from.
pub(crate) enum Proof {
    /// The request's own fields say it all.
    Secret,
    Assertion(Text),
    Signer(Arc<Signer>),
    Identity(Arc<Identity>),
}

impl Credential {
    /// The one way that `request` gives.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where it gives several, or something that belongs to none.
    pub fn of(request: &TokenRequest) -> Result<Self, Error> {
        check(request)?;
        let file = |what, path| KeyFile::new(what, path, &request.certificate_password);
        let signing = Signing { algorithm: algorithm(&request.signing_algorithm)?, key_id: request.key_id.clone() };
        Ok(if !request.client_assertion.is_empty() {
            let ready = assertion::assertion(request.client_assertion.as_str());
            Self::Assertion(ready.ok_or_else(|| {
                Error::invalid("The client assertion is no JWT: that is one line of base64url and dots.")
            })?)
        } else if !request.client_assertion_path.is_empty() {
            Self::AssertionFile(KeyFile::with_assertion(&request.client_assertion_path))
        } else if !request.private_key_path.is_empty() {
            Self::PrivateKey(file("private key file", &request.private_key_path), signing)
        } else if request.certificate_path.is_empty() {
            Self::Secret
        } else if request.mutual_tls {
            Self::MutualTls(file("certificate file", &request.certificate_path))
        } else {
            Self::Certificate(file("certificate file", &request.certificate_path), signing)
        })
    }

    /// Checks that it can be shown to `endpoint`.
    ///
    /// # Errors
    /// `Status::InvalidArgument` for a certificate that is to authenticate a connection without TLS.
    pub fn check_endpoint(&self, endpoint: &TokenEndpoint) -> Result<(), Error> {
        match self {
            Self::MutualTls(_) if endpoint.url().scheme() != "https" => {
                Err(Error::invalid("Mutual TLS needs an https address of the token endpoint."))
            }
            _ => Ok(()),
        }
    }

    /// Reads the file that it names, anew for each call: it may have been replaced.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where the file cannot be read.
    pub async fn read(&mut self) -> Result<(), Error> {
        if let Self::AssertionFile(file)
        | Self::PrivateKey(file, _)
        | Self::Certificate(file, _)
        | Self::MutualTls(file) = self
        {
            let unread = file.clone();
            *file = blocking(|| unread.read()).await?;
        }
        Ok(())
    }

    /// What the file held when it was read; nothing where it names none.
    pub fn file(&self) -> &[u8] {
        match self {
            Self::Secret | Self::Assertion(_) => &[],
            Self::AssertionFile(file)
            | Self::PrivateKey(file, _)
            | Self::Certificate(file, _)
            | Self::MutualTls(file) => file.bytes(),
        }
    }

    /// Opens what was read.
    ///
    /// # Errors
    /// `Status::InvalidArgument` where the file cannot be used.
    pub async fn open(&self) -> Result<Proof, Error> {
        match self {
            Self::Secret => Ok(Proof::Secret),
            Self::Assertion(assertion) => Ok(Proof::Assertion(assertion.clone())),
            _ => {
                let credential = self.clone();
                blocking(move || credential.proof()).await
            }
        }
    }

    fn proof(self) -> Result<Proof, Error> {
        Ok(match self {
            Self::Secret => Proof::Secret,
            Self::Assertion(assertion) => Proof::Assertion(assertion),
            Self::AssertionFile(file) => Proof::Assertion(file.assertion()?),
            Self::PrivateKey(file, signing) => Proof::Signer(Arc::new(Signer::with_private_key(file, &signing)?)),
            Self::Certificate(file, signing) => Proof::Signer(Arc::new(Signer::with_certificate(file, &signing)?)),
            Self::MutualTls(file) => Proof::Identity(Arc::new(file.identity()?)),
        })
    }
}

impl Proof {
    /// The assertion for one attempt at `endpoint`, where the client authenticates by one.
    ///
    /// # Errors
    /// Those of signing it.
    pub async fn assertion(&self, client_id: &Text, endpoint: &TokenEndpoint) -> Result<Option<Text>, Error> {
        match self {
            Self::Secret | Self::Identity(_) => Ok(None),
            Self::Assertion(assertion) => Ok(Some(assertion.clone())),
            Self::Signer(signer) => {
                let (signer, client_id, audience) = (signer.clone(), client_id.clone(), endpoint.url().to_string());
                blocking(move || signer.assertion(client_id.as_str(), &audience)).await.map(Some)
            }
        }
    }

    /// The certificate for the TLS connection, where the client authenticates by one.
    pub fn identity(&self) -> Option<Arc<Identity>> {
        match self {
            Self::Identity(identity) => Some(identity.clone()),
            _ => None,
        }
    }
}

fn check(request: &TokenRequest) -> Result<(), Error> {
    let ways = [
        (!request.client_secret.is_empty(), "a client secret"),
        (!request.client_assertion.is_empty(), "a client assertion"),
        (!request.client_assertion_path.is_empty(), "a client assertion file"),
        (!request.certificate_path.is_empty(), "a certificate"),
        (!request.private_key_path.is_empty(), "a private key"),
        (request.managed_identity, "a managed identity"),
    ];
    let mut given = ways.iter().filter(|(given, _)| *given).map(|(_, what)| what);
    if let (Some(one), Some(another)) = (given.next(), given.next()) {
        return Err(Error::invalid(format!(
            "The request gives both {one} and {another} to authenticate with; give one."
        )));
    }
    let certificate = !request.certificate_path.is_empty();
    let key = certificate || !request.private_key_path.is_empty();
    let signing = !request.key_id.is_empty() || !request.signing_algorithm.is_empty();
    if request.mutual_tls && !certificate {
        return Err(Error::invalid("Mutual TLS needs a certificate with its private key."));
    }
    if request.mutual_tls && signing {
        return Err(Error::invalid(
            "With mutual TLS no assertion is signed: leave the key id and the signing algorithm out.",
        ));
    }
    if signing && !key {
        return Err(Error::invalid(
            "A key id and a signing algorithm need a certificate or a private key to sign with.",
        ));
    }
    if !request.certificate_password.is_empty() && !key {
        return Err(Error::invalid("A certificate password needs a certificate or a private key that it opens."));
    }
    Ok(())
}

fn algorithm(name: &Text) -> Result<Option<Algorithm>, Error> {
    if name.is_empty() {
        return Ok(None);
    }
    let known = Algorithm::named(name.as_str());
    known.map(Some).ok_or_else(|| Error::invalid("The signing algorithm is none of PS256, RS256, ES256 and ES384."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    type Change = fn(&mut TokenRequest);

    fn refusal(change: impl FnOnce(&mut TokenRequest)) -> String {
        let mut request = TokenRequest::new();
        change(&mut request);
        let error = Credential::of(&request).err().expect("refused");
        assert_eq!(error.status, Status::InvalidArgument);
        error.message.as_str().to_owned()
    }

    #[test]
    fn there_is_one_way_to_authenticate() {
        let ways: [(Change, &str); 6] = [
            (|request| request.client_secret = "x".into(), "a client secret"),
            (|request| request.client_assertion = "x".into(), "a client assertion"),
            (|request| request.client_assertion_path = "x".into(), "a client assertion file"),
            (|request| request.certificate_path = "x".into(), "a certificate"),
            (|request| request.private_key_path = "x".into(), "a private key"),
            (|request| request.managed_identity = true, "a managed identity"),
        ];
        for (index, (one, one_name)) in ways.iter().enumerate() {
            for (other, other_name) in &ways[index + 1..] {
                let message = refusal(|request| {
                    one(request);
                    other(request);
                });
                assert!(message.contains(&format!("both {one_name} and {other_name} to authenticate")), "{message}");
            }
            let mut request = TokenRequest::new();
            one(&mut request);
            assert!(Credential::of(&request).is_ok(), "{one_name}");
        }
        assert!(matches!(Credential::of(&TokenRequest::new()), Ok(Credential::Secret)), "a public client");
    }

    #[test]
    fn what_belongs_to_no_credential_is_refused() {
        assert!(refusal(|request| request.mutual_tls = true).contains("needs a certificate"));
        let key = |request: &mut TokenRequest| request.private_key_path = "x".into();
        let certificate = |request: &mut TokenRequest| request.certificate_path = "x".into();
        assert!(
            refusal(|request| {
                key(request);
                request.mutual_tls = true;
            })
            .contains("needs a certificate")
        );
        for set in [
            |request: &mut TokenRequest| request.key_id = "x".into(),
            |request: &mut TokenRequest| {
                request.signing_algorithm = "ES256".into();
            },
        ] {
            assert!(refusal(set).contains("to sign with"));
            let message = refusal(|request| {
                certificate(request);
                request.mutual_tls = true;
                set(request);
            });
            assert!(message.contains("no assertion is signed"), "{message}");
        }
        assert!(refusal(|request| request.certificate_password = "x".into()).contains("that it opens"));
        let message = refusal(|request| {
            certificate(request);
            request.signing_algorithm = "HS256".into();
        });
        assert_eq!(message, "The signing algorithm is none of PS256, RS256, ES256 and ES384.");
        for text in ["a.b c", "a.b.c\nd", "\n", "a.b.c+/", "ä"] {
            assert!(refusal(|request| request.client_assertion = text.into()).contains("is no JWT"), "{text}");
        }
    }
}
