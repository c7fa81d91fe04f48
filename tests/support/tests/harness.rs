//! The harness, which runs itself: with a variable set, this program lists trials that end in every way.

use psoauth_test_support::{ALONE, Output, Program, Suite};

fn main() {
    let is_alone = || std::env::var_os(ALONE).is_some();
    if std::env::var_os("PLAYED").is_some() || is_alone() {
        Suite::new()
            .test("passes", || {})
            .test("panics", || assert!(std::env::args().count() == 0, "it broke"))
            .test("errs", || Err::<(), _>("it is wrong"))
            .alone("passes_alone", move || assert!(is_alone()))
            .alone("panics_alone", move || assert!(!is_alone(), "it broke alone"))
            .with_tool("has_its_tool", || Ok(7), |tool| assert_eq!(tool, 7))
            .with_tool("lacks_its_tool", || Err::<(), _>("no hammer here".to_owned()), |()| {})
            .run();
    }
    Suite::new()
        .test("outcomes_are_shown", outcomes_are_shown)
        .test("a_required_tool_that_is_missing_fails", a_required_tool_that_is_missing_fails)
        .test("trials_can_be_chosen", trials_can_be_chosen)
        .run()
}

fn play(require_tools: &str, arguments: &[&str]) -> Output {
    Program::new(std::env::current_exe().unwrap())
        .env("PLAYED", "1")
        .env("PSOAUTH_REQUIRE_TOOLS", require_tools)
        .args(arguments)
        .output()
}

fn outcomes_are_shown() {
    let played = play("0", &[]);
    assert_eq!(played.status.code(), Some(101));
    assert!(played.stdout.contains("3 passed; 3 failed; 1 ignored"), "{}", played.stdout);
    assert!(played.stdout.contains("no hammer here"), "{}", played.stdout);
    for said in ["it broke\n", "it is wrong", "it broke alone"] {
        assert!(played.stdout.contains(said), "{said}: {}", played.stdout);
    }
}

fn a_required_tool_that_is_missing_fails() {
    let played = play("1", &["tool"]);
    assert_eq!(played.status.code(), Some(101));
    assert!(played.stdout.contains("1 passed; 1 failed; 0 ignored"), "{}", played.stdout);
    assert!(played.stdout.contains("no hammer here"), "{}", played.stdout);
}

fn trials_can_be_chosen() {
    let played = play("0", &["--exact", "passes"]).success();
    assert!(played.stdout.contains("1 passed; 0 failed; 0 ignored; 0 measured; 6 filtered out"), "{}", played.stdout);
}
