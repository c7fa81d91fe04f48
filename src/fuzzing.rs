//! What fuzz targets reach of the inside. It is there in their builds alone.

use crate::answer::Answer;
use crate::error::Error;
use crate::message::Redactor;
use crate::response::TokenResponse;

/// Reads an answer to a request that had `secret`.
pub fn read_answer(http_status: u16, body: &[u8], secret: &str) -> Result<TokenResponse, Error> {
    Answer::plain(http_status, body).to_token(&Redactor::new([secret]))
}
