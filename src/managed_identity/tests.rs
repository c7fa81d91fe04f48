//! Which source is asked, and in what words.

use super::*;
use crate::error::Status;

const APP_SERVICE: [(&str, &str); 2] =
    [("IDENTITY_ENDPOINT", "http://169.254.130.4:8081/msi/token"), ("IDENTITY_HEADER", "hunter2hunter2")];
const ARC: [(&str, &str); 2] = [
    ("IDENTITY_ENDPOINT", "http://localhost:40342/metadata/identity/oauth2/token"),
    ("IMDS_ENDPOINT", "http://localhost:40342"),
];

fn request() -> TokenRequest {
    TokenRequest { managed_identity: true, resource: "https://vault.azure.net".into(), ..TokenRequest::new() }
}

fn identity(request: &TokenRequest, environment: &[(&str, &str)]) -> Result<ManagedIdentity, Error> {
    let value = |name: &str| environment.iter().find(|(each, _)| *each == name).map(|(_, value)| (*value).to_owned());
    ManagedIdentity::within(request, value)
}

fn url(request: &TokenRequest, environment: &[(&str, &str)]) -> String {
    identity(request, environment).map_err(|error| error.to_string()).expect("valid").endpoint.url().to_string()
}

fn refusal(request: &TokenRequest, environment: &[(&str, &str)]) -> String {
    let error = identity(request, environment).err().expect("refused");
    assert_eq!(error.status, Status::InvalidArgument);
    error.message.as_str().to_owned()
}

#[test]
fn the_environment_names_the_source() {
    let resource = "resource=https%3A%2F%2Fvault.azure.net";
    for (environment, source, address) in [
        (
            &[][..],
            Source::InstanceMetadata,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01",
        ),
        (
            &[("IDENTITY_HEADER", "x"), ("IDENTITY_ENDPOINT", "")],
            Source::InstanceMetadata,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01",
        ),
        (&APP_SERVICE, Source::AppService, "http://169.254.130.4:8081/msi/token?api-version=2019-08-01"),
        (
            &ARC,
            Source::Arc(arc::folder(|_| None)),
            "http://localhost:40342/metadata/identity/oauth2/token?api-version=2020-06-01",
        ),
    ] {
        let found = identity(&request(), environment).map_err(|error| error.to_string()).expect(address);
        assert_eq!(found.source, source);
        assert_eq!(found.endpoint.url().as_str(), format!("{address}&{resource}"));
    }
}

#[test]
fn the_secret_is_shown_to_app_service_alone() {
    let found = identity(&request(), &APP_SERVICE).map_err(|_| ()).expect("valid");
    assert_eq!(found.headers["x-identity-header"], "hunter2hunter2");
    assert!(found.headers["x-identity-header"].is_sensitive() && found.headers.get("metadata").is_none());
    for environment in [&[][..], &ARC] {
        let found = identity(&request(), environment).map_err(|_| ()).expect("valid");
        assert_eq!((found.headers.len(), &found.headers["metadata"]), (1, &HeaderValue::from_static("true")));
    }
}

#[test]
fn each_source_has_its_words_for_an_identity() {
    for (environment, expected) in [
        (&[][..], ["&client_id=c%2F1", "&object_id=o%2F1", "&msi_res_id=r%2F1"]),
        (&APP_SERVICE, ["&client_id=c%2F1", "&principal_id=o%2F1", "&mi_res_id=r%2F1"]),
        (&ARC, ["&client_id=c%2F1", "&object_id=o%2F1", "&msi_res_id=r%2F1"]),
    ] {
        let by_client = TokenRequest { client_id: "c/1".into(), ..request() };
        let by_object = TokenRequest { identity_object_id: "o/1".into(), ..request() };
        let by_resource = TokenRequest { identity_resource_id: "r/1".into(), ..request() };
        for (request, expected) in [by_client, by_object, by_resource].iter().zip(expected) {
            let url = url(request, environment);
            assert!(url.ends_with(&format!("net{expected}")), "{url}");
        }
    }
    let both = TokenRequest { client_id: "c".into(), identity_object_id: "o".into(), ..request() };
    assert!(refusal(&both, &[]).contains("in two ways"));
}

