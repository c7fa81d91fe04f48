//! Requests.

use libc::{c_char, size_t};
use std::time::Duration;

use super::numbers::*;
use super::text::{copy_in, status_of};
use super::{guard, pin};
use crate::endpoint::EntraVersion;
use crate::request::{ClientAuthentication, TokenRequest};
use crate::secret::Text;

/// What to ask for. The caller owns it, may start any number of calls with it, and frees it.
pub struct psoauth_request {
    pub(super) request: TokenRequest,
    /// Whether its calls empty the token cache and do nothing else.
    pub(super) clears_cache: bool,
}

/// Makes a request with the defaults and no texts.
///
/// Free it with psoauth_request_free. Any thread may call this.
///
/// @return the request; NULL only after a fault of the library
#[unsafe(no_mangle)]
pub extern "C" fn psoauth_request_new() -> *mut psoauth_request {
    guard(std::ptr::null_mut(), || {
        pin::keep_loaded();
        Box::into_raw(Box::new(psoauth_request { request: TokenRequest::new(), clears_cache: false }))
    })
}

/// Sets a text of a request, in place of what was there; an empty one is not sent.
///
/// What a text says is checked when a call starts: that call's outcome is PSOAUTH_STATUS_INVALID_ARGUMENT where it cannot
/// be used.
///
/// The text is copied, and the copy wiped when it is replaced or freed. One thread at a time may use a request
/// here.
///
/// @param request  the request
/// @param field    PSOAUTH_REQUEST_*
/// @param utf8     the text: UTF-8 without NUL; may be NULL where len is 0
/// @param len      its length in bytes
/// @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
///
/// # Safety
/// `request` is NULL or a live request that nothing else uses meanwhile; `utf8` is NULL or `len` bytes can be read
/// there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_request_set_text(
    request: *mut psoauth_request,
    field: psoauth_request_field,
    utf8: *const c_char,
    len: size_t,
) -> psoauth_status {
    guard(PSOAUTH_STATUS_INTERNAL, || {
        // SAFETY: the caller gives NULL or a live request, to itself.
        let request = unsafe { request.as_mut() };
        // SAFETY: the caller gives NULL or `len` readable bytes.
        let text = unsafe { copy_in(utf8, len) };
        status_of((|| {
            *text_field(&mut request?.request, field)? = text?;
            Some(())
        })())
    })
}

fn text_field(request: &mut TokenRequest, field: psoauth_request_field) -> Option<&mut Text> {
    Some(match field {
        PSOAUTH_REQUEST_TOKEN_ENDPOINT => &mut request.token_endpoint,
        PSOAUTH_REQUEST_TENANT => &mut request.tenant,
        PSOAUTH_REQUEST_CLIENT_ID => &mut request.client_id,
        PSOAUTH_REQUEST_CLIENT_SECRET => &mut request.client_secret,
        PSOAUTH_REQUEST_RESOURCE => &mut request.resource,
        PSOAUTH_REQUEST_SCOPE => &mut request.scope,
        PSOAUTH_REQUEST_GRANT_TYPE => &mut request.grant_type,
        PSOAUTH_REQUEST_USERNAME => &mut request.username,
        PSOAUTH_REQUEST_PASSWORD => &mut request.password,
        PSOAUTH_REQUEST_REFRESH_TOKEN => &mut request.refresh_token,
        PSOAUTH_REQUEST_AUTHORITY_HOST => &mut request.authority_host,
        PSOAUTH_REQUEST_ISSUER => &mut request.issuer,
        PSOAUTH_REQUEST_CLIENT_ASSERTION => &mut request.client_assertion,
        PSOAUTH_REQUEST_CLIENT_ASSERTION_PATH => &mut request.client_assertion_path,
        PSOAUTH_REQUEST_CERTIFICATE_PATH => &mut request.certificate_path,
        PSOAUTH_REQUEST_CERTIFICATE_PASSWORD => &mut request.certificate_password,
        PSOAUTH_REQUEST_PRIVATE_KEY_PATH => &mut request.private_key_path,
        PSOAUTH_REQUEST_KEY_ID => &mut request.key_id,
        PSOAUTH_REQUEST_SIGNING_ALGORITHM => &mut request.signing_algorithm,
        PSOAUTH_REQUEST_IDENTITY_OBJECT_ID => &mut request.identity_object_id,
        PSOAUTH_REQUEST_IDENTITY_RESOURCE_ID => &mut request.identity_resource_id,
        PSOAUTH_REQUEST_PROXY => &mut request.proxy,
        PSOAUTH_REQUEST_PROXY_USERNAME => &mut request.proxy_username,
        PSOAUTH_REQUEST_PROXY_PASSWORD => &mut request.proxy_password,
        PSOAUTH_REQUEST_CERTIFICATE_AUTHORITY_PATH => &mut request.certificate_authority_path,
        PSOAUTH_REQUEST_USER_AGENT => &mut request.user_agent,
        _ => return None,
    })
}

