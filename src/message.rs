//! Texts that people read: one printable line, without the caller's secrets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use memchr::memmem;
use once_cell::unsync::Lazy;
use zeroize::Zeroizing;

use crate::secret::SecretBytes;
use crate::transport::LARGEST_BODY;

/// The longest message, in characters.
const LONGEST: usize = 500;

/// What is looked at of a text, in bytes: it may have much white space, of which a message shows little.
const MOST_SHOWN: usize = 16 * 1024;

/// How many bytes may stand for one of a secret, as in `%2F`.
const LONGEST_SPELLING: usize = 3;

const REDACTED: &str = "[redacted]";

/// Shorter secrets take the whole text with them.
const SHORTEST_MARKED: usize = 4;

/// What a long address is cut to, so that a message still has room to say what to do.
const LONGEST_ADDRESS: usize = 200;

/// The start of an address, for a message.
pub(crate) fn short_address(address: &str) -> String {
    shorten(collapse(address), LONGEST_ADDRESS)
}

/// `text` as one printable line of at most 500 characters.
pub(crate) fn one_line(text: &str) -> String {
    shorten(collapse(text), LONGEST)
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

/// Replaces the end of a line that has more characters than `longest` by dots.
fn shorten(mut line: String, longest: usize) -> String {
    if line.chars().nth(longest).is_some() {
        let kept = line.char_indices().nth(longest - 3).map_or(line.len(), |(at, _)| at);
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
///
/// Their forms are worked out when something has to be shown, which most answers never need.
pub(crate) struct Redactor<'a>(Lazy<Vec<SecretBytes>, Box<dyn FnOnce() -> Vec<SecretBytes> + 'a>>);

impl<'a> Redactor<'a> {
    /// A redactor for the texts that `secrets` names; empty ones are passed over.
    pub fn new(secrets: impl IntoIterator<Item = &'a str> + 'a) -> Self {
        Self::lazy(|| needles(secrets))
    }

    /// A redactor for what [`needles`] makes of secrets, when it is needed.
    pub fn lazy(needles: impl FnOnce() -> Vec<SecretBytes> + 'a) -> Self {
        Self(Lazy::new(Box::new(needles)))
    }

    /// `text` without secrets, as one printable line of at most 500 characters.
    pub fn line(&self, text: &str) -> String {
        #[cfg(test)]
        crate::failpoint::hit("message");
        // Once more on the one line, where a secret that was broken over lines stands in one piece; and before the
        // line is cut, which could leave half of a secret.
        let line = Zeroizing::new(collapse(&self.redact(text)));
        shorten(collapse(&self.redact(&line)), LONGEST)
    }

    fn redact(&self, text: &str) -> Zeroizing<String> {
        // What goes beyond is searched only for the rest of a secret that begins before: a line shows far less.
        let shown = boundary(text, MOST_SHOWN);
        let longest = self.0.iter().map(|needle| needle.len()).max().unwrap_or(0);
        let folded = Folded::of(&text[..boundary(text, shown + LONGEST_SPELLING * longest)]);
        let mut found = Vec::new();
        // A needle that is longer than the text is costly to prepare for a search that must fail.
        for needle in self.0.iter().map(SecretBytes::as_ref).filter(|needle| needle.len() <= folded.bytes.len()) {
            for at in memmem::find_iter(folded.bytes.as_ref(), needle) {
                // Marking where a very short secret was would spell it out.
                if needle.len() < SHORTEST_MARKED {
                    return Zeroizing::new(REDACTED.into());
                }
                found.push(whole_characters(text, folded.origins[at], folded.origins[at + needle.len()]));
            }
        }
        found.sort_unstable();
        let mut redacted = Zeroizing::new(String::with_capacity(shown + found.len() * REDACTED.len()));
        let mut end = 0;
        for (from, to) in found.into_iter().take_while(|(from, _)| *from < shown) {
            // Where spellings overlap, the first mark stands for all of them.
            if from >= end {
                redacted.push_str(&text[end..from]);
                redacted.push_str(REDACTED);
            }
            end = end.max(to);
        }
        redacted.push_str(&text[end.min(shown)..shown]);
        redacted
    }
}

/// What to look for: `secrets` in every form that they may come back in.
pub(crate) fn needles<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<SecretBytes> {
    // Decoding makes a third of a text at best.
    let possible = secrets.into_iter().filter(|secret| Zeroizing::new(collapse(secret)).len() / 3 <= LARGEST_BODY);
    let needles = possible.flat_map(spellings).map(|spelling| {
        let mut needle = SecretBytes::with_capacity(spelling.len());
        fold(&spelling).for_each(|(_, byte)| needle.extend(&[byte]));
        needle
    });
    needles.filter(|needle| needle.len() > 0).collect()
}

/// The last place at or before `at` where `text` may be cut.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The characters of which a byte lies between `from` and `to`: what an encoding decodes to may be half of one.
fn whole_characters(text: &str, mut from: usize, mut to: usize) -> (usize, usize) {
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    (from, to)
}

/// A text in which every way to percent-encode it looks the same.
struct Folded {
    bytes: SecretBytes,
    /// Where each byte began in the text, and where the text ends.
    origins: Vec<usize>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut bytes = SecretBytes::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len() + 1);
        for (origin, byte) in fold(text) {
            origins.push(origin);
            bytes.extend(&[byte]);
        }
        origins.push(text.len());
        Self { bytes, origins }
    }
}

