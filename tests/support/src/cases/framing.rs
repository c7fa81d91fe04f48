//! Answers that break HTTP/1.1 (RFC 9112), and connections that end too early or not at all.

use std::time::Duration;

use super::{Case, token, token_json};
use crate::Answer;

/// How long a slow server waits between two bytes.
const DRIP: Duration = Duration::from_millis(25);

const NO_ANSWER: &[&str] = &["http://127.0.0.1:", "ended before an answer came"];
const NO_HTTP: &[&str] = &["http://127.0.0.1:", "is not valid HTTP", "Check the address and the port"];
const BROKEN: &[&str] = &["http://127.0.0.1:", "broke inside the answer (HTTP 200)", "Try again"];
const DAMAGED: &[&str] = &["http://127.0.0.1:", "(HTTP 200) is damaged", "Check"];
const TOO_LARGE: &[&str] = &["http://127.0.0.1:", "(HTTP 200) is larger than 1 MiB", "Check the address."];

/// Those that end by themselves.
pub(super) fn cases() -> Vec<Case> {
    [no_http(), ended(), heads(), lengths(), chunks(), informational()].into_iter().flatten().collect()
}

fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
    Answer::raw(bytes).close()
}

fn no_http() -> Vec<Case> {
    let no_http = |name, bytes: &'static [u8]| Case::new(name, raw(bytes), "BadResponse", NO_HTTP);
    vec![
        no_http("no_http_but_smtp", b"220 smtp.example ready\r\n"),
        no_http("no_http_but_a_tls_alert", b"\x15\x03\x01\0\x02\x02\x46"),
        no_http("no_http_but_ssh", b"SSH-2.0-OpenSSH_9.6\r\n"),
        no_http("no_http_but_nul_bytes", &[0; 64]),
        no_http("no_http_but_a_bare_body", br#"{"access_token":"x"}"#),
        no_http("http_0_9", b"<html>hello</html>"),
        no_http("http_2", b"HTTP/2 200 OK\r\n\r\n"),
        no_http("http_2_frames", b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff"),
        no_http("icecast", b"ICY 200 OK\r\n\r\n"),
        no_http("a_status_of_letters", b"HTTP/1.1 OK 200\r\n\r\n"),
        no_http("a_status_of_two_digits", b"HTTP/1.1 20 OK\r\n\r\n"),
        no_http("a_status_of_four_digits", b"HTTP/1.1 2000 OK\r\n\r\n"),
        no_http("a_status_below_100", b"HTTP/1.1 099 \r\n\r\n"),
        no_http("a_lower_case_version", b"http/1.1 200 OK\r\n\r\n"),
        no_http("a_header_without_a_colon", b"HTTP/1.1 200 OK\r\nContent-Length 0\r\n\r\n"),
        no_http("a_header_without_a_name", b"HTTP/1.1 200 OK\r\n: x\r\n\r\n"),
        no_http("a_space_before_the_colon", b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"),
        no_http("a_nul_in_a_header", b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"),
        no_http("a_bare_cr_in_a_header", b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n"),
        no_http("a_folded_header", b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n"),
    ]
}

fn ended() -> Vec<Case> {
    let whole = token().bytes();
    let body = whole.len() - token_json().len();
    let cut = |at: usize| raw(&whole[..at]);
    vec![
        Case::new("closed_without_an_answer", Answer::nothing().close(), "Network", NO_ANSWER).tried_twice(),
        Case::new("reset_without_an_answer", Answer::nothing().reset(), "Network", NO_ANSWER).tried_twice(),
        Case::new("closed_inside_the_version", cut(6), "Network", NO_ANSWER).tried_twice(),
        Case::new("closed_inside_the_status", cut(11), "Network", NO_ANSWER).tried_twice(),
        Case::new("closed_inside_a_header", cut(30), "Network", NO_ANSWER).tried_twice(),
        Case::new("closed_before_the_empty_line", cut(body - 2), "Network", NO_ANSWER).tried_twice(),
        Case::new("reset_inside_the_headers", Answer::raw(&whole[..30]).reset(), "Network", NO_ANSWER).tried_twice(),
        Case::new("closed_before_the_body", cut(body), "Network", BROKEN),
        Case::new("closed_inside_the_body", cut(whole.len() - 1), "Network", BROKEN),
        Case::new("reset_inside_the_body", Answer::raw(&whole[..body + 9]).reset(), "Network", BROKEN),
        Case::new("closed_at_first", Answer::nothing().close(), "Ok", &[]).then(token()),
        Case::new("reset_at_first", Answer::nothing().reset(), "Ok", &[]).then(token()),
        Case::new("closed_inside_the_headers_at_first", cut(30), "Ok", &[]).then(token()),
    ]
}

fn heads() -> Vec<Case> {
    let body = token_json();
    let head = |head: &str| raw(format!("{head}\r\n\r\n{body}"));
    let many_headers = "HTTP/1.1 200 OK".to_owned() + &"\r\nX: y".repeat(5_000);
    let large_headers = "HTTP/1.1 200 OK".to_owned() + &format!("\r\nX: {}", "y".repeat(20_000)).repeat(100);
    let too_large: &[&str] = &["http://127.0.0.1:", "too large", "Check the address and the port"];
    vec![
        Case::new("a_body_until_the_end", head("HTTP/1.1 200 OK"), "Ok", &[]),
        Case::new("http_1_0", head("HTTP/1.0 200 OK"), "Ok", &[]),
        Case::new("no_reason_phrase", head("HTTP/1.1 200"), "Ok", &[]),
        Case::new("bare_line_feeds", raw(format!("HTTP/1.1 200 OK\nX: y\n\n{body}")), "Ok", &[]),
        Case::new("latin_1_in_a_header", raw(b"HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n"), "BadResponse", &["is empty"]),
        Case::new("five_thousand_headers", head(&many_headers), "BadResponse", too_large),
        Case::new("two_megabytes_of_headers", head(&large_headers), "BadResponse", too_large),
        Case::new(
            "a_header_without_end",
            Answer::raw("HTTP/1.1 200 OK\r\nX: ").flood([b'y'; 4096]),
            "BadResponse",
            too_large,
        ),
        Case::new(
            "a_status_line_without_end",
            Answer::raw("HTTP/1.1 200 ").flood([b'y'; 4096]),
            "BadResponse",
            too_large,
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let body = token_json();
    let length = body.len();
    let headers = |headers: &str| raw(format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}"));
    let both = |first: usize, second: usize| headers(&format!("Content-Length: {first}\r\nContent-Length: {second}"));
    vec![
        Case::new(
            "a_body_longer_than_its_length",
            Answer::raw([token().bytes(), b"more".to_vec()].concat()),
            "Ok",
            &[],
        ),
        Case::new("a_body_shorter_than_its_length", headers("Content-Length: 1000"), "Network", BROKEN),
        Case::new("the_same_length_twice", both(length, length), "Ok", &[]),
        Case::new("two_different_lengths", both(length, length + 1), "BadResponse", NO_HTTP),
        Case::new("a_list_of_different_lengths", headers("Content-Length: 5, 6"), "BadResponse", NO_HTTP),
        Case::new("a_negative_length", headers("Content-Length: -1"), "BadResponse", NO_HTTP),
        Case::new("a_length_with_a_sign", headers(&format!("Content-Length: +{length}")), "BadResponse", NO_HTTP),
        Case::new("a_hexadecimal_length", headers("Content-Length: 0x10"), "BadResponse", NO_HTTP),
        Case::new("a_length_of_words", headers("Content-Length: long"), "BadResponse", NO_HTTP),
        Case::new("a_length_past_64_bits", headers("Content-Length: 18446744073709551616"), "BadResponse", NO_HTTP),
        Case::new("a_length_of_64_bits", headers("Content-Length: 18446744073709551615"), "BadResponse", NO_HTTP),
        Case::new("a_length_of_a_terabyte", headers("Content-Length: 1099511627776"), "Network", BROKEN),
        Case::new(
            "a_body_without_end",
            Answer::raw("HTTP/1.1 200 OK\r\n\r\n").flood([b' '; 4096]),
            "BadResponse",
            TOO_LARGE,
        ),
        Case::new(
            "a_length_and_chunks",
            headers(&format!("Content-Length: {length}\r\nTransfer-Encoding: chunked")),
            "BadResponse",
            DAMAGED,
        ),
        Case::new("an_unknown_transfer_encoding", headers("Transfer-Encoding: rot13"), "Ok", &[]),
        Case::new(
            "chunks_in_http_1_0",
            raw(format!("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}")),
            "BadResponse",
            NO_HTTP,
        ),
    ]
}

fn chunks() -> Vec<Case> {
    let body = token_json();
    let (first, second) = body.split_at(16);
    let start = format!("10\r\n{first}\r\n");
    let rest = format!("{:x}\r\n{second}\r\n", second.len());
    let chunked = |chunks: &str| raw(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
    let good = |name, chunks: String| Case::new(name, chunked(&chunks), "Ok", &[]);
    let ended = |name, chunks: String| Case::new(name, chunked(&chunks), "Network", BROKEN);
    let damaged = |name, chunks: String| Case::new(name, chunked(&chunks), "BadResponse", DAMAGED);
    vec![
        good("chunks", format!("{start}{rest}0\r\n\r\n")),
        good("chunks_with_extensions", format!("10;a=b;c=\"d\"\r\n{first}\r\n{rest}0;x\r\n\r\n")),
        good("chunks_with_trailers", format!("{start}{rest}0\r\nX: y\r\n\r\n")),
        good("chunks_of_one_byte", body.chars().map(|c| format!("1\r\n{c}\r\n")).collect::<String>() + "0\r\n\r\n"),
        ended("closed_before_a_chunk", start.clone()),
        ended("closed_inside_a_chunk_size", format!("{start}4")),
        ended("closed_inside_a_chunk", format!("{start}{}", &rest[..rest.len() - 10])),
        ended("closed_before_the_last_chunk", format!("{start}{rest}")),
        ended("closed_inside_the_last_chunk", format!("{start}{rest}0\r\n")),
        ended("closed_inside_the_trailers", format!("{start}{rest}0\r\nX: y")),
        damaged("a_chunk_size_of_words", format!("{start}long\r\n{second}\r\n0\r\n\r\n")),
        damaged("no_chunk_size", format!("{start}\r\n{second}\r\n0\r\n\r\n")),
        damaged("a_negative_chunk_size", format!("{start}-5\r\n{second}\r\n0\r\n\r\n")),
        damaged("a_chunk_size_past_64_bits", format!("{start}10000000000000000\r\n{second}")),
        damaged("a_chunk_without_its_line_end", format!("{start}5\r\n{second}\r\n0\r\n\r\n")),
        damaged("chunk_extensions_without_end", format!("10;{}\r\n{first}\r\n{rest}0\r\n\r\n", "x".repeat(100_000))),
        damaged("trailers_without_end", format!("{start}{rest}0\r\nX: {}\r\n\r\n", "y".repeat(100_000))),
        Case::new(
            "chunks_without_end",
            Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").flood("4\r\n    \r\n".repeat(500)),
            "BadResponse",
            TOO_LARGE,
        ),
    ]
}

fn informational() -> Vec<Case> {
    let before = |interim: &str| Answer::raw([interim.as_bytes(), &token().bytes()].concat());
    vec![
        Case::new("continue_first", before("HTTP/1.1 100 Continue\r\n\r\n"), "Ok", &[]),
        Case::new("early_hints_first", before("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), "Ok", &[]),
        Case::new("a_hundred_times_processing", before(&"HTTP/1.1 102 Processing\r\n\r\n".repeat(100)), "Ok", &[]),
        Case::new("continue_and_no_more", raw("HTTP/1.1 100 Continue\r\n\r\n"), "Network", NO_ANSWER).tried_twice(),
        Case::new(
            "switching_protocols",
            raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            "BadResponse",
            &["HTTP 101", "Check the address"],
        ),
    ]
}

/// Those that only the caller's deadline ends.
pub(super) fn endless_cases() -> Vec<Case> {
    let whole = token().bytes();
    let body = whole.len() - token_json().len();
    let endless = |name, answer| {
        Case::new(name, answer, "TimedOut", &["http://127.0.0.1:", "within 0.4 s", "Try again, or allow more time"])
    };
    vec![
        endless("silence", Answer::nothing().hold()),
        endless("silence_inside_the_status", Answer::raw("HTTP/1.1 2").hold()),
        endless("silence_after_the_headers", Answer::raw(&whole[..body]).hold()),
        endless("silence_inside_the_body", Answer::raw(&whole[..body + 9]).hold()),
        endless(
            "silence_after_an_endless_body",
            Answer::raw(format!("HTTP/1.1 200 OK\r\n\r\n{}", token_json())).hold(),
        ),
        endless("silence_after_continue", Answer::raw("HTTP/1.1 100 Continue\r\n\r\n").hold()),
        endless("dripping_headers", Answer::nothing().drip(&whole[..body], DRIP)),
        endless("dripping_body", Answer::raw(&whole[..body]).drip(&whole[body..], DRIP)),
        endless("an_answer_after_the_deadline", token().after(Duration::from_secs(30))),
    ]
}
