//! Certificates made for one test.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::prelude::{BASE64_STANDARD, Engine};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    CrlDistributionPoint, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A certificate authority of the test's own.
pub struct Authority {
    issuer: CertifiedIssuer<'static, Key>,
    pem: String,
    revocation_list_url: Option<String>,
}

/// A server's or client's certificate chain and key.
#[derive(Clone, Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    pem: String,
    versions: Vec<&'static SupportedProtocolVersion>,
    clients: Option<CertificateDer<'static>>,
    resumption: bool,
}

/// A key that signs once more where a number of the signature comes out short, as about one in a hundred does: Wine 8 does
/// not fill such numbers up with zeros, and takes the signature for a wrong one.
struct Key(KeyPair);

/// A version of TLS that a server can be held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// TLS 1.2.
    V1_2,
    /// TLS 1.3.
    V1_3,
}

impl Authority {
    /// A new root of this common name, with a key of its own.
    pub fn new(name: &str) -> Self {
        let issuer = CertifiedIssuer::self_signed(authority(name), new_key()).expect("a root can be signed");
        let pem = issuer.pem();
        Self { issuer, pem, revocation_list_url: None }
    }

    /// A new authority below this one.
    pub fn subordinate(&self, name: &str) -> Self {
        let signed = CertifiedIssuer::signed_by(authority(name), new_key(), &self.issuer);
        let issuer = signed.expect("the authority signs");
        let pem = issuer.pem();
        Self { issuer, pem, revocation_list_url: None }
    }

    /// Names an address in the certificates to come where its [`revocation_list`](Self::revocation_list) is to be found.
    pub fn with_revocation_list_at(self, url: &str) -> Self {
        Self { revocation_list_url: Some(url.to_owned()), ..self }
    }

    /// A list that says that no certificate is revoked, in DER.
    pub fn revocation_list(&self) -> Vec<u8> {
        let list = CertificateRevocationListParams {
            this_update: (SystemTime::now() - DAY).into(),
            next_update: (SystemTime::now() + DAY).into(),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).expect("the root signs").der().to_vec()
    }

    /// A valid certificate for DNS names and IP addresses.
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.sign(leaf(names))
    }

    /// A valid certificate for a client of this name.
    pub fn issue_client(&self, name: &str) -> Identity {
        let mut client = leaf(&[name]);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(client)
    }

    /// A certificate that ended yesterday.
    pub fn issue_expired(&self, names: &[&str]) -> Identity {
        let mut leaf = leaf(names);
        leaf.not_before = (SystemTime::now() - 30 * DAY).into();
        leaf.not_after = (SystemTime::now() - DAY).into();
        self.sign(leaf)
    }

    /// A certificate that begins tomorrow.
    pub fn issue_not_yet_valid(&self, names: &[&str]) -> Identity {
        let mut leaf = leaf(names);
        leaf.not_before = (SystemTime::now() + DAY).into();
        leaf.not_after = (SystemTime::now() + 30 * DAY).into();
        self.sign(leaf)
    }

    fn sign(&self, mut leaf: CertificateParams) -> Identity {
        let urls = self.revocation_list_url.iter();
        leaf.crl_distribution_points = urls.map(|url| CrlDistributionPoint { uris: vec![url.clone()] }).collect();
        let key = new_key();
        let certificate = leaf.signed_by(&key, &self.issuer).expect("the root signs");
        Identity::new(&certificate, &key)
    }

    /// The authority's own certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        self.issuer.der()
    }

    /// The authority's own certificate in PEM; a root's is to be trusted.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes [`pem`](Self::pem) to a file, such as one for `SSL_CERT_FILE`.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn write_pem(&self, path: &Path) {
        std::fs::write(path, &self.pem).expect("the root's file can be written");
    }
}

impl Identity {
    /// A certificate signed by itself, which no authority knows.
    pub fn self_signed(names: &[&str]) -> Self {
        let key = new_key();
        let certificate = leaf(names).self_signed(&key).expect("a key signs itself");
        Self::new(&certificate, &key)
    }

    /// A certificate that nobody else vouches for, and that may vouch for others.
    pub fn self_signed_authority(names: &[&str]) -> Self {
        let key = new_key();
        let mut root = leaf(names);
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::new(&root.self_signed(&key).expect("a key signs itself"), &key)
    }

    fn new(certificate: &Certificate, Key(key): &Key) -> Self {
        Self {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
            pem: format!("{}{}", certificate.pem(), key.serialize_pem()),
            versions: vec![&TLS13, &TLS12],
            clients: None,
            resumption: true,
        }
    }

    /// The certificate and its key, as a client's file has them.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.chain[0]
    }

    /// The same identity for a server that sends the authority's own certificate too.
    pub fn with_root(mut self, authority: &Authority) -> Self {
        self.chain.push(authority.issuer.der().clone());
        self
    }

    /// The same identity for a server that speaks this version alone.
    pub fn only(self, version: TlsVersion) -> Self {
        let versions = match version {
            TlsVersion::V1_2 => vec![&TLS12],
            TlsVersion::V1_3 => vec![&TLS13],
        };
        Self { versions, ..self }
    }

    /// The same identity for a server that lets in nobody without a certificate of `authority`.
    pub fn for_clients_of(self, authority: &Authority) -> Self {
        Self { clients: Some(authority.issuer.der().clone()), ..self }
    }

    /// The same identity for a server that takes up no earlier session: each handshake is a full one.
    pub fn without_resumption(self) -> Self {
        Self { resumption: false, ..self }
    }

    /// The server's own certificate, to be trusted where no authority is.
    pub fn certificate_pem(&self) -> String {
        let lines = BASE64_STANDARD.encode(&self.chain[0]);
        format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
    }

    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivatePkcs8KeyDer::from(self.key.clone());
        let clients = match &self.clients {
            None => WebPkiClientVerifier::no_client_auth(),
            Some(root) => {
                let mut roots = RootCertStore::empty();
                roots.add(root.clone()).expect("the root can be trusted");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
                verifier.build().expect("there is a root")
            }
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&self.versions)
            .expect("ring has suites for each version")
            .with_client_cert_verifier(clients)
            .with_single_cert(self.chain.clone(), key.into())
            .expect("the key fits the certificate");
        if !self.resumption {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Arc::new(config)
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut authority = parameters(&[], name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
}

fn new_key() -> Key {
    Key(KeyPair::generate().expect("a P-256 key can be made"))
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.0.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.0.algorithm()
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        loop {
            let signature = self.0.sign(message)?;
            if is_of_full_length(&signature) {
                return Ok(signature);
            }
        }
    }
}

/// Whether both numbers of an ECDSA-Sig-Value (RFC 3279, section 2.2.3) of P-256 are of 32 bytes. Their tags and lengths
/// are of a byte each, like those of the sequence that they are in; a number of 33 begins with a zero, for its sign.
fn is_of_full_length(signature: &[u8]) -> bool {
    let (r, s) = signature[4..].split_at(signature[3].into());
    [r, &s[2..]].iter().all(|number| number.strip_prefix(&[0]).unwrap_or(number).len() == 32)
}

fn leaf(names: &[&str]) -> CertificateParams {
    let mut leaf = parameters(names, names.first().expect("a certificate has a name"));
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    leaf
}

fn parameters(names: &[&str], common_name: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut parameters = CertificateParams::new(names).expect("DNS names are ASCII");
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, common_name);
    parameters.not_before = (SystemTime::now() - DAY).into();
    // Apple's verifier accepts no server certificate of more than 825 days.
    parameters.not_after = (SystemTime::now() + 365 * DAY).into();
    parameters
}
