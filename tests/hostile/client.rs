//! Calls as the cases want them, and what every outcome must be like.

use std::time::Duration;

use psoauth_test_support::Answer;
use psoauth_test_support::cases::{SECRET, TOKEN};
use psoauthhelper::{Call, Outcome, TokenRequest};

/// How much later than its deadline a call ends on a machine that is busy with other things.
const LATE: Duration = Duration::from_secs(20);

/// A request with the secret that must not show.
pub fn request(endpoint: &str) -> TokenRequest {
    TokenRequest {
        token_endpoint: endpoint.into(),
        client_id: "the-client".into(),
        client_secret: SECRET.into(),
        ..TokenRequest::new()
    }
}

/// Makes the call and looks at what all outcomes have in common.
pub fn exchange(request: TokenRequest) -> (String, String, u32) {
    let deadline = request.timeout;
    let call = Call::start(request);
    let outcome = call.wait();
    assert!(outcome.elapsed < deadline + LATE, "{:?} of {deadline:?}", outcome.elapsed);
    (format!("{:?}", outcome.status()), message(outcome), outcome.attempts)
}

/// The message of an outcome, which is fit to be shown; empty where there is a token.
fn message(outcome: &Outcome) -> String {
    match &outcome.result {
        Ok(token) => {
            assert_eq!(token.access_token.as_str(), TOKEN);
            String::new()
        }
        Err(error) => {
            let message = error.message.as_str();
            assert_presentable(message);
            if let Some(http_status) = outcome.http_status {
                assert!(message.contains(&format!("HTTP {http_status}")), "{message}");
            }
            for text in error.oauth.iter().flat_map(|oauth| [Some(&oauth.error), oauth.description.as_ref()]) {
                assert_presentable(text.map_or("-", |text| text.as_str()));
            }
            message.to_owned()
        }
    }
}

/// One printable line of at most 500 characters that shows neither the secret nor a token.
pub fn assert_presentable(text: &str) {
    assert!(!text.is_empty() && text.chars().count() <= 500, "{} characters: {text}", text.chars().count());
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    assert!(!text.contains(hidden), "{text:?}");
    for secret in [SECRET, TOKEN, &SECRET[..8]] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// An answer with the token.
pub fn token() -> Answer {
    Answer::json(200, format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#))
}
