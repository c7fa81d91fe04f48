//! Which requests are complete, and what goes out of each.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use psoauth_test_support::Authority;

use super::*;
use crate::error::Status;
use crate::parameters::Parameters;
use crate::runtime::runtime;

fn request() -> TokenRequest {
    TokenRequest {
        token_endpoint: "https://login.example/token".into(),
        client_id: "the id".into(),
        client_secret: "s3cr+t value".into(),
        ..TokenRequest::new()
    }
}

fn refusal(request: TokenRequest) -> String {
    let error = Prepared::new(request).err().expect("refused");
    assert_eq!(error.status, Status::InvalidArgument);
    error.message.as_str().to_owned()
}

#[test]
fn fields_go_out_in_their_order() {
    let mut request = TokenRequest {
        resource: "r".into(),
        scope: "s".into(),
        grant_type: "password".into(),
        username: "u".into(),
        password: "p".into(),
        refresh_token: "t".into(),
        ..request()
    };
    request.parameters.add("audience".into(), "a".into()).expect("free name");
    let prepared = Prepared::new(request).expect("complete");
    assert_eq!(
        prepared.body(None),
        "grant_type=password&client_id=the%20id&client_secret=s3cr%2Bt%20value&resource=r&scope=s\
         &username=u&password=p&refresh_token=t&audience=a"
    );
}

#[test]
fn what_is_sent_of_a_field_is_no_parameters_name() {
    let all = TokenRequest {
        resource: "r".into(),
        scope: "s".into(),
        username: "u".into(),
        password: "p".into(),
        refresh_token: "t".into(),
        ..request()
    };
    let body = Prepared::new(all).expect("complete").body(Some("a.b.c"));
    let names: Vec<_> =
        body.split(|byte| *byte == b'&').map(|field| field.split(|byte| *byte == b'=').next()).collect();
    assert_eq!(names.len(), 10);
    for name in names.into_iter().flatten().map(|name| std::str::from_utf8(name).expect("ASCII")) {
        Parameters::default().add(name.into(), "x".into()).expect_err(name);
    }
}

#[test]
fn basic_takes_the_credentials_out_of_the_body() {
    for (way, credentials) in [
        (ClientAuthentication::Basic, "the%20id:s3cr%2Bt%20value"),
        (ClientAuthentication::BasicRaw, "the id:s3cr+t value"),
    ] {
        let request = TokenRequest { client_authentication: way, ..request() };
        let prepared = Prepared::new(request).expect("complete");
        assert_eq!(prepared.body(None), "grant_type=client_credentials");
        let header = prepared.authorization().expect("a header");
        assert_eq!(header, format!("Basic {}", STANDARD.encode(credentials)).as_str());
        assert!(header.is_sensitive());
    }
}

#[test]
fn a_header_that_a_server_repeats_is_not_shown() {
    for way in [ClientAuthentication::Basic, ClientAuthentication::BasicRaw] {
        let prepared = Prepared::new(TokenRequest { client_authentication: way, ..request() }).expect("complete");
        let header = prepared.authorization().expect("a header");
        let said = format!("'{}' is wrong", header.to_str().expect("ASCII"));
        assert_eq!(prepared.redactor(None).line(&said), "'Basic [redacted]' is wrong", "{way:?}");
    }
}

#[test]
fn a_proxys_credentials_are_not_shown() {
    let proxied = TokenRequest {
        proxy: "http://proxy.example:3128".into(),
        proxy_username: "user".into(),
        proxy_password: "passw0rd".into(),
        ..request()
    };
    let prepared = Prepared::new(proxied).expect("complete");
    let said = format!("not {} with Basic {}", "passw0rd", STANDARD.encode("user:passw0rd"));
    assert_eq!(prepared.redactor(None).line(&said), "not [redacted] with Basic [redacted]");
}

#[test]
fn what_servers_answer_by_makes_another_way() {
    let (authority, folder) = (Authority::new("clients"), tempfile::tempdir().expect("a folder"));
    let write = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).expect("the folder can be written");
        Text::from(path.to_str().expect("UTF-8"))
    };
    let authorities = write("authorities.pem", authority.pem());
    let certificates = ["one", "other"].map(|name| write(name, authority.issue_client(name).pem()));
    let with_certificate = |path: &Text| TokenRequest {
        client_secret: "".into(),
        certificate_path: path.clone(),
        mutual_tls: true,
        ..request()
    };
    let ways = [
        request(),
        TokenRequest { proxy: "http://proxy.example:3128".into(), ..request() },
        TokenRequest { certificate_authority_path: authorities, ..request() },
        TokenRequest { user_agent: "another".into(), ..request() },
        with_certificate(&certificates[0]),
        with_certificate(&certificates[1]),
    ]
    .map(|request| {
        let mut prepared = Prepared::new(request).map_err(|error| error.to_string()).expect("complete");
        let options = async {
            prepared.credential.read().await?;
            prepared.options(&prepared.credential.open().await?).await
        };
        runtime().expect("a runtime").block_on(options).map_err(|error| error.to_string()).expect("options").way()
    });
    for (number, way) in ways.iter().enumerate() {
        let alike = ways.iter().filter(|other| *other == way).count();
        assert_eq!(alike, 1, "{number}");
    }
}

#[test]
fn an_id_with_a_colon_is_not_sent_raw() {
    let of = |way| TokenRequest { client_id: "a:b".into(), client_authentication: way, ..request() };
    assert!(refusal(of(ClientAuthentication::BasicRaw)).contains("holds a colon"));
    for way in [ClientAuthentication::Body, ClientAuthentication::Basic] {
        Prepared::new(of(way)).map_err(|_| ()).expect("valid");
    }
    let assertion = TokenRequest {
        client_secret: "".into(),
        client_assertion: "a.b.c".into(),
        ..of(ClientAuthentication::BasicRaw)
    };
    Prepared::new(assertion).map_err(|_| ()).expect("an assertion's id goes into the body");
}

#[test]
fn what_is_missing_is_named() {
    assert!(refusal(TokenRequest { client_id: "".into(), ..request() }).contains("a client id"));
    assert!(refusal(TokenRequest { grant_type: "".into(), ..request() }).contains("a grant type"));
    assert!(
        refusal(TokenRequest { token_endpoint: "".into(), ..request() })
            .contains("token endpoint, a tenant or an issuer")
    );
    assert!(refusal(TokenRequest { tenant: "contoso.com".into(), ..request() }).contains("give one of them"));
    let password = TokenRequest { grant_type: "password".into(), username: "u".into(), ..request() };
    assert!(refusal(password).contains("a password"));
    assert!(refusal(TokenRequest { grant_type: "refresh_token".into(), ..request() }).contains("a refresh token"));
}

#[test]
fn a_user_agent_is_a_printable_line() {
    let with = |user_agent: &str| TokenRequest { user_agent: user_agent.into(), ..request() };
    Prepared::new(with("Contoso-Reports/2.1 (nightly)")).map_err(|_| ()).expect("valid");
    for user_agent in [" x", "x ", "x\r\ny: z", "ä", "x\ty", &"x".repeat(257)] {
        assert!(refusal(with(user_agent)).contains("user agent"), "{user_agent:?}");
    }
}

#[test]
fn a_managed_identity_needs_no_client_id() {
    let request = TokenRequest { managed_identity: true, resource: "r".into(), ..TokenRequest::new() };
    Prepared::new(request).map_err(|error| error.to_string()).expect("complete");
}
