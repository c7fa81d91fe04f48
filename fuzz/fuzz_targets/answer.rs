//! Reading an answer: whatever a server sends ends as a token or as one clear message, and never shows the secret.
//!
//! The first two bytes of the input are the HTTP status, the rest is the body.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use psoauth_test_support::cases::SECRET;
use psoauthhelper::{Status, fuzzing};

fuzz_target!(|input: &[u8]| -> Corpus {
    let [high, low, body @ ..] = input else { return Corpus::Reject };
    // HTTP has no other ones.
    let http_status = 100 + u16::from_be_bytes([*high, *low]) % 900;
    match fuzzing::read_answer(http_status, body, SECRET) {
        Ok(token) => {
            assert!((200..300).contains(&http_status));
            assert!(!token.access_token.is_empty() && token.access_token.as_str().bytes().all(|byte| byte.is_ascii()));
            assert!(token.expires_in.is_none_or(|seconds| seconds >= 0));
        }
        Err(error) => {
            assert!(!matches!(error.status, Status::Ok | Status::Internal));
            let said = error.oauth.as_deref();
            let texts =
                [Some(&error.message), said.map(|said| &said.error), said.and_then(|said| said.description.as_ref())];
            for text in texts.into_iter().flatten().map(|text| text.as_str()) {
                assert!(
                    !text.is_empty() && text.chars().count() <= 500 && !text.contains(char::is_control),
                    "{text:?}"
                );
                assert!(!text.contains(SECRET), "{text:?}");
            }
        }
    }
    Corpus::Keep
});
