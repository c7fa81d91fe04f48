//! The authorization server, seen from a bare socket.

use std::io::{Read, Write};
use std::net::TcpStream;

use psoauth_test_support::AuthorizationServer;
use serde_json::{Value, json};

fn request(server: &AuthorizationServer, head: &str, body: &str) -> (u16, Value) {
    let mut socket = TcpStream::connect(server.server().address()).unwrap();
    let length = body.len();
    write!(socket, "{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let status = answer["HTTP/1.1 ".len()..][..3].parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn post(server: &AuthorizationServer, path: &str, headers: &str, form: &str) -> (u16, Value) {
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}");
    request(server, &head, form)
}

fn error(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap())
}

#[test]
fn both_versions_of_entra_are_played() {
    let server = AuthorizationServer::builder().client("id", "s&=+é").start();
    let credentials = "client_id=id&client_secret=s%26%3D%2B%C3%A9";
    let form = format!("grant_type=client_credentials&{credentials}&resource=https%3A%2F%2Fr&scope=");
    let (status, token) = post(&server, "/t/oauth2/token", "", &form);
    assert_eq!(status, 200);
    assert_eq!(token["access_token"], "access-token-1-of-id");
    assert_eq!((&token["expires_in"], &token["resource"]), (&json!("3599"), &json!("https://r")));
    assert!(token["expires_on"].as_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    assert_eq!((token.get("scope"), token.get("refresh_token")), (None, None));

    let form = format!("grant_type=client_credentials&{credentials}&scope=api%2F.default");
    let (status, token) = post(&server, "/t/oauth2/v2.0/token", "", &form);
    assert_eq!(status, 200);
    assert_eq!((&token["expires_in"], &token["scope"]), (&json!(3599), &json!("api/.default")));
    assert_eq!(token.get("expires_on"), None);
    assert_eq!((server.granted(), server.refused()), (2, 0));
}

#[test]
fn clients_prove_themselves_in_one_way() {
    let server = AuthorizationServer::builder().client("i d", "s:+").public_client("public").start();
    let grant = "grant_type=client_credentials";
    // RFC 6749 2.3.1: `i+d:s%3A%2B` in base64.
    let basic = "Authorization: Basic aStkOnMlM0ElMkI=\r\n";
    assert_eq!(post(&server, "/token", basic, grant).0, 200);
    let both = format!("{grant}&client_id=i%20d&client_secret=s%3A%2B");
    assert_eq!(post(&server, "/token", "", &both).0, 200);
    assert_eq!(error(&post(&server, "/token", basic, &both)), (400, "invalid_request"));
    for wrong in ["client_id=i%20d&client_secret=x", "client_id=i%20d", "client_id=who&client_secret=x"] {
        let answer = post(&server, "/token", "", &format!("{grant}&{wrong}"));
        assert_eq!(error(&answer), (401, "invalid_client"), "{wrong}");
        assert_eq!(answer.1["error_codes"], json!([7_000_215]));
    }
    let public = post(&server, "/token", "", &format!("{grant}&client_id=public"));
    assert_eq!(error(&public), (400, "unauthorized_client"));

    // `i d:s:+` as it is.
    let raw = "Authorization: Basic aSBkOnM6Kw==\r\n";
    assert_eq!(error(&post(&server, "/token", raw, grant)), (401, "invalid_client"));
    let server = AuthorizationServer::builder().client("i d", "s:+").raw_basic().start();
    assert_eq!(post(&server, "/token", raw, grant).0, 200);
    assert_eq!((server.granted(), server.refused()), (1, 0));
}

#[test]
fn users_get_tokens_and_renew_them() {
    let server = AuthorizationServer::builder().public_client("app").user("ann", "p%").start();
    let password = "grant_type=password&client_id=app&username=ann&password=";
    assert_eq!(error(&post(&server, "/token", "", &format!("{password}p"))), (400, "invalid_grant"));
    let (status, token) = post(&server, "/token", "", &format!("{password}p%25"));
    assert_eq!((status, &token["refresh_token"]), (200, &json!("refresh-token-1-of-app")));

    let refresh = "grant_type=refresh_token&client_id=app&refresh_token=";
    assert_eq!(error(&post(&server, "/token", "", &format!("{refresh}nonsense"))), (400, "invalid_grant"));
    let (status, token) = post(&server, "/token", "", &format!("{refresh}refresh-token-1-of-app"));
    assert_eq!((status, &token["access_token"]), (200, &json!("access-token-2-of-app")));
}

#[test]
fn what_is_no_token_request_is_refused() {
    let server = AuthorizationServer::builder().client("id", "secret").start();
    let credentials = "client_id=id&client_secret=secret";
    let refused = |form: &str| {
        let answer = post(&server, "/token", "", &format!("{form}&{credentials}"));
        error(&answer).1.to_owned()
    };
    assert_eq!(refused("grant_type=magic"), "unsupported_grant_type");
    assert_eq!(refused("grant_type="), "invalid_request");
    assert_eq!(refused("grant_type=password"), "invalid_request");
    assert_eq!(refused("grant_type=client_credentials&scope=a&scope=b"), "invalid_request");
    let json = request(&server, "POST /token HTTP/1.1\r\nContent-Type: application/json\r\n", "{}");
    assert_eq!(error(&json), (400, "invalid_request"));
    assert_eq!(request(&server, "GET /token HTTP/1.1\r\n", "").0, 405);
    assert_eq!(request(&server, "POST /other HTTP/1.1\r\n", "").0, 404);
    assert_eq!(server.granted(), 0);
}