/// The bytes of `text` decoded, with spaces for `+` and lower-case ASCII, and where each of them began.
fn fold(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let hex = |digit: u8| char::from(digit).to_digit(16);
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let origin = text.len() - rest.len();
        let (&first, after) = rest.split_first()?;
        let mut byte = first;
        rest = after;
        if let (b'%', [high, low, after @ ..]) = (byte, rest)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            byte = (16 * high + low) as u8;
            rest = after;
        }
        Some((origin, if byte == b'+' { b' ' } else { byte.to_ascii_lowercase() }))
    })
}

/// The forms in which a secret may come back, beside percent-encoded ones.
fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let escaped = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
    // A percent sign that is part of the secret comes back encoded too.
    let encoded_percent = secret.replace('%', "%25");
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut all = vec![secret.to_owned(), escaped.trim_matches('"').to_owned(), encoded_percent, collapse(secret)];
    all.extend([html.replace('\'', "&#39;"), html.replace('\'', "&#x27;"), html]);
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
        all.push(engine.encode(secret));
    }
    all.into_iter().map(Zeroizing::new).collect()
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
            "secret pa+ss/w%22%c3%b6%20rd= is wrong",
            "secret pa+ss/w&quot;ö rd= is wrong",
            "secret %70%61%2B%73%73%2F%77%22%C3%B6%20%72%64%3D is wrong",
            "secret cGErc3MvdyLDtiByZD0%3D is wrong",
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
    fn a_percent_sign_of_a_secret_is_one_in_every_spelling() {
        let redactor = Redactor::new(["100%41 sure"]);
        for said in ["100%41 sure", "100%2541%20sure", "100%41+SURE"] {
            assert_eq!(redactor.line(said), "[redacted]", "{said}");
        }
    }

    #[test]
    fn a_match_that_ends_inside_a_character_takes_all_of_it() {
        // Decoded, the secret ends in the first byte of the character that follows it.
        assert_eq!(Redactor::new(["abcd%C3"]).line("say abcdé now"), "say [redacted] now");
        assert_eq!(Redactor::new(["%A9abcd"]).line("say éabcd now"), "say [redacted] now");
    }

    #[test]
    fn a_long_search_ends() {
        let secret = "x".repeat(500_000);
        assert!(Redactor::new([secret.as_str()]).line(&"x".repeat(1 << 20)).starts_with("[redacted]"));
        let line = Redactor::new([secret.as_str()]).line(&format!("{}{secret}", " ".repeat(MOST_SHOWN - 1)));
        assert_eq!(line, "[redacted]", "a secret that begins at the end of what is looked at");
    }

    #[test]
    fn a_secret_longer_than_any_text_is_not_looked_for() {
        let spelled = |length: usize| needles(["y".repeat(length).as_str()]).len();
        assert_eq!(spelled(10_000_000), 0);
        assert!(spelled(300_000) > 0);
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
