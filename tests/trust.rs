//! Certificate authorities that a request trusts beside the system's.

use std::fs;

use psoauth_test_support::{Answer, Authority, Identity, Server};
use psoauthhelper::{Call, Outcome, Status, TokenRequest};

fn request(server: &Server, authorities: &str) -> TokenRequest {
    TokenRequest {
        token_endpoint: server.url("/token").into(),
        client_id: "client".into(),
        certificate_authority_path: authorities.into(),
        max_retries: 0,
        ..TokenRequest::new()
    }
}

fn status(request: TokenRequest) -> Status {
    Call::start(request).wait().status()
}

fn failure(outcome: &Outcome) -> (Status, u32, String) {
    let error = outcome.result.as_ref().expect_err("no token");
    (error.status, outcome.attempts, error.message.as_str().to_owned())
}

#[test]
fn what_the_file_holds_now_is_trusted() {
    let (one, other) = (Authority::new("One"), Authority::new("Other"));
    let server = Server::start_tls(&one.issue(&["127.0.0.1"]), |_| Answer::token());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roots.pem");
    let path = file.to_str().expect("UTF-8");

    other.write_pem(&file);
    assert_eq!(status(request(&server, path)), Status::Tls);
    fs::write(&file, format!("{}{}", other.pem(), one.pem())).expect("written");
    assert_eq!(status(request(&server, path)), Status::Ok);
    assert_eq!(status(request(&server, "")), Status::Tls);
    other.write_pem(&file);
    assert_eq!(status(request(&server, path)), Status::Tls);
    one.write_pem(&file);
    assert_eq!(status(request(&server, path)), Status::Ok);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_certificate_that_signed_itself_may_be_named() {
    let identity = Identity::self_signed(&["127.0.0.1"]);
    let server = Server::start_tls(&identity, |_| Answer::token());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("server.pem");
    fs::write(&file, identity.certificate_pem()).expect("written");

    let call = Call::start(request(&server, ""));
    let (status_without, _, message) = failure(call.wait());
    assert_eq!(status_without, Status::Tls);
    assert!(message.contains("self-signed") && message.contains("name its PEM file in the request"), "{message}");
    assert_eq!(status(request(&server, file.to_str().expect("UTF-8"))), Status::Ok);
}

#[test]
fn trust_does_not_excuse_a_wrong_name_or_date() {
    let authority = Authority::new("One");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roots.pem");
    authority.write_pem(&file);
    for identity in [authority.issue(&["login.example.com"]), authority.issue_expired(&["127.0.0.1"])] {
        let server = Server::start_tls(&identity, |_| Answer::token());
        assert_eq!(status(request(&server, file.to_str().expect("UTF-8"))), Status::Tls);
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let server = Server::start(|_| Answer::token());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("roots.pem");
    let path = file.to_str().expect("UTF-8");
    let check = |says: &str| {
        let call = Call::start(request(&server, path));
        let (status, attempts, message) = failure(call.wait());
        assert_eq!((status, attempts), (Status::InvalidArgument, 0), "{message}");
        assert!(message.contains(&format!("certificate authority file {path} {says}")), "{message}");
    };
    check("does not exist");
    fs::write(&file, "no certificate").expect("written");
    check("holds no certificate in PEM");
    fs::write(&file, vec![b'\n'; (1 << 20) + 1]).expect("written");
    check("is larger than 1048576 bytes");
    assert!(server.requests().is_empty());
}
