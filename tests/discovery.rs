//! Token endpoints found by their issuer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use psoauth_test_support::{Answer, Authority, OidcInstallation, OidcProvider, Received, Server, Suite};
use psoauthhelper::{Call, Status, TokenRequest};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn main() {
    Suite::new()
        .with_tool("oidc_providers_metadata_leads_to_a_token", OidcInstallation::find, oidc_providers_metadata)
        .test("an_issuer_is_asked_once_by_those_who_ask_alike", an_issuer_is_asked_once)
        .test("metadata_is_looked_for_in_both_places", metadata_is_looked_for_in_both_places)
        .test("another_issuers_metadata_is_not_used", another_issuers_metadata_is_not_used)
        .test("the_token_endpoint_keeps_the_rules_of_one", the_token_endpoint_keeps_the_rules_of_one)
        .test("an_issuer_without_metadata_is_explained", an_issuer_without_metadata_is_explained)
        .test("redirects_are_not_followed", redirects_are_not_followed)
        .test("passing_faults_are_tried_again_and_not_kept", passing_faults_are_tried_again_and_not_kept)
        .test("time_size_and_cancelling_end_it", time_size_and_cancelling_end_it)
        .test("the_issuer_has_to_be_trusted", the_issuer_has_to_be_trusted)
        .run()
}

fn request(issuer: &str) -> TokenRequest {
    TokenRequest {
        issuer: issuer.into(),
        client_id: "client".into(),
        client_secret: "hunter2hunter2".into(),
        max_retries: 0,
        ..TokenRequest::new()
    }
}

/// The status and the message of a call that is to fail.
fn failure(request: TokenRequest) -> (Status, String) {
    let call = Call::start(request);
    let error = call.wait().result.as_ref().expect_err("no token");
    (error.status, error.message.as_str().to_owned())
}

fn succeeds(request: TokenRequest) -> u32 {
    let call = Call::start(request);
    let outcome = call.wait();
    assert_eq!(outcome.result.as_ref().expect("a token").access_token.as_str(), "token");
    outcome.attempts
}

/// A server that does as `answer` says, which is given the server's address: that is known only once it has started.
fn server(answer: impl Fn(&Received, &str) -> Answer + Send + Sync + 'static) -> Server {
    let address = Arc::new(Mutex::new(String::new()));
    let known = address.clone();
    let server = Server::start(move |request| answer(request, &known.lock().expect("not poisoned")));
    *address.lock().expect("not poisoned") = server.url("");
    server
}