/// Sets a number of a request, in place of its default or of what was there.
///
/// One thread at a time may use a request here.
///
/// @param request  the request
/// @param option   PSOAUTH_OPTION_*, which says the unit and the range
/// @param value    the number
/// @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
///
/// # Safety
/// `request` is NULL or a live request that nothing else uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_request_set_number(
    request: *mut psoauth_request,
    option: psoauth_option,
    value: i64,
) -> psoauth_status {
    guard(PSOAUTH_STATUS_INTERNAL, || {
        // SAFETY: the caller gives NULL or a live request, to itself.
        let request = unsafe { request.as_mut() };
        status_of(request.and_then(|request| set_number(request, option, value)))
    })
}

fn set_number(to: &mut psoauth_request, option: psoauth_option, value: i64) -> Option<()> {
    let request = &mut to.request;
    match option {
        PSOAUTH_OPTION_ENTRA_VERSION => {
            request.entra_version = match value {
                PSOAUTH_ENTRA_V1 => EntraVersion::V1,
                PSOAUTH_ENTRA_V2 => EntraVersion::V2,
                _ => return None,
            }
        }
        PSOAUTH_OPTION_TIMEOUT_MS => request.timeout = milliseconds(value)?,
        PSOAUTH_OPTION_CONNECT_TIMEOUT_MS => request.connect_timeout = milliseconds(value)?,
        PSOAUTH_OPTION_CLIENT_AUTHENTICATION => {
            request.client_authentication = match value {
                PSOAUTH_CLIENT_AUTHENTICATION_BODY => ClientAuthentication::Body,
                PSOAUTH_CLIENT_AUTHENTICATION_BASIC => ClientAuthentication::Basic,
                PSOAUTH_CLIENT_AUTHENTICATION_BASIC_RAW => ClientAuthentication::BasicRaw,
                _ => return None,
            }
        }
        PSOAUTH_OPTION_MAX_RETRIES => request.max_retries = u32::try_from(value).ok().filter(|value| *value <= 10)?,
        PSOAUTH_OPTION_ALLOW_HTTP => request.allow_http = flag(value)?,
        PSOAUTH_OPTION_WAIT_WHEN_THROTTLED => request.wait_when_throttled = flag(value)?,
        PSOAUTH_OPTION_TOKEN_CACHE => {
            (request.token_cache, to.clears_cache) = match value {
                PSOAUTH_TOKEN_CACHE_OFF => (false, false),
                PSOAUTH_TOKEN_CACHE_ON => (true, false),
                PSOAUTH_TOKEN_CACHE_CLEAR => (false, true),
                _ => return None,
            }
        }
        PSOAUTH_OPTION_MANAGED_IDENTITY => request.managed_identity = flag(value)?,
        PSOAUTH_OPTION_MUTUAL_TLS => request.mutual_tls = flag(value)?,
        _ => return None,
    }
    Some(())
}

fn flag(value: i64) -> Option<bool> {
    match value {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// From a millisecond to a day.
fn milliseconds(value: i64) -> Option<Duration> {
    (1..=86_400_000).contains(&value).then(|| Duration::from_millis(value.unsigned_abs()))
}

/// Adds a parameter that no field is for, such as "audience" or "claims". Parameters are sent last, in
/// the order in which they were added; an empty value is not sent.
///
/// Both texts are copied, and the copies wiped when freed. One thread at a time may use a request here.
///
/// @param request    the request
/// @param name       the name: UTF-8 without NUL, not empty, not a name that a field is for
/// @param name_len   its length in bytes
/// @param value      the value: UTF-8 without NUL; may be NULL where value_len is 0
/// @param value_len  its length in bytes
/// @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
///
/// # Safety
/// `request` is NULL or a live request that nothing else uses meanwhile; `name` and `value` are NULL or can be read
/// for their lengths.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_request_add_parameter(
    request: *mut psoauth_request,
    name: *const c_char,
    name_len: size_t,
    value: *const c_char,
    value_len: size_t,
) -> psoauth_status {
    guard(PSOAUTH_STATUS_INTERNAL, || {
        // SAFETY: the caller gives NULL or a live request, to itself.
        let request = unsafe { request.as_mut() };
        // SAFETY: the caller gives NULL or `name_len` readable bytes.
        let name = unsafe { copy_in(name, name_len) };
        // SAFETY: the caller gives NULL or `value_len` readable bytes.
        let value = unsafe { copy_in(value, value_len) };
        status_of((|| request?.request.parameters.add(name?, value?).ok())())
    })
}

/// Frees a request and wipes its texts. Calls that it started go on. NULL does nothing.
///
/// @param request  the request; it must not be used any more
///
/// # Safety
/// `request` is NULL or a live request that nothing else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_request_free(request: *mut psoauth_request) {
    guard((), || {
        if !request.is_null() {
            // SAFETY: the caller gives up a live request, which psoauth_request_new made with Box::into_raw.
            drop(unsafe { Box::from_raw(request) });
        }
    });
}
