//! What fuzz targets reach of the inside. It is there in their builds alone.

use crate::error::Error;
use crate::message::Redactor;
use crate::response::{Answer, TokenResponse};
use crate::secret::SecretBytes;

/// Reads an answer to a request that had `secret`.
pub fn read_answer(http_status: u16, body: &[u8], secret: &str) -> Result<TokenResponse, Error> {
    let mut bytes = SecretBytes::default();
    bytes.extend(body);
    let answer = Answer {
        http_status,
        retry_after: None,
        location: None,
        challenge: None,
        media_type: None,
        coding: None,
        body: bytes,
    };
    answer.to_token(&Redactor::new([secret]))
}
