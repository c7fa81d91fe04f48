//! PEM: DER as base64 between labelled lines (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::fault::Fault;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One labelled piece of a PEM file.
pub(super) struct Section<'a> {
    /// Such as `CERTIFICATE` or `PRIVATE KEY`.
    pub label: &'a str,
    pub der: Zeroizing<Vec<u8>>,
}

/// Whether `text` has a labelled line.
pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The sections of a PEM file in their order. Text around them is passed over: openssl puts attributes there.
///
/// # Errors
/// Where a section does not end, is no base64, or is encrypted by its own header lines instead of as PKCS#8.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, Fault> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, after) = after.split_once(DASHES).ok_or(Fault::Damaged)?;
        let (body, after) = after.split_once(END).ok_or(Fault::Damaged)?;
        let after = after.strip_prefix(label).ok_or(Fault::Damaged)?;
        sections.push(Section { label, der: decode(body)? });
        rest = after;
    }
    Ok(sections)
}

fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    if body.contains("Proc-Type:") {
        return Err(Fault::Other(
            "has a private key in OpenSSL's old encryption (Proc-Type: 4,ENCRYPTED). Convert it with 'openssl pkcs8 \
             -topk8'"
                .into(),
        ));
    }
    let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
    packed.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    STANDARD.decode(&*packed).map(Zeroizing::new).map_err(|_| Fault::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let sections = sections(text)?;
        Ok(sections.iter().map(|section| (section.label.to_owned(), section.der.to_vec())).collect())
    }

    #[test]
    fn sections_come_in_their_order_and_without_what_surrounds_them() {
        let text = "Bag Attributes: x\r\n-----BEGIN CERTIFICATE-----\r\nAQ\r\nID\r\n-----END CERTIFICATE-----\r\n\
                    Key Attributes\n-----BEGIN PRIVATE KEY-----\n  BAU=\n-----END PRIVATE KEY-----";
        let expected = [("CERTIFICATE".to_owned(), vec![1, 2, 3]), ("PRIVATE KEY".to_owned(), vec![4, 5])];
        assert_eq!(read(text).expect("valid"), expected);
        assert!(read("no dashes").expect("nothing").is_empty());
    }

    #[test]
    fn what_is_broken_is_refused() {
        for text in [
            "-----BEGIN PRIVATE KEY",
            "-----BEGIN PRIVATE KEY-----\nAQID",
            "-----BEGIN PRIVATE KEY-----\nAQID\n-----END CERTIFICATE-----",
            "-----BEGIN PRIVATE KEY-----\nAQI*\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nAQI\n-----END PRIVATE KEY-----",
        ] {
            assert_eq!(read(text).expect_err(text), Fault::Damaged, "{text}");
        }
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n\
                   -----END RSA PRIVATE KEY-----";
        assert!(read(old).expect_err("old").explain(true).contains("openssl pkcs8"));
    }
}
