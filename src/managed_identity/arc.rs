//! Azure Arc's challenge: who can read a file of its agent may have a token.

use std::path::{Component, Path, PathBuf};

use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, Status};
use crate::request::TokenRequest;
use crate::secret::Text;
use crate::{basic, file, json};

/// The largest challenge file, in bytes.
const LARGEST_KEY: usize = 4096;

/// A user-assigned identity that a request names.
pub(super) enum UserAssigned {
    /// By its client id.
    Client(Text),
    /// By its principal's object id.
    Object(Text),
    /// By its Azure resource id.
    Resource(Text),
}

/// The members of the agent's answer that say whose the token is.
#[derive(Deserialize)]
struct Owner<'a> {
    #[serde(borrow)]
    client_id: Option<&'a RawValue>,
    #[serde(borrow)]
    object_id: Option<&'a RawValue>,
    #[serde(borrow)]
    msi_res_id: Option<&'a RawValue>,
    /// How App Service spells it.
    #[serde(borrow)]
    mi_res_id: Option<&'a RawValue>,
}

impl UserAssigned {
    /// The one that `request` names; none where the machine's own is meant.
    pub fn of(request: &TokenRequest) -> Option<Self> {
        let ids = [&request.client_id, &request.identity_object_id, &request.identity_resource_id];
        let kinds = [Self::Client, Self::Object, Self::Resource];
        let mut named = ids.into_iter().zip(kinds).filter(|(id, _)| !id.is_empty());
        named.next().map(|(id, kind)| kind(id.clone()))
    }

    /// Checks that the token in `body` is this identity's. Agents that know no user-assigned identities pass over the id,
    /// and give the token of the machine.
    ///
    /// # Errors
    /// [`Status::BadResponse`] where `body` does not say so.
    pub fn check(&self, body: &str) -> Result<(), Error> {
        let owner: Option<Owner<'_>> = json::object(body).ok();
        let (asked, named) = match self {
            Self::Client(id) => (id, owner.and_then(|owner| owner.client_id)),
            Self::Object(id) => (id, owner.and_then(|owner| owner.object_id)),
            Self::Resource(id) => (id, owner.and_then(|owner| owner.msi_res_id.or(owner.mi_res_id))),
        };
        // GUIDs and resource ids of Azure are the same in any case of letters.
        if json::text(named).is_some_and(|named| named.as_str().eq_ignore_ascii_case(asked.as_str())) {
            return Ok(());
        }
        Err(Error::new(
            Status::BadResponse,
            "Azure Arc's agent gave a token without saying that it is for the identity that was asked for, so it is not \
             used: agents that are too old give that of the machine. Update the agent, or leave the client id, object \
             id and resource id out.",
        ))
    }
}

/// What the agent's challenge file holds. It blocks.
///
/// `challenge` is the agent's `WWW-Authenticate`: `Basic realm=` and the path of the file. Only a file of the agent's
/// own is read: anything else would be handed to whoever answers in the agent's place.
///
/// # Errors
/// [`Status::BadResponse`] for another challenge or path; [`Status::InvalidArgument`] where the file cannot be read.
pub(super) fn key(challenge: &str, folder: &Path) -> Result<Text, Error> {
    let path = challenge_file(challenge, folder).map_err(|wrong| {
        let message = format!("Azure Arc's agent {wrong}. Check that IDENTITY_ENDPOINT is the agent's address.");
        Error::new(Status::BadResponse, message)
    })?;
    let what = "challenge file of Azure Arc's agent";
    let bytes = file::read(what, path, LARGEST_KEY).map_err(|error| {
        let who = if cfg!(windows) {
            "Administrators and members of the group 'Hybrid Agent Extension Applications' may."
        } else {
            "root and members of the group 'himds' may."
        };
        Error::invalid(format!("{error} {who}"))
    })?;
    let key = std::str::from_utf8(bytes.as_ref()).map(str::trim_ascii_end);
    let printable = key.is_ok_and(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()));
    match key {
        Ok(key) if printable => Ok(key.into()),
        _ => Err(Error::invalid(format!("The {what} {path} holds no key."))),
    }
}

/// The `Authorization` that answers the challenge.
pub(super) fn authorization(key: &Text) -> HeaderValue {
    basic::header_with(key.as_str())
}

/// Where the agent keeps its challenge files.
pub(super) fn folder(environment: impl Fn(&str) -> Option<String>) -> PathBuf {
    if cfg!(windows) {
        let data = environment("ProgramData").unwrap_or_else(|| r"C:\ProgramData".into());
        Path::new(&data).join("AzureConnectedMachineAgent").join("Tokens")
    } else {
        "/var/opt/azcmagent/tokens".into()
    }
}

/// The path that a challenge names; or what is wrong with it, as the rest of a sentence about the agent.
fn challenge_file<'a>(challenge: &'a str, folder: &Path) -> Result<&'a str, &'static str> {
    const OTHER: &str = "asks for something else than the content of a challenge file";
    let (scheme, parameters) = challenge.split_once(' ').ok_or(OTHER)?;
    let (name, path) = parameters.split_once('=').ok_or(OTHER)?;
    if !scheme.eq_ignore_ascii_case("basic") || !name.trim().eq_ignore_ascii_case("realm") {
        return Err(OTHER);
    }
    let path = path.trim().trim_matches('"');
    let inside = Path::new(path).parent().is_some_and(|parent| same(parent, folder));
    let key = Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("key"));
    if !inside || !key {
        return Err("names a file that is no challenge file of its own, which is not read");
    }
    Ok(path)
}

