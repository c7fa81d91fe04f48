//! What the programs of this folder have to do, whatever system they were compiled for. Each is given ready to be run.

use psoauth_test_support::{Answer, AuthorizationServer, Program, Server};

fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client("the client", "s3cr+t value").start()
}

/// token.c, under `path` of the server.
pub fn gets_tokens(token: Program, path: &str) {
    let server = server();
    let output = token.arg(server.url(path)).output().success();
    assert!(output.stdout.contains("a token of ") && output.stdout.contains("invalid_client"), "{}", output.stdout);
    assert_eq!((server.granted(), server.refused()), (1, 1));
}

/// contract.c.
pub fn keeps_contract(contract: Program) {
    let server = server();
    let silent = Server::start(|_| Answer::nothing().hold());
    contract.args([server.url("/token"), silent.url("/token")]).output().success();
}

/// cancel.c.
pub fn cancels(cancel: Program) {
    let server = Server::start(|_| Answer::nothing().hold());
    let mut running = cancel.arg(server.url("/token")).start();
    server.next_request();
    running.wait_for_line(|line| line == "waiting");
    running.write(b"cancel\n");
    let output = running.wait().success();
    assert!(output.stdout.contains("The call was cancelled."), "{}", output.stdout);
    server.wait_until_open(0);
}
