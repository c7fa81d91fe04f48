//! Compressed answers: sound, broken, and made to fill the memory.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::{Case, token_json};
use crate::Answer;

const MEGABYTE: usize = 1 << 20;

pub(super) fn cases() -> Vec<Case> {
    let good = gzip(token_json().as_bytes());
    let coded = |coding: &str, bytes: &[u8]| Answer::json(200, bytes).header("Content-Encoding", coding);
    let gzipped = |bytes: &[u8]| coded("gzip", bytes);
    let damaged =
        |name, answer| Case::new(name, answer, "BadResponse", &["http://127.0.0.1:", "(HTTP 200) is damaged", "Check"]);
    let not_asked_for = |name, coding: &str, bytes: &[u8]| {
        Case::new(name, coded(coding, bytes), "BadResponse", &["HTTP 200", "content coding", "was not asked for"])
    };
    let mut wrong_sum = good.clone();
    let sum = good.len() - 8;
    wrong_sum[sum] ^= 1;
    vec![
        Case::new("gzip", gzipped(&good), "Ok", &[]),
        Case::new("gzip_in_two_members", gzipped(&two_members()), "BadResponse", &["HTTP 200", "breaks off"]),
        Case::new("gzip_with_more_behind_it", gzipped(&[&*good, b"more"].concat()), "Ok", &[]),
        Case::new("a_coding_that_is_none", coded("utf-8", token_json().as_bytes()), "Ok", &[]),
        Case::new(
            "gzip_that_is_not_announced",
            Answer::json(200, &*good),
            "BadResponse",
            &["HTTP 200", "is not UTF-8"],
        ),
        Case::new("no_coding_by_name", coded("identity", token_json().as_bytes()), "Ok", &[]),
        Case::new("gzip_of_nothing", gzipped(&gzip(b"")), "BadResponse", &["HTTP 200", "is empty"]),
        damaged("gzip_that_is_none", gzipped(token_json().as_bytes())),
        damaged("gzip_that_breaks_off", gzipped(&good[..good.len() - 12])),
        damaged("gzip_without_its_trailer", gzipped(&good[..good.len() - 8])),
        damaged("gzip_with_a_wrong_checksum", gzipped(&wrong_sum)),
        not_asked_for("deflate", "deflate", &zlib(token_json().as_bytes())),
        not_asked_for("deflate_without_its_header", "deflate", &deflate(token_json().as_bytes())),
        not_asked_for("brotli", "br", b"\x0b\x02\x80{}\x03"),
        not_asked_for("gzip_under_its_old_name", "x-gzip", &good),
        not_asked_for("gzip_in_upper_case", "GZIP", &good),
        not_asked_for("gzip_twice", "gzip, gzip", &gzip(&good)),
        Case::new(
            "gzip_of_a_megabyte_and_a_byte",
            gzipped(&gzip(&vec![b' '; MEGABYTE + 1])),
            "BadResponse",
            &["http://127.0.0.1:", "(HTTP 200) is larger than 1 MiB"],
        ),
        Case::new("gzip_of_a_megabyte", gzipped(&gzip(&padded_to(MEGABYTE))), "Ok", &[]),
    ]
}

/// A gzip body that unpacks to this many bytes.
pub fn gzip_bomb(length: usize) -> Answer {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    let megabyte = vec![b' '; MEGABYTE];
    for _ in 0..length / MEGABYTE {
        bomb.write_all(&megabyte).expect("a vector takes it");
    }
    let bytes = bomb.finish().expect("a vector takes it");
    Answer::json(200, bytes).header("Content-Encoding", "gzip")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes it")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes it")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes it")
}

fn two_members() -> Vec<u8> {
    let body = token_json();
    let (first, second) = body.split_at(body.len() / 2);
    [gzip(first.as_bytes()), gzip(second.as_bytes())].concat()
}

/// A token answer with white space behind it.
fn padded_to(length: usize) -> Vec<u8> {
    let mut body = token_json().into_bytes();
    body.resize(length, b' ');
    body
}