/// Whether two paths have the same parts; Windows does not tell the case of letters apart.
fn same(one: &Path, other: &Path) -> bool {
    let part = |part: Component<'_>| match part.as_os_str() {
        name if cfg!(windows) => name.to_ascii_lowercase(),
        name => name.to_owned(),
    };
    one.components().map(part).eq(other.components().map(part))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn refusal(challenge: &str, folder: &Path) -> (Status, String) {
        let error = key(challenge, folder).expect_err(challenge);
        (error.status, error.message.as_str().to_owned())
    }

    #[test]
    fn the_key_is_what_the_file_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("one.key");
        fs::write(&file, "S3cret+key/\r\n").expect("written");
        for challenge in [format!("Basic realm={}", file.display()), format!("basic Realm=\"{}\"", file.display())] {
            assert_eq!(key(&challenge, folder.path()).expect("read").as_str(), "S3cret+key/", "{challenge}");
        }
        let authorization = authorization(&"S3cret+key/".into());
        assert_eq!(authorization, "Basic S3cret+key/");
        assert!(authorization.is_sensitive());
    }

    #[test]
    fn a_token_is_for_the_identity_that_was_asked_for() {
        let by_client = UserAssigned::Client("0AB".into());
        let by_object = UserAssigned::Object("0AB".into());
        let by_resource = UserAssigned::Resource("/subscriptions/X".into());
        for (identity, body) in [
            (&by_client, r#"{"client_id":"0ab","object_id":"other"}"#),
            (&by_object, r#"{"object_id":"0AB"}"#),
            (&by_resource, r#"{"msi_res_id":"/subscriptions/x"}"#),
            (&by_resource, r#"{"mi_res_id":"other","msi_res_id":"/subscriptions/x"}"#),
            (&by_resource, r#"{"mi_res_id":"\/SUBSCRIPTIONS\/x"}"#),
        ] {
            identity.check(body).expect(body);
        }
        for (identity, body) in [
            (&by_client, r#"{"access_token":"machine's"}"#),
            (&by_client, r#"{"client_id":"0abc"}"#),
            (&by_client, r#"{"client_id":null,"object_id":"0AB"}"#),
            (&by_client, r#"{"client_id":"0ab","client_id":"other"}"#),
            (&by_object, r#"{"client_id":"0AB"}"#),
            (&by_object, r#"{"object_id":["0AB"]}"#),
            (&by_resource, r#"{"msi_res_id":""}"#),
            (&by_resource, r#"{"mi_res_id":"/subscriptions/x","msi_res_id":"other"}"#),
        ] {
            assert_eq!(identity.check(body).expect_err(body).status, Status::BadResponse);
        }
        assert!(UserAssigned::of(&TokenRequest::new()).is_none());
    }

    #[test]
    fn other_files_are_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let (inside, outside) = (folder.path().join("tokens"), folder.path().join("other.key"));
        fs::create_dir_all(inside.join("deeper")).expect("made");
        for file in [&outside, &inside.join("deeper/one.key"), &inside.join("one.txt"), &inside.join("one.key")] {
            fs::write(file, "hunter2").expect("written");
        }
        let inside_text = inside.display();
        for path in [
            outside.display().to_string(),
            format!("{inside_text}/deeper/one.key"),
            format!("{inside_text}/one.txt"),
            format!("{inside_text}/../other.key"),
            format!("{inside_text}/../tokens/one.key"),
            format!("{inside_text}/.key"),
            "one.key".into(),
            "/etc/passwd".into(),
            String::new(),
        ] {
            let (status, message) = refusal(&format!("Basic realm={path}"), &inside);
            assert_eq!(status, Status::BadResponse, "{path}");
            assert!(message.contains("no challenge file of its own"), "{path}: {message}");
        }
        for challenge in ["", "Basic", "Basic realm", "Bearer realm=x", "Basic file=x"] {
            assert!(refusal(challenge, &inside).1.contains("something else"), "{challenge}");
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("one.key");
        let challenge = format!("Basic realm={}", file.display());
        let (status, message) = refusal(&challenge, folder.path());
        assert_eq!(status, Status::InvalidArgument);
        assert!(message.contains("does not exist"), "{message}");
        for content in ["", "\n", "two words", "two\nlines", "é"] {
            fs::write(&file, content).expect("written");
            assert!(refusal(&challenge, folder.path()).1.contains("holds no key"), "{content}");
        }
        fs::write(&file, "k".repeat(LARGEST_KEY)).expect("written");
        key(&challenge, folder.path()).expect("as large as allowed");
        fs::write(&file, "k".repeat(LARGEST_KEY + 1)).expect("written");
        assert!(refusal(&challenge, folder.path()).1.contains("larger than 4096 bytes"));
    }
}