#[test]
fn a_scope_may_stand_for_a_resource() {
    let of = |resource: &str, scope: &str| TokenRequest { resource: resource.into(), scope: scope.into(), ..request() };
    for (scope, expected) in [
        ("https://vault.azure.net/.default", "resource=https%3A%2F%2Fvault.azure.net"),
        ("https://management.azure.com//.default", "resource=https%3A%2F%2Fmanagement.azure.com%2F"),
        ("api://1/.default", "resource=api%3A%2F%2F1"),
    ] {
        assert!(url(&of("", scope), &[]).ends_with(expected), "{scope}");
    }
    assert!(refusal(&of("", ""), &[]).contains("needs a resource"));
    for scope in ["User.Read", "/.default", "a/.default b/.default", "a/.DEFAULT"] {
        assert!(refusal(&of("", scope), &[]).contains("with '/.default' behind it"), "{scope}");
    }
    for scope in ["b", "a/.default"] {
        assert!(refusal(&of("a", scope), &[]).contains("not both"), "{scope}");
    }
}

#[test]
fn metadata_is_moved_to_this_machine_or_its_link_alone() {
    let moved = |host: &str| identity(&request(), &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", host)]);
    for (host, expected) in [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/metadata/identity/oauth2/token"),
        ("http://[::1]:8080/", "http://[::1]:8080/metadata/identity/oauth2/token"),
        ("http://169.254.170.2", "http://169.254.170.2/metadata/identity/oauth2/token"),
    ] {
        assert_eq!(moved(host).map_err(|error| error.to_string()).expect(host).display(), expected);
    }
    let open = TokenRequest { allow_http: true, ..request() };
    for (host, says) in [
        ("http://10.0.0.1", "http"),
        ("https://login.example", "leads to another machine"),
        ("http://169.254.169.254.evil.example", "http"),
        ("http://u:p@127.0.0.1", "user name or password"),
        ("127.0.0.1:8080", "is not a URL"),
    ] {
        for request in [&request(), &open] {
            let message = refusal(request, &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", host)]);
            assert!(message.starts_with("AZURE_POD_IDENTITY_AUTHORITY_HOST ") && message.contains(says), "{message}");
        }
    }
}

#[test]
fn an_environment_that_cannot_be_asked_is_explained() {
    let (endpoint, header) = ("IDENTITY_ENDPOINT", ("IDENTITY_HEADER", "hunter2"));
    for (environment, says) in [
        (&[(endpoint, "https://h"), header, ("IDENTITY_SERVER_THUMBPRINT", "AB")][..], "Service Fabric"),
        (&[("MSI_ENDPOINT", "http://localhost:50342/oauth2/token")], "Cloud Shell"),
        (&[(endpoint, "http://10.0.0.1/token"), header], "IDENTITY_ENDPOINT is http"),
        (&[(endpoint, "token"), header], "IDENTITY_ENDPOINT is not a URL"),
        (&[(endpoint, "https://login.example"), ("IMDS_ENDPOINT", "x")], "is on this one"),
        (&[(endpoint, "http://127.0.0.1/token"), ("IDENTITY_HEADER", "hunter2\n")], "IDENTITY_HEADER holds"),
    ] {
        let message = refusal(&request(), environment);
        assert!(message.contains(says) && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn what_a_managed_identity_has_no_use_for_is_refused() {
    let mut parameters = crate::parameters::Parameters::default();
    parameters.add("audience".into(), "x".into()).expect("a free name");
    for (request, says) in [
        (TokenRequest { username: "u".into(), ..request() }, "a user name"),
        (TokenRequest { password: "hunter2".into(), ..request() }, "a password"),
        (TokenRequest { refresh_token: "hunter2".into(), ..request() }, "a refresh token"),
        (TokenRequest { grant_type: "password".into(), ..request() }, "another grant type"),
        (TokenRequest { parameters, ..request() }, "extra parameters"),
    ] {
        let message = refusal(&request, &[]);
        assert!(message.contains(says) && !message.contains("hunter2"), "{message}");
    }
}
