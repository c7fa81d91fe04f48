//! The members of a token endpoint's JSON answer, read without leaving copies of a token behind.

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::date;
use crate::secret::Text;

/// Nested deeper than this, an answer is refused: .NET's reader of JSON stops here, and no token needs it.
const DEEPEST: usize = 64;

/// The latest time that callers can hold: the end of the year 9999.
const LATEST: f64 = 253_402_300_799.0;

/// The members that RFC 6749 sections 5.1 and 5.2 and Entra define, as they stand in the answer.
#[derive(Deserialize)]
pub(crate) struct Members<'a> {
    #[serde(borrow)]
    pub access_token: Option<&'a RawValue>,
    #[serde(borrow)]
    pub token_type: Option<&'a RawValue>,
    #[serde(borrow)]
    pub refresh_token: Option<&'a RawValue>,
    #[serde(borrow)]
    pub scope: Option<&'a RawValue>,
    #[serde(borrow)]
    pub expires_in: Option<&'a RawValue>,
    #[serde(borrow)]
    pub expires_on: Option<&'a RawValue>,
    #[serde(borrow)]
    pub refresh_in: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error_description: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error_uri: Option<&'a RawValue>,
    #[serde(borrow)]
    pub correlation_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub trace_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error_codes: Option<&'a RawValue>,
}

/// Reads the members of `body` that `T` names.
///
/// # Errors
/// What `body` is instead of an object of JSON, as the rest of a sentence. serde's own words are left out: they
/// quote what they read.
pub(crate) fn object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, &'static str> {
    if body.trim_ascii().is_empty() {
        return Err("is empty");
    }
    if !body.trim_ascii_start().starts_with('{') {
        return match serde_json::from_str::<serde::de::IgnoredAny>(body) {
            Ok(_) => Err("is JSON, but no object"),
            Err(_) => Err("is not JSON"),
        };
    }
    let members = serde_json::from_str(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "names a member twice",
        serde_json::error::Category::Eof => "is JSON that breaks off",
        _ => "is not valid JSON",
    })?;
    if depth(body) > DEEPEST {
        return Err("is JSON nested too deeply");
    }
    Ok(members)
}

/// How deep valid JSON is nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut at) = (0, 0, 0);
    while let Some(byte) = json.as_bytes().get(at) {
        at += 1;
        match byte {
            b'"' => at = json.len() - after_string(&json[at..]).len(),
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    deepest
}

/// What follows a string of valid JSON, whose opening quote is past. Not memchr: its vectors leave pieces of a token on the
/// stack.
fn after_string(mut json: &str) -> &str {
    while let Some((text, rest)) = json.split_once('"') {
        json = rest;
        let escapes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 0 {
            break;
        }
    }
    json
}

/// The text of a member; nothing where it is of another type or not valid Unicode.
pub(crate) fn text(member: Option<&RawValue>) -> Option<Text> {
    let raw = member?.get();
    let quoted = raw.strip_prefix('"')?.strip_suffix('"')?;
    if quoted.contains('\\') {
        let unescaped: String = serde_json::from_str(raw).ok()?;
        return Some(Zeroizing::new(unescaped).as_str().into());
    }
    Some(quoted.into())
}

/// A point in time in seconds since 1970: as [`seconds`], or a date as older services of Azure write it.
pub(crate) fn time(member: Option<&RawValue>) -> Option<i64> {
    seconds(member).or_else(|| date::unix_seconds(text(member)?.as_str()).filter(|time| *time >= 0))
}

/// Seconds given as a number or as a number in a string, whole and not below 0.
pub(crate) fn seconds(member: Option<&RawValue>) -> Option<i64> {
    let raw = member?.get();
    let number: f64 = raw.trim_matches('"').trim().parse().ok()?;
    (0.0..=LATEST).contains(&number).then_some(number as i64)
}

/// The whole numbers, not below 0, of a member that is a list; what else stands there is passed over.
pub(crate) fn numbers(member: Option<&RawValue>) -> Vec<i64> {
    let list: Vec<&RawValue> = member.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let numbers = list.into_iter().filter_map(|raw| raw.get().parse().ok());
    numbers.filter(|number| *number >= 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_in_every_spelling() {
        let read = |json: &str| seconds(Some(&RawValue::from_string(json.into()).expect(json)));
        for (json, expected) in [
            ("3599", Some(3599)),
            ("\"3599\"", Some(3599)),
            ("\" 3599 \"", Some(3599)),
            ("3599.9", Some(3599)),
            ("3.6e3", Some(3600)),
            ("0", Some(0)),
            ("-1", None),
            ("1e300", None),
            ("1e999", None),
            ("\"NaN\"", None),
            ("\"inf\"", None),
            ("\"soon\"", None),
            ("\"\"", None),
            ("true", None),
            ("[3599]", None),
            ("{\"seconds\":1}", None),
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
        assert_eq!(read(&"9".repeat(400)), None);
        assert_eq!(seconds(None), None);
    }

    #[test]
    fn of_a_list_the_whole_numbers_are_read() {
        let read = |json: &str| numbers(Some(&RawValue::from_string(json.into()).expect(json)));
        assert_eq!(read("[7000215]"), [7_000_215]);
        assert_eq!(read("[1, 9223372036854775807 ,0]"), [1, i64::MAX, 0]);
        assert_eq!(read(r#"["2",1.5,1e3,7,{"a":9},[8],null,true,-1,9223372036854775808]"#), [7]);
        for no_list in ["7", "\"7\"", "{}", "[]", "null"] {
            assert!(read(no_list).is_empty(), "{no_list}");
        }
        assert!(numbers(None).is_empty());
    }

    #[test]
    fn text_is_unescaped() {
        let read = |json: &str| text(Some(&RawValue::from_string(json.into()).expect(json)));
        assert_eq!(read("\"plain\"").expect("text").as_str(), "plain");
        assert_eq!(read(r#""a\/b\u00e9\"""#).expect("text").as_str(), "a/bé\"");
        assert!(read(r#""\ud800""#).is_none());
        assert!(read("7").is_none());
    }

    #[test]
    fn what_is_no_object_is_named() {
        let refusal = |body: &str| object::<Members<'_>>(body).err();
        assert_eq!(refusal(" \n"), Some("is empty"));
        assert_eq!(refusal("[1]"), Some("is JSON, but no object"));
        assert_eq!(refusal("null"), Some("is JSON, but no object"));
        assert_eq!(refusal("<html>"), Some("is not JSON"));
        assert_eq!(refusal("{\"a\":1"), Some("is JSON that breaks off"));
        assert_eq!(refusal("{\"a\":1} x"), Some("is not valid JSON"));
        assert_eq!(refusal("{\"error\":\"a\",\"error\":\"b\"}"), Some("names a member twice"));
        let deep = |levels: usize| format!("{{\"x\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(refusal(&deep(DEEPEST - 1)), None);
        assert_eq!(refusal(&deep(DEEPEST)), Some("is JSON nested too deeply"));
        assert_eq!(refusal(&deep(100_000)), Some("is JSON nested too deeply"));
        assert_eq!(refusal(&format!("{{\"x\":\"\\\"{}\"}}", "[".repeat(100))), None);
    }
}
