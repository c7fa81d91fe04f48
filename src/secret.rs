//! Text that is wiped from memory when it is dropped.

use std::fmt;

use zeroize::{Zeroizing, optimization_barrier};

/// UTF-8 text that is wiped when dropped and never shown by `Debug`.
///
/// A NUL stands behind the text, so that the C ABI can lend it out without copying. An empty text takes no memory:
/// most of a request's are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// The text without its closing NUL.
    pub fn as_str(&self) -> &str {
        &self.0[..self.len()]
    }

    /// The text with its closing NUL.
    pub fn with_nul(&self) -> &str {
        if self.0.is_empty() { "\0" } else { &self.0 }
    }

    /// The length in bytes, without the closing NUL.
    pub fn len(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        wipe(std::mem::take(&mut self.0).into_bytes());
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let mut with_nul = String::with_capacity(text.len() + 1);
        with_nul.push_str(text);
        with_nul.push('\0');
        Self(with_nul)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(Zeroizing::new(text).as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.len())
    }
}

/// Bytes that are wiped when dropped, and when they move because they grow.
#[derive(Default)]
pub(crate) struct SecretBytes(Vec<u8>);

impl SecretBytes {
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Appends. `Vec` would leave its old allocation behind unwiped.
    pub fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity() * 2));
            larger.extend_from_slice(&self.0);
            wipe(std::mem::replace(&mut self.0, larger));
        }
        self.0.extend_from_slice(bytes);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl AsRef<[u8]> for SecretBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        wipe(std::mem::take(&mut self.0));
    }
}

/// Overwrites and frees bytes, and what lies behind them in their allocation: others' copies may have been there before.
/// `Zeroize` does so byte by byte, which took longer than reading an answer.
fn wipe(mut bytes: Vec<u8>) {
    bytes.clear();
    bytes.resize(bytes.capacity(), 0);
    optimization_barrier(bytes.as_slice());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_a_nul_that_it_does_not_count() {
        let text = Text::from("schlüssel");
        assert_eq!(text.as_str(), "schlüssel");
        assert_eq!(text.with_nul(), "schlüssel\0");
        assert_eq!(text.len(), 10);
        for empty in [Text::default(), Text::from("")] {
            assert_eq!((empty.as_str(), empty.with_nul(), empty.len()), ("", "\0", 0));
        }
    }

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", Text::from("hunter2")), "[7 bytes]");
    }

    #[test]
    fn bytes_survive_growth() {
        let mut bytes = SecretBytes::with_capacity(2);
        for chunk in [&b"ab"[..], b"c", b"", b"defghij"] {
            bytes.extend(chunk);
        }
        assert_eq!(bytes.as_ref(), b"abcdefghij");
        assert_eq!(bytes.len(), 10);
    }
}
