//! Azure Arc's agent and its challenge.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Answer, Server, Suite};
use serde_json::{Value, json};

use crate::child::ask_with;
use crate::{SECRET, TOKEN, says};

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("arcs_challenge_is_answered", ArcFolder::make, arcs_challenge_is_answered)
        .test("arcs_agent_gets_no_other_file", arcs_agent_gets_no_other_file)
        .test("arcs_token_is_the_identitys_that_was_asked_for", arcs_token_is_the_identitys_that_was_asked_for)
}

/// The folder of Arc's challenge files, made for a test on a machine that has none.
struct ArcFolder(PathBuf);

impl ArcFolder {
    fn make() -> Result<Self, String> {
        let agent = Path::new("/var/opt/azcmagent");
        if !cfg!(target_os = "linux") {
            return Err("the folder of Azure Arc's agent is made on Linux alone".to_owned());
        }
        if agent.exists() {
            return Err(format!("{} is there already: this machine may have an agent of Azure Arc", agent.display()));
        }
        let folder = agent.join("tokens");
        fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for ArcFolder {
    fn drop(&mut self) {
        let agent = self.0.parent().expect("the folder lies in the agent's");
        fs::remove_dir_all(agent).expect("what was made can be removed");
    }
}

fn arc_environment(server: &Server) -> [(&'static str, String); 2] {
    [("IDENTITY_ENDPOINT", server.url("/metadata/identity/oauth2/token")), ("IMDS_ENDPOINT", server.url(""))]
}

fn ask_arc(server: &Server, request: Value) -> Value {
    let environment = arc_environment(server);
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    ask_with(&environment, &[request]).remove(0)
}

fn arcs_challenge_is_answered(folder: ArcFolder) {
    let file = folder.0.join("8f1c.key");
    fs::write(&file, SECRET).expect("written");
    let challenge = format!("Basic realm={}", file.display());
    let server = Server::start(move |request| match request.header("authorization") {
        None => Answer::status(401).header("WWW-Authenticate", &challenge),
        Some(authorization) if authorization == format!("Basic {SECRET}") => Answer::json(200, TOKEN),
        Some(wrong) => Answer::json(401, format!(r#"{{"error":"unauthorized","error_description":"not {wrong}"}}"#)),
    });
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["token"], &outcome["attempts"]), (&json!("token"), &json!(1)), "{outcome}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.target, "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=r");
        assert_eq!(request.header("metadata"), Some("true"));
    }

    fs::write(&file, "another").expect("written");
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["status"], &outcome["error"]), (&json!("OAuthError"), &json!("unauthorized")), "{outcome}");
    says(&outcome, "description", "not Basic [redacted]");
    assert_eq!(server.requests().len(), 4, "a challenge is answered once");

    fs::remove_file(&file).expect("removed");
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!(outcome["status"], "InvalidArgument");
    says(&outcome, "message", "8f1c.key does not exist");
}

fn arcs_agent_gets_no_other_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.key");
    fs::write(&file, SECRET).expect("written");
    let challenge = format!("Basic realm={}", file.display());
    let server = Server::start(move |_| Answer::status(401).header("WWW-Authenticate", &challenge));
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["status"], &outcome["http_status"]), (&json!("BadResponse"), &json!(401)), "{outcome}");
    says(&outcome, "message", "no challenge file of its own");
    assert_eq!(server.requests().len(), 1);
}

fn arcs_token_is_the_identitys_that_was_asked_for() {
    let server = Server::start(|request| match request.target.contains("client_id=known") {
        true => Answer::json(200, TOKEN.replacen('{', r#"{"client_id":"KNOWN","#, 1)),
        false => Answer::json(200, TOKEN.replacen('{', r#"{"client_id":"machine","#, 1)),
    });
    for request in [json!({"resource": "r", "client_id": "known"}), json!({"resource": "r"})] {
        let outcome = ask_arc(&server, request);
        assert_eq!(outcome["token"], "token", "{outcome}");
    }
    let outcome = ask_arc(&server, json!({"resource": "r", "client_id": "unknown"}));
    assert_eq!((&outcome["status"], &outcome["http_status"]), (&json!("BadResponse"), &json!(200)), "{outcome}");
    says(&outcome, "message", "so it is not used");
}
