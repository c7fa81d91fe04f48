//! Which requests have the same answer.

use once_cell::sync::Lazy;
use ring::hmac;
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

use crate::endpoint::EntraVersion;
use crate::managed_identity;
use crate::request::{ClientAuthentication, TokenRequest};
use crate::secret::SecretBytes;

/// The grants whose answer another caller may have too. The others are paid with something that is good for one use:
/// a code, a refresh token that rotates, an assertion of a user.
const KEPT_GRANTS: [&str; 2] = ["client_credentials", "password"];

/// Made anew in each process: what is written down of a key says nothing about a secret.
static DIGEST: Lazy<hmac::Key> =
    Lazy::new(|| hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).expect("the system has random numbers"));

/// A keyed digest of every input that decides who answers a request, and what.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of `request`; none where its answer is not to be kept, or where a file that it names has to be read for
    /// [`with_file`](Self::with_file).
    pub fn of(request: &TokenRequest) -> Option<Self> {
        let files = [&request.client_assertion_path, &request.certificate_path, &request.private_key_path];
        if files.iter().any(|path| !path.is_empty()) { None } else { Self::with_file(request, &[]) }
    }

    /// The key of `request` with what the file held that it names to authenticate with: a path says little about who
    /// can show what is there. None where the answer is not to be kept.
    pub fn with_file(request: &TokenRequest, file: &[u8]) -> Option<Self> {
        Self::within(request, file, |name| std::env::var(name).ok())
    }

    fn within(request: &TokenRequest, file: &[u8], environment: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if !request.token_cache || !KEPT_GRANTS.contains(&request.grant_type.as_str()) {
            return None;
        }
        // Named one by one, so that a new field does not compile before someone has decided about it.
        let TokenRequest {
            token_endpoint,
            tenant,
            entra_version,
            client_id,
            client_secret,
            resource,
            scope,
            grant_type,
            username,
            password,
            refresh_token,
            client_authentication,
            allow_http,
            authority_host,
            issuer,
            client_assertion,
            client_assertion_path,
            certificate_path,
            certificate_password,
            private_key_path,
            key_id,
            signing_algorithm,
            identity_object_id,
            identity_resource_id,
            proxy,
            proxy_username,
            proxy_password,
            certificate_authority_path,
            user_agent,
            managed_identity,
            mutual_tls,
            parameters,
            // How long a caller waits is its own affair.
            timeout: _,
            connect_timeout: _,
            max_retries: _,
            wait_when_throttled: _,
            token_cache: _,
        } = request;
        let mut inputs = SecretBytes::with_capacity(512);
        let texts = [
            token_endpoint,
            tenant,
            client_id,
            client_secret,
            resource,
            scope,
            grant_type,
            username,
            password,
            refresh_token,
            authority_host,
            issuer,
            client_assertion,
            client_assertion_path,
            certificate_path,
            certificate_password,
            private_key_path,
            key_id,
            signing_algorithm,
            identity_object_id,
            identity_resource_id,
            proxy,
            proxy_username,
            proxy_password,
            certificate_authority_path,
            user_agent,
        ];
        // Most are empty: each of the others follows its number, and a number that is no text's ends the list.
        for (number, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            inputs.extend(&[number as u8]);
            push(&mut inputs, text.as_str().as_bytes());
        }
        inputs.extend(&[texts.len() as u8]);
        push(&mut inputs, file);
        inputs.extend(&[
            match entra_version {
                EntraVersion::V1 => 1,
                EntraVersion::V2 => 2,
            },
            match client_authentication {
                ClientAuthentication::Body => 0,
                ClientAuthentication::Basic => 1,
                ClientAuthentication::BasicRaw => 2,
            },
            u8::from(*allow_http),
            u8::from(*managed_identity),
            u8::from(*mutual_tls),
        ]);
        if *managed_identity {
            for name in managed_identity::VARIABLES {
                let value = Zeroizing::new(environment(name).unwrap_or_default());
                push(&mut inputs, value.as_bytes());
            }
        }
        for (name, value) in parameters.iter() {
            push(&mut inputs, name.as_bytes());
            push(&mut inputs, value.as_bytes());
        }
        let digest = hmac::sign(&DIGEST, inputs.as_ref());
        Some(Self(digest.as_ref().try_into().expect("SHA-256 has 32 bytes")))
    }
}

