//! Texts that people read: one printable line, without the caller's secrets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::form;

/// The longest message, in characters.
const LONGEST: usize = 500;

const REDACTED: &str = "[redacted]";

/// `text` as one printable line of at most 500 characters.
pub(crate) fn one_line(text: &str) -> String {
    shorten(collapse(text))
}

/// Runs of white space, control and formatting characters become one space: terminal escapes lose their ESC, and
/// bidirectional marks cannot reorder the line.
fn collapse(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|character: char| character.is_whitespace() || is_unprintable(character)) {
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Replaces the end of a line that is too long by dots.
fn shorten(mut line: String) -> String {
    if line.chars().nth(LONGEST).is_some() {
        let kept = line.char_indices().nth(LONGEST - 3).map_or(line.len(), |(at, _)| at);
        line.truncate(kept);
        line.push_str("...");
    }
    line
}

/// Control characters, and the invisible ones of Unicode's category Cf that can hide or reorder text.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Takes secrets out of what a server said.
///
/// Servers repeat what they were sent: as it was, or in one of the forms it had on the way.
pub(crate) struct Redactor(Vec<Zeroizing<String>>);

impl Redactor {
    /// A redactor for the texts that `secrets` names; empty ones are passed over.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles: Vec<_> = secrets.into_iter().filter(|secret| !secret.is_empty()).flat_map(spellings).collect();
        // Longest first, or a shorter needle would break a longer one and leave its rest.
        needles.sort_unstable_by_key(|needle| std::cmp::Reverse(needle.len()));
        Self(needles)
    }

    /// `text` without secrets, as one printable line of at most 500 characters.
    pub fn line(&self, text: &str) -> String {
        // Once more on the one line, where a secret that was broken over lines stands in one piece; and before the
        // line is cut, which could leave half of a secret.
        let line = Zeroizing::new(collapse(&self.redact(text)));
        shorten(collapse(&self.redact(&line)))
    }

    fn redact(&self, text: &str) -> Zeroizing<String> {
        let mut text = Zeroizing::new(text.to_owned());
        for needle in &self.0 {
            if contains(&text, needle) {
                // Marking where a very short secret was would spell it out.
                text = Zeroizing::new(if needle.len() < 4 { REDACTED.into() } else { replace(&text, needle) });
            }
        }
        text
    }
}

/// The forms in which a secret may come back.
fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let percent = form::encode(secret);
    let plus = percent.replace("%20", "+");
    let escaped = serde_json::to_string(secret).unwrap_or_default();
    let mut all = vec![secret.to_owned(), percent, plus, escaped.trim_matches('"').to_owned()];
    all.push(collapse(secret));
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
        all.push(engine.encode(secret));
    }
    all.retain(|spelling| !spelling.is_empty());
    all.into_iter().map(Zeroizing::new).collect()
}

/// Whether `text` holds `needle`, not minding the case of ASCII letters (`%2F` comes back as `%2f`).
fn contains(text: &str, needle: &str) -> bool {
    find(text.as_bytes(), needle.as_bytes()).is_some()
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

fn replace(text: &str, needle: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest.as_bytes(), needle.as_bytes()) {
        result.push_str(&rest[..at]);
        result.push_str(REDACTED);
        rest = &rest[at + needle.len()..];
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_printable_and_short() {
        assert_eq!(one_line("  one\r\n\ttwo\u{1b}[31m three\u{202e} "), "one two [31m three");
        let long = one_line(&"ä ".repeat(1000));
        assert_eq!(long.chars().count(), 500);
        assert!(long.ends_with("..."));
        assert_eq!(one_line(&"x".repeat(500)), "x".repeat(500));
    }

    #[test]
    fn secrets_are_taken_out_in_every_form() {
        let secret = "pa+ss/w\"ö rd=";
        let redactor = Redactor::new([secret]);
        for said in [
            "secret pa+ss/w\"ö rd= is wrong",
            "secret pa%2Bss%2Fw%22%C3%B6%20rd%3D is wrong",
            "secret pa%2bss%2fw%22%c3%b6+rd%3d is wrong",
            "secret pa+ss/w\\\"ö rd= is wrong",
            "secret cGErc3MvdyLDtiByZD0= is wrong",
            "secret cGErc3MvdyLDtiByZD0 is wrong",
            "secret pa+ss/w\"ö\r\nrd= is wrong",
        ] {
            assert_eq!(redactor.line(said), "secret [redacted] is wrong", "{said}");
        }
    }

    #[test]
    fn a_secret_is_not_cut_in_two_by_the_limit() {
        let said = format!("{} hunter2hunter2", "x".repeat(490));
        let line = Redactor::new(["hunter2hunter2"]).line(&said);
        assert!(!line.contains("hunt"), "{line}");
    }

    #[test]
    fn a_very_short_secret_is_not_spelled_out_by_its_gaps() {
        assert_eq!(Redactor::new(["e"]).line("the secret is wrong"), "[redacted]");
    }

    #[test]
    fn one_secret_inside_another_leaves_no_rest() {
        let redactor = Redactor::new(["inner", "outer-inner-outer"]);
        assert_eq!(redactor.line("got outer-inner-outer"), "got [redacted]");
    }
}
