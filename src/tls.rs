//! TLS: rustls with the system's trust store, and what its failures mean to an administrator.

use std::fmt;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::SingleCertAndKey;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, PeerIncompatible,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use tokio::task::block_in_place;
use webpki::EndEntityCert;

use crate::authorities::Authorities;
use crate::credential::Identity;

/// TLS 1.2 and 1.3, HTTP/1.1, and the system's trust store, which is read at the first handshake, with `authorities`
/// beside it. `identity` is shown to servers that ask for a client certificate.
pub(crate) fn client_config(authorities: &Authorities, identity: Option<&Identity>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(SystemTrust {
        provider: provider.clone(),
        authorities: authorities.clone(),
        verifier: OnceCell::new(),
    });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity.certified_key()))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The platform's verifier, made when the first certificate comes: reading the trust store takes longer than
/// everything else, and http to this machine needs none.
#[derive(Debug)]
struct SystemTrust {
    provider: Arc<CryptoProvider>,
    authorities: Authorities,
    verifier: OnceCell<Verifier>,
}

impl SystemTrust {
    fn verifier(&self) -> Result<&Verifier, Error> {
        let (authorities, provider) = (self.authorities.certificates(), self.provider.clone());
        self.verifier.get_or_try_init(|| match authorities {
            [] => Verifier::new(provider),
            _ => Verifier::new_with_extra_roots(authorities.iter().cloned(), provider),
        })
    }
}

impl ServerCertVerifier for SystemTrust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        #[cfg(test)]
        crate::failpoint::hit("tls");
        let verify = || self.verifier()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // Windows and macOS may ask the network about a certificate, for ten seconds at worst: others get their turns.
        let verified = if cfg!(any(windows, target_vendor = "apple")) { block_in_place(verify) } else { verify() };
        verified.map_err(|error| mark_self_signed(error, end_entity))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Says of a certificate without a trusted issuer that it is its own issuer: the cure is another one.
fn mark_self_signed(error: Error, certificate: &CertificateDer<'_>) -> Error {
    let untrusted = match &error {
        Error::InvalidCertificate(CertificateError::Other(reason)) => !is_of_authority(reason),
        Error::InvalidCertificate(reason) => *reason == CertificateError::UnknownIssuer,
        _ => false,
    };
    let self_signed = EndEntityCert::try_from(certificate).is_ok_and(|cert| cert.issuer() == cert.subject());
    if untrusted && self_signed {
        return Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(SelfSigned))));
    }
    error
}

/// Whether a certificate was refused for being an authority's (RFC 5280 section 4.2.1.9), trusted or not.
fn is_of_authority(reason: &OtherError) -> bool {
    matches!(reason.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

#[derive(Debug)]
struct SelfSigned;

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed certificate")
    }
}

impl std::error::Error for SelfSigned {}

/// What is wrong and what an administrator would do about it, as the rest of a sentence about the server.
/// `with_certificate` tells whether the client has one.
pub(crate) fn explain(error: &Error, with_certificate: bool) -> String {
    match error {
        Error::AlertReceived(alert) if with_certificate && is_about_certificate(*alert) => format!(
            "does not accept the client certificate ({alert:?}). Check that it is registered there, valid, and from an \
             authority that the server trusts."
        ),
        Error::InvalidCertificate(certificate) => explain_certificate(certificate),
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        ) => "offers no TLS 1.2 or later. Enable TLS 1.2 or 1.3 on the server.".into(),
        // Before TLS 1.3 there was no alert of its own for a missing client certificate.
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            "and this client have no cipher suite, group or signature scheme in common, or it asks for a client \
             certificate. Enable modern ones (ECDHE with AES-GCM or ChaCha20) on the server, or give the certificate."
                .into()
        }
        Error::PeerIncompatible(_) => {
            "and this client have no cipher suite, group or signature scheme in common. Enable modern ones (ECDHE with \
             AES-GCM or ChaCha20) on the server."
                .into()
        }
        Error::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::BadCertificate) => {
            "asks for a client certificate, which this request does not have.".into()
        }
        Error::InvalidMessage(_) => "did not answer in TLS. Check the port, and for something on the way that answers \
                                     in the server's place."
            .into(),
        Error::General(reason) => format!("could not be verified: {reason}."),
        other => format!("broke off the TLS handshake: {other}."),
    }
}

/// Alerts by which a server says what it thinks of a client's certificate (RFC 8446 section 6.2).
fn is_about_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError
            | AlertDescription::CertificateRequired
    )
}

fn explain_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "has a certificate from an authority that this machine does not trust. If a company's proxy or authority \
             issued it, add its root certificate to the system's trust store, or name its PEM file in the request."
                .into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has a certificate that has expired. Renew it on the server, and check this machine's clock.".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "has a certificate that is not valid yet. Check this machine's clock.".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "has a certificate for another name. Check the host name in the address, and for something on the way \
             that answers in the server's place."
                .into()
        }
        CertificateError::Revoked => "has a certificate that was revoked. Replace it on the server.".into(),
        CertificateError::Other(reason) if reason.0.to_string().ends_with(CERT_E_CHAINING) => {
            explain_certificate(&CertificateError::UnknownIssuer)
        }
        CertificateError::Other(reason) if is_of_authority(reason) => {
            "has a certificate that is marked as an authority's (CA:TRUE), which no server's may be. Give the server one \
             without that mark, as this authority could issue it."
                .into()
        }
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            "has a self-signed certificate, which this machine does not trust. Give the server a certificate from a \
             trusted authority, or add this one to the system's trust store, or name its PEM file in the request."
                .into()
        }
        CertificateError::Other(reason) => format!("has a certificate that cannot be used: {}.", reason.0),
        other => format!("has a certificate that cannot be used: {other}."),
    }
}

/// Windows' error for a chain that ends before a root it knows, as where a server does not send its root. The verifier
/// passes it on as text alone.
const CERT_E_CHAINING: &str = "(os error -2146762486)";

#[cfg(test)]
mod tests {
    use super::*;

    fn explain_other(reason: &'static str) -> String {
        explain_certificate(&CertificateError::Other(OtherError(Arc::from(Box::from(reason)))))
    }

    #[test]
    fn what_a_server_says_of_a_certificate_is_about_that_which_was_given() {
        use AlertDescription::*;
        // Those of RFC 8446 section 6.2 that an authority's or a certificate's fault leads to.
        for alert in [
            BadCertificate,
            UnsupportedCertificate,
            CertificateRevoked,
            CertificateExpired,
            CertificateUnknown,
            UnknownCA,
            AccessDenied,
            DecryptError,
            CertificateRequired,
        ] {
            let explained = explain(&Error::AlertReceived(alert), true);
            assert!(explained.contains(&format!("does not accept the client certificate ({alert:?})")), "{explained}");
        }
        for alert in [BadCertificate, CertificateRequired] {
            let explained = explain(&Error::AlertReceived(alert), false);
            assert!(explained.contains("asks for a client certificate"), "{alert:?}: {explained}");
        }
    }

    #[test]
    fn an_unfinished_chain_is_an_unknown_authority() {
        let unknown = explain_certificate(&CertificateError::UnknownIssuer);
        assert_eq!(explain_other("A certificate chain could not be built. (os error -2146762486)"), unknown);
    }

    #[test]
    fn what_windows_says_is_passed_on() {
        let explained = explain_other("The signature is wrong. (os error -2146869244)");
        assert!(explained.ends_with("cannot be used: The signature is wrong. (os error -2146869244)."), "{explained}");
    }
}
