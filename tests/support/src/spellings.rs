//! The forms in which a secret may turn up.

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine};

/// Makes sure that none of `secrets` is in `text`, which is `what` to the reader of a failure: as it is, percent-encoded,
/// form-encoded, escaped as JSON or XML, or in base64, alone and behind the client's id; in any case of letters.
///
/// # Panics
/// Where there is one, with what stands before it.
pub fn assert_absent(what: &str, text: &str, secrets: &[&str]) {
    let folded = text.to_lowercase();
    for secret in secrets {
        for spelling in of(secret) {
            if let Some(at) = folded.find(&spelling.to_lowercase()) {
                let line = folded[..at].rfind('\n').map_or(0, |end| end + 1);
                panic!("{what}: {spelling} stands in: {}", &folded[line..at + spelling.len()]);
            }
        }
    }
}

fn of(secret: &str) -> Vec<String> {
    let encode = |space: &str, kept: &[u8]| -> String {
        let encoded = secret.bytes().map(|byte| match byte {
            b' ' => space.to_owned(),
            _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02x}"),
        });
        encoded.collect()
    };
    let json = serde_json::to_string(secret).expect("a text is JSON");
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut all = vec![
        secret.to_owned(),
        encode("%20", b"-._~"),
        encode("+", b"-._*"),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        xml,
    ];
    for bytes in
        [secret.to_owned(), format!("the-client:{secret}"), format!("{}:{}", "the-client", encode("+", b"-._*"))]
    {
        all.extend([BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form() {
        for text in ["a p+s/w&", "a%20p%2Bs%2Fw%26", "a+p%2bs%2fw%26", "a p+s\\/w&", "a p+s/w&amp;", "YSBwK3MvdyY"] {
            let found = std::panic::catch_unwind(|| assert_absent("the text", &format!("x\ny {text}"), &["a p+s/w&"]));
            assert!(found.is_err(), "{text}");
        }
        assert_absent("the text", "nothing", &["a p+s/w&"]);
    }
}
