//! Bodies that are no token, or hardly one.

use super::{Case, SECRET, TOKEN, token_json};
use crate::Answer;

const NOT_JSON: &[&str] = &["HTTP 200", "is not JSON", "Check that the address is a token endpoint"];
const NO_OBJECT: &[&str] = &["HTTP 200", "is JSON, but no object"];
const BROKEN_JSON: &[&str] = &["HTTP 200", "is not valid JSON"];
const NOT_UTF8: &[&str] = &["HTTP 200", "is not UTF-8"];
const NOT_A_TEXT: &[&str] = &["HTTP 200", "'access_token' that is not a text"];
const NO_TOKEN: &[&str] = &["HTTP 200", "no 'access_token'"];

pub(super) fn cases() -> Vec<Case> {
    [encodings(), syntax(), values(), tokens(), lifetimes(), other_bodies(), errors(), loud_errors()]
        .into_iter()
        .flatten()
        .collect()
}

fn good(name: &'static str, body: impl Into<Vec<u8>>) -> Case {
    Case::new(name, Answer::json(200, body), "Ok", &[])
}

fn bad(name: &'static str, body: impl Into<Vec<u8>>, says: &'static [&'static str]) -> Case {
    Case::new(name, Answer::json(200, body), "BadResponse", says)
}

fn refused(name: &'static str, body: impl Into<Vec<u8>>, says: &'static [&'static str]) -> Case {
    Case::new(name, Answer::json(400, body), "OAuthError", says)
}

/// A token answer with one more member.
fn with(member: &str) -> String {
    format!(r#"{{"access_token":"{TOKEN}",{member}}}"#)
}

fn encodings() -> Vec<Case> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{}", token_json()).encode_utf16().flat_map(bytes).collect()
    };
    vec![
        good("utf_8_with_a_byte_order_mark", format!("\u{feff}{}", token_json())),
        bad("two_byte_order_marks", format!("\u{feff}\u{feff}{}", token_json()), NOT_JSON),
        bad("utf_16", utf16(u16::to_le_bytes), NOT_UTF8),
        bad("utf_16_of_the_other_order", utf16(u16::to_be_bytes), NOT_UTF8),
        bad("latin_1", b"{\"access_token\":\"x\",\"scope\":\"\xe9\"}", NOT_UTF8),
        bad("bad_utf_8_in_the_token", b"{\"access_token\":\"a\xffb\"}", NOT_UTF8),
        bad("overlong_utf_8", b"{\"access_token\":\"a\",\"x\":\"\xc0\xaf\"}", NOT_UTF8),
        bad("surrogates_in_utf_8", b"{\"access_token\":\"a\",\"x\":\"\xed\xa0\x80\"}", NOT_UTF8),
        bad("a_lone_surrogate_in_the_token", r#"{"access_token":"\ud800"}"#, NOT_A_TEXT),
        good("a_lone_surrogate_elsewhere", with(r#""scope":"\udc00\ud800""#)),
    ]
}

fn syntax() -> Vec<Case> {
    let deep = |levels: usize| with(&format!(r#""x":{}{}"#, "[".repeat(levels), "]".repeat(levels)));
    let open = format!("{}{}", r#"{"a":"#.repeat(100_000), "1");
    vec![
        good("white_space_around", format!("\r\n\t {} \r\n", token_json())),
        good("an_escaped_name", format!(r#"{{"access\u005ftoken":"{TOKEN}"}}"#)),
        good("a_foreign_member_twice", with(r#""x":1,"x":2"#)),
        bad(
            "the_token_twice",
            format!(r#"{{"access_token":"{TOKEN}","access_token":"other"}}"#),
            &["HTTP 200", "a member twice"],
        ),
        bad("trailing_bytes", format!("{} x", token_json()), BROKEN_JSON),
        bad("a_trailing_nul", format!("{}\0", token_json()), BROKEN_JSON),
        bad("two_objects", format!("{0}{0}", token_json()), BROKEN_JSON),
        bad("a_trailing_comma", with(r#""x":1,"#), BROKEN_JSON),
        bad("a_comment", format!("{}// x", token_json()), BROKEN_JSON),
        bad("single_quotes", format!("{{'access_token':'{TOKEN}'}}"), BROKEN_JSON),
        bad("names_without_quotes", format!("{{access_token:\"{TOKEN}\"}}"), BROKEN_JSON),
        bad("not_a_number", with(r#""x":NaN"#), BROKEN_JSON),
        bad("a_line_end_in_a_text", with("\"x\":\"a\nb\""), BROKEN_JSON),
        bad("json_that_breaks_off", &token_json()[..40], &["HTTP 200", "breaks off"]),
        bad("white_space", " \r\n\t", &["HTTP 200", "is empty"]),
        good("nested_63_levels_deep", deep(63)),
        bad("nested_64_levels_deep", deep(64), &["HTTP 200", "nested too deeply"]),
        bad("nested_100_000_levels_deep", deep(100_000), &["HTTP 200", "nested too deeply"]),
        bad("opened_100_000_times", open, &["HTTP 200", "breaks off"]),
        bad("an_array_100_000_levels_deep", "[".repeat(100_000) + &"]".repeat(100_000), &["HTTP 200"]),
        good("a_hundred_thousand_members", with(&vec![r#""x":1"#; 100_000].join(","))),
        good("a_name_of_half_a_megabyte", with(&format!(r#""{}":1"#, "x".repeat(500_000)))),
        good("a_number_of_400_digits", with(&format!(r#""x":{}"#, "9".repeat(400)))),
        good("an_exponent_of_400_digits", with(&format!(r#""x":1e{}"#, "9".repeat(400)))),
    ]
}

fn values() -> Vec<Case> {
    vec![
        bad("an_array", format!("[{}]", token_json()), NO_OBJECT),
        bad("a_text", format!("\"{TOKEN}\""), NO_OBJECT),
        bad("null", "null", NO_OBJECT),
        bad("true", "true", NO_OBJECT),
        bad("a_number", "3599", NO_OBJECT),
        bad("an_empty_object", "{}", NO_TOKEN),
        bad("an_object_in_the_object", format!(r#"{{"data":{}}}"#, token_json()), NO_TOKEN),
    ]
}

fn tokens() -> Vec<Case> {
    let token = |value: &str| format!(r#"{{"access_token":{value},"token_type":"Bearer"}}"#);
    let forbidden: &[&str] = &["HTTP 200", "characters that no token may have"];
    vec![
        bad("an_empty_token", token(r#""""#), &["HTTP 200", "empty 'access_token'"]),
        bad("a_token_that_is_a_number", token("7"), NOT_A_TEXT),
        bad("a_token_that_is_true", token("true"), NOT_A_TEXT),
        bad("a_token_that_is_null", token("null"), NO_TOKEN),
        bad("a_token_that_is_an_array", token(r#"["x"]"#), NOT_A_TEXT),
        bad("a_token_that_is_an_object", token(r#"{"x":1}"#), NOT_A_TEXT),
        bad("a_token_of_another_name", format!(r#"{{"Access_Token":"{TOKEN}","token":"x"}}"#), NO_TOKEN),
        bad("an_id_token_alone", r#"{"id_token":"x"}"#, NO_TOKEN),
        bad("a_token_with_line_ends", token(r#""a\r\nX-Evil: b""#), forbidden),
        bad("a_token_with_a_nul", token(r#""a\u0000b""#), forbidden),
        bad("a_token_outside_ascii", token(r#""é""#), forbidden),
        bad(
            "a_token_larger_than_a_megabyte",
            token(&format!("\"{}\"", "x".repeat(1 << 20))),
            &["http://127.0.0.1:", "larger than 1 MiB"],
        ),
        good("other_members_of_wrong_types", with(r#""token_type":7,"scope":["a"],"refresh_token":{}"#)),
        good(
            "other_members_that_are_null",
            with(r#""token_type":null,"scope":null,"refresh_token":null,"error":null"#),
        ),
        good("a_refresh_token_with_a_nul", with(r#""refresh_token":"a\u0000b""#)),
    ]
}

fn lifetimes() -> Vec<Case> {
    let lifetime = |name, value: &str| good(name, with(&format!(r#""expires_in":{value}"#)));
    vec![
        lifetime("a_lifetime_in_a_text", r#""3599""#),
        lifetime("a_lifetime_of_a_fraction", "3599.5"),
        lifetime("a_lifetime_that_is_null", "null"),
        lifetime("a_lifetime_that_is_true", "true"),
        lifetime("a_lifetime_that_is_an_array", "[3599]"),
        lifetime("a_lifetime_that_is_an_object", r#"{"seconds":3599}"#),
        lifetime("a_lifetime_of_words", r#""soon""#),
        lifetime("a_negative_lifetime", "-3599"),
        lifetime("a_huge_lifetime", "1e300"),
        lifetime("a_lifetime_past_any_number", "1e999"),
        lifetime("a_lifetime_of_400_digits", &"9".repeat(400)),
        lifetime("an_end_that_is_no_number", r#"1,"expires_on":"tomorrow""#),
    ]
}

fn other_bodies() -> Vec<Case> {
    let form = format!("access_token={TOKEN}&token_type=bearer&expires_in=3600");
    let typed = |body: &str, kind: &str| Answer::typed(200, kind, body);
    let portal = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the hotel</body></html>";
    vec![
        Case::new("a_form", typed(&form, "application/x-www-form-urlencoded"), "BadResponse", NOT_JSON),
        Case::new("a_form_called_json", Answer::json(200, form.clone()), "BadResponse", NOT_JSON),
        Case::new(
            "a_captive_portal",
            typed(portal, "text/html; charset=utf-8"),
            "BadResponse",
            &["HTTP 200", "text/html", "is not JSON", "sign-in page"],
        ),
        Case::new("a_captive_portal_called_json", Answer::json(200, portal), "BadResponse", NOT_JSON),
        Case::new("xml", typed("<?xml version=\"1.0\"?><token/>", "text/xml"), "BadResponse", NOT_JSON),
        Case::new(
            "bytes_of_every_value",
            typed("", "application/octet-stream").send((0..=255).collect::<Vec<u8>>()).close(),
            "BadResponse",
            &["HTTP 200"],
        ),
        Case::new("a_token_called_html", typed(&token_json(), "text/html"), "Ok", &[]),
        Case::new("an_absurd_media_type", typed(portal, "text/\u{1b}[31m"), "BadResponse", &["is not valid HTTP"]),
        Case::new("a_media_type_that_repeats_the_secret", typed(portal, SECRET), "BadResponse", NOT_JSON),
    ]
}

fn errors() -> Vec<Case> {
    let no_text: &[&str] = &["'error' that is empty or not a text"];
    vec![
        Case::new(
            "an_error_with_200",
            Answer::json(200, r#"{"error":"invalid_scope"}"#),
            "OAuthError",
            &["(HTTP 200): invalid_scope"],
        ),
        Case::new(
            "an_error_and_a_token",
            Answer::json(200, with(r#""error":"invalid_scope""#)),
            "OAuthError",
            &["invalid_scope"],
        ),
        refused("an_error_alone", r#"{"error":"invalid_client"}"#, &["(HTTP 400): invalid_client"]),
        refused("an_error_of_a_name_of_its_own", r#"{"error":"AADSTS-x y/z"}"#, &["AADSTS-x y/z"]),
        Case::new("an_error_that_is_a_number", Answer::json(400, r#"{"error":7}"#), "BadResponse", no_text),
        Case::new(
            "an_error_that_is_an_object",
            Answer::json(400, r#"{"error":{"code":"x","message":"y"}}"#),
            "BadResponse",
            no_text,
        ),
        Case::new("an_error_that_is_an_array", Answer::json(400, r#"{"error":["x"]}"#), "BadResponse", no_text),
        Case::new("an_empty_error", Answer::json(400, r#"{"error":""}"#), "BadResponse", &["empty"]),
        Case::new("an_error_that_is_null", Answer::json(400, r#"{"error":null}"#), "BadResponse", &["no OAuth error"]),
        Case::new(
            "an_error_twice",
            Answer::json(400, r#"{"error":"a","error":"b"}"#),
            "BadResponse",
            &["a member twice"],
        ),
        refused("a_description_that_is_a_number", r#"{"error":"e","error_description":7}"#, &["(HTTP 400): e"]),
        refused("a_description_that_is_null", r#"{"error":"e","error_description":null}"#, &["(HTTP 400): e"]),
        refused(
            "a_description_with_a_lone_surrogate",
            r#"{"error":"e","error_description":"\ud83d"}"#,
            &["(HTTP 400): e"],
        ),
        refused(
            "error_codes_among_other_things",
            r#"{"error":"e","error_codes":[7000215,"x",1.5,-1,{"a":9},[8],null,50126]}"#,
            &["(HTTP 400): e"],
        ),
        refused(
            "ids_of_wrong_types",
            r#"{"error":"e","correlation_id":7,"trace_id":[],"error_uri":{},"error_codes":"x"}"#,
            &["(HTTP 400): e"],
        ),
    ]
}

fn loud_errors() -> Vec<Case> {
    let described = |text: &str| format!(r#"{{"error":"e","error_description":"{text}"}}"#);
    let megabyte = "x".repeat(1_000_000);
    vec![
        refused("a_description_of_a_megabyte", described(&megabyte), &["e: xxx", "..."]),
        refused("an_error_of_a_megabyte", format!(r#"{{"error":"{megabyte}"}}"#), &["(HTTP 400): xxx", "..."]),
        refused("a_megabyte_of_escapes", described(&r"\u001b[2J".repeat(90_000)), &["e: [2J"]),
        refused("a_megabyte_of_line_ends", described(&format!("a{}b", r"\r\n".repeat(200_000))), &["e: a"]),
        refused(
            "line_ends_and_escapes",
            described(r"\r\n\u001b[31mred\u001b[0m\u0007\u0000\u009b1m\u2028x"),
            &["[31mred [0m"],
        ),
        refused("text_that_runs_backwards", described(r"a\u202eb\u2066c\u200f"), &["e: a b c"]),
        refused("the_secret_in_a_description", described(&format!("{SECRET} is wrong")), &["e: [redacted] is wrong"]),
        refused("the_encoded_secret_in_a_description", described(&percent_encoded(SECRET)), &["e: [redacted]"]),
        refused(
            "the_secret_in_every_member",
            format!(
                r#"{{"error":"{SECRET}","error_description":"{SECRET}","error_uri":"{SECRET}","trace_id":"{SECRET}",
                "correlation_id":"{SECRET}","error_codes":["{SECRET}"]}}"#
            ),
            &["[redacted]"],
        ),
        refused("the_secret_at_the_cut", described(&format!("{}{SECRET}", "x ".repeat(225))), &["e: x"]),
        refused("the_secret_a_thousand_times", described(&SECRET.repeat(1_000)), &["[redacted]"]),
    ]
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