fn metadata(issuer: &str, token_endpoint: &str) -> Answer {
    Answer::json(200, format!(r#"{{"issuer":"{issuer}","token_endpoint":"{token_endpoint}","jwks_uri":null}}"#))
}

/// How often each target was asked for, in the order of the first time.
fn targets(server: &Server) -> Vec<(String, usize)> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for request in server.requests() {
        match counted.iter_mut().find(|(target, _)| *target == request.target) {
            Some((_, count)) => *count += 1,
            None => counted.push((request.target.clone(), 1)),
        }
    }
    counted
}

fn oidc_providers_metadata(installation: OidcInstallation) {
    let provider = installation.start();
    let (id, secret) = OidcProvider::POST_CLIENT;
    let request = |issuer: &str| TokenRequest {
        client_id: id.into(),
        client_secret: secret.into(),
        resource: OidcProvider::RESOURCE.into(),
        scope: OidcProvider::SCOPE.into(),
        ..request(issuer)
    };
    let call = Call::start(request(provider.issuer()));
    let token = call.wait().result.as_ref().expect("a token");
    assert_eq!(token.expires_in, Some(3600));

    let (status, message) = failure(request(&format!("{}/", provider.issuer())));
    assert_eq!(status, Status::BadResponse);
    assert!(message.contains(&format!("another issuer, {}, and", provider.issuer())), "{message}");
}

fn an_issuer_is_asked_once() {
    let server = server(|request, address| match request.target.as_str() {
        OPENID => metadata(address, &format!("{address}/token")),
        _ => Answer::token(),
    });
    let issuer = server.url("");
    assert_eq!(succeeds(request(&issuer)), 1);
    assert_eq!(succeeds(request(&issuer)), 1);
    assert_eq!(targets(&server), [(OPENID.to_owned(), 1), ("/token".to_owned(), 2)]);

    let asked = server.next_request();
    assert_eq!((asked.method.as_str(), asked.header("accept")), ("GET", Some("application/json")));
    assert!(asked.body.is_empty() && asked.header("authorization").is_none());

    succeeds(TokenRequest { user_agent: "Another/1.0".into(), ..request(&issuer) });
    assert_eq!(targets(&server)[0], (OPENID.to_owned(), 2));
    let agents: Vec<_> =
        server.requests().iter().map(|request| request.header("user-agent").expect("one").to_owned()).collect();
    assert_eq!(agents[3..], ["Another/1.0", "Another/1.0"]);
    assert!(agents[..3].iter().all(|agent| agent.starts_with("PSOAuthHelper/")), "{agents:?}");
}

fn metadata_is_looked_for_in_both_places() {
    for elsewhere in [
        Answer::status(404),
        Answer::json(403, r#"{"error":"forbidden"}"#),
        Answer::status(302).header("Location", "/sign-in"),
        Answer::raw("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
    ] {
        let server = server(move |request, address| match request.target.as_str() {
            "/.well-known/oauth-authorization-server/a/b" => {
                metadata(&format!("{address}/a/b"), &format!("{address}/token"))
            }
            "/token" => Answer::token(),
            _ => elsewhere.clone(),
        });
        succeeds(request(&server.url("/a/b")));
        let expected = [format!("/a/b{OPENID}"), format!("{OAUTH}/a/b"), "/token".to_owned()];
        assert_eq!(targets(&server), expected.map(|target| (target, 1)));
    }
}

fn another_issuers_metadata_is_not_used() {
    let server = server(|request, address| match request.target.as_str() {
        OPENID => metadata("https://login.example", &format!("{address}/token")),
        _ => Answer::token(),
    });
    let (status, message) = failure(request(&server.url("")));
    assert_eq!(status, Status::BadResponse);
    assert!(message.contains("another issuer, https://login.example, and so not used"), "{message}");
    assert_eq!(server.requests().len(), 1, "nothing else is asked");
}

fn the_token_endpoint_keeps_the_rules_of_one() {
    for (endpoint, says) in [
        ("http://login.example/token", "use https"),
        ("https://user:hunter2@login.example/token", "user name or password"),
        ("https://login.example/token#x", "fragment"),
        ("/token", "is not a URL"),
    ] {
        let server = server(move |_, address| metadata(address, endpoint));
        let (status, message) = failure(request(&server.url("")));
        assert_eq!(status, Status::BadResponse);
        assert!(message.contains("names a token endpoint that") && message.contains(says), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

fn an_issuer_without_metadata_is_explained() {
    let server = server(|request, _| match request.target.as_str() {
        OPENID => Answer::status(404),
        _ => Answer::json(200, "[]"),
    });
    let (status, message) = failure(request(&server.url("")));
    assert_eq!(status, Status::BadResponse);
    let address = server.url("");
    assert_eq!(
        message,
        format!(
            "The issuer {address} has no metadata: {address}{OPENID} gives HTTP 404, and {address}{OAUTH} is no JSON \
             object. Check the issuer, or give the token endpoint."
        )
    );
}

fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_| Answer::token());
    let to = elsewhere.url("/metadata?key=hunter2");
    let server = server(move |_, _| Answer::status(301).header("Location", &to));
    let (status, message) = failure(request(&server.url("")));
    assert_eq!(status, Status::Redirected);
    assert!(message.contains(&format!("to {} (HTTP 301)", elsewhere.url("/metadata"))), "{message}");
    assert!(elsewhere.requests().is_empty());
}

fn passing_faults_are_tried_again_and_not_kept() {
    let answers = Mutex::new(vec![
        Answer::json(200, r#"{"issuer":"x"}"#),
        Answer::status(503),
        Answer::status(429).header("Retry-After", "17"),
    ]);
    let server = server(move |request, address| match request.target.as_str() {
        OPENID => answers
            .lock()
            .expect("not poisoned")
            .pop()
            .unwrap_or_else(|| metadata(address, &format!("{address}/token"))),
        _ => Answer::token(),
    });
    let issuer = server.url("");
    let call = Call::start(request(&issuer));
    let throttled = call.wait().result.as_ref().expect_err("no token");
    assert_eq!((throttled.status, throttled.retry_after), (Status::Throttled, Some(17)));

    let (status, message) = failure(TokenRequest { max_retries: 1, ..request(&issuer) });
    assert_eq!(status, Status::BadResponse);
    assert!(message.contains("another issuer, x,"), "{message}");
    assert_eq!(server.requests().len(), 3);

    assert_eq!(succeeds(request(&issuer)), 1);
}

fn time_size_and_cancelling_end_it() {
    let silent = server(|_, _| Answer::nothing().hold());
    let (status, message) =
        failure(TokenRequest { timeout: Duration::from_millis(300), ..request(&silent.url("/silent")) });
    assert_eq!(status, Status::TimedOut);
    assert!(message.contains(&silent.url("/silent within 0.3 s")), "{message}");

    let silent = server(|_, _| Answer::nothing().hold());
    let call = Call::start(request(&silent.url("")));
    silent.next_request();
    call.cancel();
    assert_eq!(call.wait().status(), Status::Cancelled);

    let large = server(|_, _| Answer::json(200, " ".repeat((1 << 20) + 1)));
    let (status, message) = failure(request(&large.url("")));
    assert_eq!(status, Status::BadResponse);
    assert!(message.contains("larger than 1 MiB"), "{message}");
}

fn the_issuer_has_to_be_trusted() {
    let (authority, folder) = (Authority::new("Contoso Root"), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("roots.pem");
    authority.write_pem(&file);
    let address = Arc::new(Mutex::new(String::new()));
    let known = address.clone();
    let server = Server::start_tls(&authority.issue(&["127.0.0.1"]), move |request| {
        let address = known.lock().expect("not poisoned").clone();
        match request.target.as_str() {
            OPENID => metadata(&address, &format!("{address}/token")),
            _ => Answer::token(),
        }
    });
    *address.lock().expect("not poisoned") = server.url("");

    let (status, message) = failure(request(&server.url("")));
    assert_eq!(status, Status::Tls);
    assert!(message.contains("does not trust"), "{message}");
    let path = file.to_str().expect("UTF-8").into();
    succeeds(TokenRequest { certificate_authority_path: path, ..request(&server.url("")) });
}