/// Appends `text` after its length (LEB128), so that no two lists of texts make the same bytes.
fn push(inputs: &mut SecretBytes, text: &[u8]) {
    let mut length = text.len();
    while length >= 0x80 {
        inputs.extend(&[length as u8 | 0x80]);
        length >>= 7;
    }
    inputs.extend(&[length as u8]);
    inputs.extend(text);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn request() -> TokenRequest {
        TokenRequest {
            token_endpoint: "https://login.example/token".into(),
            client_id: "id".into(),
            client_secret: "hunter2hunter2".into(),
            token_cache: true,
            ..TokenRequest::new()
        }
    }

    fn key(request: &TokenRequest) -> [u8; 32] {
        Key::with_file(request, b"file").expect("a key").0
    }

    #[test]
    fn what_changes_the_answer_changes_the_key() {
        let changes: [fn(&mut TokenRequest); 32] = [
            |request| request.token_endpoint = "https://login.example/token2".into(),
            |request| request.tenant = "x".into(),
            |request| request.entra_version = EntraVersion::V1,
            |request| request.client_id = "x".into(),
            |request| request.client_secret = "hunter2hunter3".into(),
            |request| request.resource = "x".into(),
            |request| request.scope = "x".into(),
            |request| request.grant_type = "password".into(),
            |request| request.username = "x".into(),
            |request| request.password = "x".into(),
            |request| request.refresh_token = "x".into(),
            |request| request.client_authentication = ClientAuthentication::Basic,
            |request| request.client_authentication = ClientAuthentication::BasicRaw,
            |request| request.allow_http = true,
            |request| request.authority_host = "x".into(),
            |request| request.issuer = "x".into(),
            |request| request.client_assertion = "x".into(),
            |request| request.client_assertion_path = "x".into(),
            |request| request.certificate_path = "x".into(),
            |request| request.certificate_password = "x".into(),
            |request| request.private_key_path = "x".into(),
            |request| request.key_id = "x".into(),
            |request| request.signing_algorithm = "x".into(),
            |request| request.identity_object_id = "x".into(),
            |request| request.identity_resource_id = "x".into(),
            |request| request.proxy = "x".into(),
            |request| request.proxy_username = "x".into(),
            |request| request.proxy_password = "x".into(),
            |request| request.certificate_authority_path = "x".into(),
            |request| request.user_agent = "x".into(),
            |request| request.managed_identity = true,
            |request| request.mutual_tls = true,
        ];
        let mut keys = vec![key(&request())];
        for change in changes {
            let mut changed = request();
            change(&mut changed);
            keys.push(key(&changed));
        }
        let mut with_parameter = request();
        with_parameter.parameters.add("audience".into(), "x".into()).expect("a free name");
        keys.push(key(&with_parameter));
        keys.push(Key::with_file(&request(), b"another file").expect("a key").0);
        keys.push(Key::of(&request()).expect("a key").0);
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn a_managed_identity_is_known_by_who_gives_its_token() {
        let key = |managed_identity, variable| {
            let request = TokenRequest { managed_identity, ..request() };
            Key::within(&request, &[], |name| (name == variable).then(|| "x".into())).expect("a key").0
        };
        let mut keys: Vec<_> = managed_identity::VARIABLES.map(|variable| key(true, variable)).into();
        keys.push(key(true, ""));
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
        assert_eq!(key(false, "IDENTITY_ENDPOINT"), key(false, ""));
    }

    #[test]
    fn how_long_a_caller_waits_does_not() {
        let patient = TokenRequest {
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(2),
            max_retries: 3,
            wait_when_throttled: true,
            ..request()
        };
        assert_eq!(key(&patient), key(&request()));
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        let of = |client_id: &str, client_secret: &str, resource: &str, parameters: &[(&str, &str)]| {
            let mut request = TokenRequest {
                client_id: client_id.into(),
                client_secret: client_secret.into(),
                resource: resource.into(),
                ..request()
            };
            for (name, value) in parameters {
                request.parameters.add((*name).into(), (*value).into()).expect("a free name");
            }
            key(&request)
        };
        assert_ne!(of("id1", "secret", "", &[]), of("id", "1secret", "", &[]));
        assert_ne!(of("id", "secret", "", &[]), of("idsecret", "", "", &[]));
        assert_ne!(of("id", "secret", "r", &[]), of("id", "secretr", "", &[]));
        assert_ne!(of("id", "secret\u{1}r", "", &[]), of("id", "secret", "r", &[]));
        assert_ne!(of("id", "s", "", &[("a", "bc")]), of("id", "s", "", &[("ab", "c")]));
        assert_ne!(of("id", "s", "", &[("a", "b"), ("c", "d")]), of("id", "s", "", &[("c", "d"), ("a", "b")]));
        // Lengths of one, two and three bytes.
        let long: Vec<_> = [127, 128, 129, 16_383, 16_384, 16_385].map(|length| "x".repeat(length)).into();
        for a in &long {
            for b in &long {
                assert_eq!(of("id", a, "", &[]) == of("id", b, "", &[]), a == b, "{} and {}", a.len(), b.len());
            }
        }
    }

    #[test]
    fn only_what_was_asked_for_and_may_be_used_twice_has_a_key() {
        assert!(Key::of(&TokenRequest { token_cache: false, ..request() }).is_none());
        for grant in ["refresh_token", "authorization_code", "", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
            assert!(Key::of(&TokenRequest { grant_type: grant.into(), ..request() }).is_none(), "{grant}");
        }
        assert!(Key::of(&TokenRequest { grant_type: "password".into(), ..request() }).is_some());
        let with_file = TokenRequest { client_assertion_path: "/a".into(), ..request() };
        assert!(Key::of(&with_file).is_none() && Key::with_file(&with_file, b"a").is_some());
    }
}
