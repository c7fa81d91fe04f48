/*
 * psoauthhelper: OAuth 2.0 tokens from a token endpoint (RFC 6749).
 *
 * Make a request, start a call with it, wait for the call, read it, free both:
 *
 *     psoauth_request *request = psoauth_request_new();
 *     psoauth_request_set_text(request, PSOAUTH_REQUEST_TENANT, "contoso.com", 11);
 *     ...
 *     psoauth_call *call = NULL;
 *     if (psoauth_call_start(request, &call) == PSOAUTH_STATUS_OK) {
 *         if (psoauth_call_wait(call, -1) == PSOAUTH_STATUS_OK)
 *             use(psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL));
 *         else
 *             show(psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL));
 *     }
 *     psoauth_call_free(call);
 *     psoauth_request_free(request);
 *
 * Rules for every function:
 *
 * - Text in is a pointer and a length in bytes, UTF-8 without NUL; it is copied. Text out ends in NUL, belongs to
 *   its call, and lives until the call is freed; NULL means that there is none. No getter allocates.
 * - Numbers of the PSOAUTH_* lists are never reused or changed; new ones are added. An unknown one gives
 *   PSOAUTH_STATUS_INVALID_ARGUMENT, NULL or -1.
 * - A NULL handle gives PSOAUTH_STATUS_INVALID_ARGUMENT, NULL or -1. Freeing NULL does nothing.
 * - A handle behind a pointer to const may be used by several threads at once; behind another pointer by one thread
 *   at a time. No thread may use a handle while another frees it.
 * - No function throws, and none lets a panic out: every one that gives a status may give PSOAUTH_STATUS_INTERNAL,
 *   which says that there was one. Where memory runs out the process is aborted.
 * - A function needs 64 kB of stack. None may be called in a signal handler. No thread may be cancelled
 *   (pthread_cancel) inside one: disable cancellation around them.
 * - The library makes one thread of its own at the first call, and up to 32 short-lived ones that look up names, read
 *   files and sign. Signals are blocked in all of them. It is never unloaded. A child that was forked after the first
 *   call must use nothing of it, the functions that free included, unless it calls exec(). The library's file
 *   descriptors must stay open: a program that closes every descriptor, as daemons do, does so before the first call.
 * - Proxies are those of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY) or of the system. The library
 *   may read the environment at any time: change it before the first call, or not at all. 127.0.0.0/8, ::1 and
 *   localhost are always reached without a proxy. TLS is 1.2 or later, with the system's trust store.
 * - Redirects are never followed. A body over 1 MiB is refused.
 * - Secrets and tokens are wiped from the memory that this library holds when their handles are freed. Two things are
 *   kept longer: tokens in the token cache, and what connections need (a proxy's credentials, a certificate's key),
 *   which goes when no connection has needed it for a minute.
 *
 * A compiler of C99 or C++11 is enough. PSOAUTH_API stands before each function and says how it is linked: on Windows
 * it imports from the DLL. To link in another way, define PSOAUTH_API before including this header; it is empty for a
 * static library.
 */


#ifndef PSOAUTHHELPER_H
#define PSOAUTHHELPER_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && !defined(PSOAUTH_API)
#define PSOAUTH_API __declspec(dllimport)
#elif !defined(PSOAUTH_API)
#define PSOAUTH_API
#endif

/*
 The version of the library that this header came with; `psoauth_version()` gives the library's.
 */
#define PSOAUTH_VERSION "1.0.0"


/*
 The version of the ABI that this header describes; `psoauth_abi_version()` gives the library's.
 */
#define PSOAUTH_ABI_VERSION 1

/*
 PSOAUTH_OPTION_ENTRA_VERSION: `/oauth2/token`, which takes a resource.
 */
#define PSOAUTH_ENTRA_V1 1

/*
 PSOAUTH_OPTION_ENTRA_VERSION: `/oauth2/v2.0/token`, which takes scopes.
 */
#define PSOAUTH_ENTRA_V2 2

/*
 PSOAUTH_OPTION_CLIENT_AUTHENTICATION: id and secret in the body.
 */
#define PSOAUTH_CLIENT_AUTHENTICATION_BODY 0

/*
 PSOAUTH_OPTION_CLIENT_AUTHENTICATION: HTTP Basic with both values form-encoded (RFC 6749 section 2.3.1).
 */
#define PSOAUTH_CLIENT_AUTHENTICATION_BASIC 1

/*
 PSOAUTH_OPTION_CLIENT_AUTHENTICATION: HTTP Basic with the values as they are; the id must hold no colon.
 */
#define PSOAUTH_CLIENT_AUTHENTICATION_BASIC_RAW 2

/*
 PSOAUTH_OPTION_TOKEN_CACHE: the cache is not used.
 */
#define PSOAUTH_TOKEN_CACHE_OFF 0

/*
 PSOAUTH_OPTION_TOKEN_CACHE: the cache answers where it can, and keeps what the server answers.
 */
#define PSOAUTH_TOKEN_CACHE_ON 1

/*
 PSOAUTH_OPTION_TOKEN_CACHE: the call empties the cache and asks for no token. It needs nothing else of the request,
 and ends as PSOAUTH_STATUS_OK without texts and numbers.
 */
#define PSOAUTH_TOKEN_CACHE_CLEAR 2

/*
 One exchange: running, then its outcome. Whoever started it frees it.
 */
typedef struct psoauth_call psoauth_call;

/*
 What to ask for. The caller owns it, may start any number of calls with it, and frees it.
 */
typedef struct psoauth_request psoauth_request;

/*
 The outcome of a function or of a call: PSOAUTH_STATUS_*.
 */
typedef int32_t psoauth_status;

/*
 A text of a request: PSOAUTH_REQUEST_*.
 */
typedef uint32_t psoauth_request_field;

/*
 A number of a request: PSOAUTH_OPTION_*.
 */
typedef uint32_t psoauth_option;

/*
 A text of a call that has ended: PSOAUTH_CALL_*.
 */
typedef uint32_t psoauth_call_field;

/*
 A number of a call that has ended: PSOAUTH_METRIC_*.
 */
typedef uint32_t psoauth_metric;

/*
 Success; of a call: there is a token.
 */
#define PSOAUTH_STATUS_OK 0

/*
 The call is still running.
 */
#define PSOAUTH_STATUS_PENDING 1

/*
 The call was cancelled.
 */
#define PSOAUTH_STATUS_CANCELLED 2

/*
 A NULL, an unknown number, a value out of range, text that is not UTF-8 or holds a NUL, or a request that cannot be
 sent.
 */
#define PSOAUTH_STATUS_INVALID_ARGUMENT 10

/*
 The time for the connection or for the whole exchange ran out.
 */
#define PSOAUTH_STATUS_TIMED_OUT 20

/*
 No answer: name lookup, connection, proxy, or a connection that ended half way.
 */
#define PSOAUTH_STATUS_NETWORK 21

/*
 No trusted TLS connection.
 */
#define PSOAUTH_STATUS_TLS 22

/*
 The answer is not one that a token endpoint gives.
 */
#define PSOAUTH_STATUS_BAD_RESPONSE 23

/*
 The server answered with a redirect; redirects are never followed.
 */
#define PSOAUTH_STATUS_REDIRECTED 24

/*
 The authorization server refused (RFC 6749 section 5.2); PSOAUTH_CALL_OAUTH_ERROR says how.
 */
#define PSOAUTH_STATUS_OAUTH_ERROR 30

/*
 The server asks the client to come back later, by HTTP 429 or by 503 with Retry-After;
 PSOAUTH_METRIC_RETRY_AFTER_SECONDS says when, if the server did.
 */
#define PSOAUTH_STATUS_THROTTLED 31

/*
 A fault of the library or a lack of system resources.
 */
#define PSOAUTH_STATUS_INTERNAL 90

/*
 The address of the token endpoint: https, or http to this machine (127.0.0.0/8, ::1, localhost).
 Give this, PSOAUTH_REQUEST_TENANT or PSOAUTH_REQUEST_ISSUER, or set PSOAUTH_OPTION_MANAGED_IDENTITY.
 */
#define PSOAUTH_REQUEST_TOKEN_ENDPOINT 1

/*
 A tenant of Entra ID, a GUID or a domain name, in place of an address.
 */
#define PSOAUTH_REQUEST_TENANT 2

/*
 `client_id` (RFC 6749 section 2.2). Every request needs one, but for PSOAUTH_OPTION_MANAGED_IDENTITY: there it names
 a user-assigned identity.
 */
#define PSOAUTH_REQUEST_CLIENT_ID 3

/*
 `client_secret` (RFC 6749 section 2.3.1).
 */
#define PSOAUTH_REQUEST_CLIENT_SECRET 4

/*
 `resource`, what the token is for (Entra v1; RFC 8707).
 */
#define PSOAUTH_REQUEST_RESOURCE 5

/*
 `scope`: one or several, separated by spaces (RFC 6749 section 3.3).
 */
#define PSOAUTH_REQUEST_SCOPE 6

/*
 `grant_type`; "client_credentials" unless set. "password" needs a user name and a password, "refresh_token"
 a refresh token.
 */
#define PSOAUTH_REQUEST_GRANT_TYPE 7

/*
 `username` (RFC 6749 section 4.3).
 */
#define PSOAUTH_REQUEST_USERNAME 8

/*
 `password` (RFC 6749 section 4.3).
 */
#define PSOAUTH_REQUEST_PASSWORD 9

/*
 `refresh_token` (RFC 6749 section 6).
 */
#define PSOAUTH_REQUEST_REFRESH_TOKEN 10

/*
 The host of Entra ID in place of "login.microsoftonline.com", for PSOAUTH_REQUEST_TENANT: a national cloud, such
 as "login.microsoftonline.us" or "login.partner.microsoftonline.cn", with or without "https://".
 */
#define PSOAUTH_REQUEST_AUTHORITY_HOST 11

/*
 The issuer, in place of an address: the token endpoint is looked up in its metadata (RFC 8414, OpenID Connect
 Discovery), which is kept for an hour. The metadata has to name this very issuer, a slash at the end included.
 */
#define PSOAUTH_REQUEST_ISSUER 12

/*
 A ready assertion that authenticates the client (RFC 7523), in place of a secret.
 */
#define PSOAUTH_REQUEST_CLIENT_ASSERTION 13

/*
 The path of a file with such an assertion, which is read anew at every call.
 */
#define PSOAUTH_REQUEST_CLIENT_ASSERTION_PATH 14

/*
 The path of a certificate with its private key in one file, PEM or PFX, that authenticates the client: it signs an
 assertion (RFC 7523), or with PSOAUTH_OPTION_MUTUAL_TLS the TLS handshake (RFC 8705). The file is read anew at every
 call.
 */
#define PSOAUTH_REQUEST_CERTIFICATE_PATH 15

/*
 The password of the certificate or private key.
 */
#define PSOAUTH_REQUEST_CERTIFICATE_PASSWORD 16

/*
 The path of a private key in PEM (PKCS#8, encrypted or not, PKCS#1, SEC 1) that signs an assertion: RSA of 2,048 to
 4,096 bits, or EC on P-256 or P-384. The file is read anew at every call.
 */
#define PSOAUTH_REQUEST_PRIVATE_KEY_PATH 17

/*
 `kid` of the assertion.
 */
#define PSOAUTH_REQUEST_KEY_ID 18

/*
 How the assertion is signed: "PS256", "RS256", "ES256" or "ES384"; unless set, PS256 with an RSA key, ES256 with an
 EC key on P-256 and ES384 with one on P-384. With RS256 and a certificate the assertion also has the SHA-1 `x5t` that
 AD FS looks for.
 */
#define PSOAUTH_REQUEST_SIGNING_ALGORITHM 19

/*
 The object id of a user-assigned managed identity; a client id goes into PSOAUTH_REQUEST_CLIENT_ID.
 */
#define PSOAUTH_REQUEST_IDENTITY_OBJECT_ID 20

/*
 The resource id of a user-assigned managed identity.
 */
#define PSOAUTH_REQUEST_IDENTITY_RESOURCE_ID 21

/*
 The address of a proxy, such as `http://proxy.example:3128`, in place of those of the environment and the system;
 "none" for no proxy. It is http or https, and has no user name or password in it. This machine itself and managed
 identities are always reached without a proxy.
 */
#define PSOAUTH_REQUEST_PROXY 22

/*
 The user name for that proxy.
 */
#define PSOAUTH_REQUEST_PROXY_USERNAME 23

/*
 The password for that proxy.
 */
#define PSOAUTH_REQUEST_PROXY_PASSWORD 24

/*
 The path of a PEM file with certificate authorities that are trusted beside the system's; it is read anew at every
 call.
 */
#define PSOAUTH_REQUEST_CERTIFICATE_AUTHORITY_PATH 25

/*
 `User-Agent` in place of `PSOAuthHelper/<version>`: at most 256 printable ASCII characters.
 */
#define PSOAUTH_REQUEST_USER_AGENT 26

/*
 Which Entra endpoint PSOAUTH_REQUEST_TENANT means: PSOAUTH_ENTRA_*; PSOAUTH_ENTRA_V2 unless set.
 */
#define PSOAUTH_OPTION_ENTRA_VERSION 1

/*
 Milliseconds for the whole exchange, retries included: 1 to 86,400,000; 30,000 unless set.
 */
#define PSOAUTH_OPTION_TIMEOUT_MS 2

/*
 Milliseconds for a connection with its TLS handshake: 1 to 86,400,000; 10,000 unless set.
 */
#define PSOAUTH_OPTION_CONNECT_TIMEOUT_MS 3

/*
 How the client sends its id and secret: PSOAUTH_CLIENT_AUTHENTICATION_*; in the body unless set. A client that has no
 secret but an assertion, key or certificate sends its id in the body.
 */
#define PSOAUTH_OPTION_CLIENT_AUTHENTICATION 4

/*
 How often a transient fault is retried inside the deadline: 0 to 10; 1 unless set. Transient are a failed
 connection, one that ended before an answer, and HTTP 408, 500, 502, 503 and 504; an OAuth error is not, and
 neither is what ends as PSOAUTH_STATUS_THROTTLED. The instance metadata of an Azure virtual machine is asked again at
 least five times, unless this is 0, and after HTTP 404, 410 and 429 too, as its documentation says; all of that
 takes 75 s to 95 s.
 */
#define PSOAUTH_OPTION_MAX_RETRIES 5

/*
 1 allows http to other machines, in the clear; 0 is the default.
 */
#define PSOAUTH_OPTION_ALLOW_HTTP 6

/*
 1 waits as long as a throttling server asks (Retry-After) and then tries again, as often as the deadline allows;
 without a Retry-After, or with one past the deadline, the call ends at once. 0 is the default.
 */
#define PSOAUTH_OPTION_WAIT_WHEN_THROTTLED 7

/*
 What the process's token cache is used for: PSOAUTH_TOKEN_CACHE_*; for nothing unless set.

 A kept token answers every request that differs in nothing but its time limits, retries and waiting. It does so until
 five minutes before its end, or a tenth of its life where that is less. Calls that ask for the same at once share one
 exchange, with the retries and the time to connect of the first; each has its own deadline and may be cancelled alone.
 A token whose `refresh_in` has passed is renewed by the first call that asks then; if that fails, the call gets the
 old one. At most 1,000 tokens are kept, in memory alone. Not kept are failures, tokens whose end is not known, answers
 of more than 64 KiB or with a refresh token, and those of other grants than "client_credentials" and "password".
 */
#define PSOAUTH_OPTION_TOKEN_CACHE 8

/*
 1 asks the managed identity of the Azure machine or service that this runs on; 0 is the default. That is App Service
 and its like, Azure Arc or a virtual machine, as the environment says (IDENTITY_ENDPOINT, IDENTITY_HEADER,
 IMDS_ENDPOINT). PSOAUTH_REQUEST_RESOURCE says what the token is for, or one PSOAUTH_REQUEST_SCOPE that ends in
 "/.default". The identity is the system-assigned one unless PSOAUTH_REQUEST_CLIENT_ID or one of
 PSOAUTH_REQUEST_IDENTITY_* names another; then a token of Azure Arc's agent is used only where the agent says that it
 is for that one.
 */
#define PSOAUTH_OPTION_MANAGED_IDENTITY 9

/*
 1 lets the certificate authenticate the TLS connection (RFC 8705) and makes no assertion; 0 is the default.
 */
#define PSOAUTH_OPTION_MUTUAL_TLS 10

/*
 `access_token`: present where the status is PSOAUTH_STATUS_OK, never empty, printable ASCII.
 */
#define PSOAUTH_CALL_ACCESS_TOKEN 1

/*
 `token_type`, usually "Bearer". This and the next two are absent where they hold anything but printable ASCII.
 */
#define PSOAUTH_CALL_TOKEN_TYPE 2

/*
 `refresh_token`.
 */
#define PSOAUTH_CALL_REFRESH_TOKEN 3

/*
 `scope`, where the server says what it granted.
 */
#define PSOAUTH_CALL_SCOPE 4

/*
 The server's JSON as it came, of a token or of an OAuth error, also of one that comes with throttling; of a token from
 the cache, with the `expires_in` that is left. It may hold secrets: do not log it.
 */
#define PSOAUTH_CALL_BODY 5

/*
 What went wrong and what to do, for a person: one printable line of at most 500 characters without secrets.
 Present where the call has ended, and not with PSOAUTH_STATUS_OK.
 */
#define PSOAUTH_CALL_ERROR_MESSAGE 6

/*
 `error` of an OAuth error, such as "invalid_client" (RFC 6749 section 5.2). The request's secrets are taken
 out of this and the following texts.
 */
#define PSOAUTH_CALL_OAUTH_ERROR 7

/*
 `error_description`, as one printable line of at most 500 characters.
 */
#define PSOAUTH_CALL_OAUTH_ERROR_DESCRIPTION 8

/*
 `error_uri`.
 */
#define PSOAUTH_CALL_OAUTH_ERROR_URI 9

/*
 `correlation_id`, with which Entra's support finds the request.
 */
#define PSOAUTH_CALL_CORRELATION_ID 10

/*
 `trace_id`, likewise.
 */
#define PSOAUTH_CALL_TRACE_ID 11

/*
 `error_codes`, the numbers of Entra's AADSTS messages: up to 20 decimal numbers separated by commas, such as
 "7000215" or "50126,70008"; each fits int64_t.
 */
#define PSOAUTH_CALL_ERROR_CODES 12

/*
 The HTTP status of the last attempt's answer; not known where it brought none. Of a token from the cache, that of the
 renewal that has just failed; not known where none was tried.
 */
#define PSOAUTH_METRIC_HTTP_STATUS 1

/*
 Seconds that the token lives, from when it came: as the server says, or worked out from when it ends. From the cache,
 what is left of them. 0 to 253,402,300,799; what a server says beyond that counts as not said.
 */
#define PSOAUTH_METRIC_EXPIRES_IN 2

/*
 When the token ends, in Unix seconds: as the server says, or worked out from the seconds that it lives. As the server
 says it, it is at most 253,402,300,799, the end of the year 9999; worked out, it may be past that.
 */
#define PSOAUTH_METRIC_EXPIRES_ON 3

/*
 Seconds that the server asks to wait before the next request.
 */
#define PSOAUTH_METRIC_RETRY_AFTER_SECONDS 4

/*
 Attempts made; looking up an issuer is a part of one. 0 where nothing was sent, and where a cancel or an overdue wait
 ended the call.
 */
#define PSOAUTH_METRIC_ATTEMPTS 5

/*
 Milliseconds from the start of the call to its end.
 */
#define PSOAUTH_METRIC_ELAPSED_MS 6

/*
 1 where the token came from the cache, 0 where the server gave it, -1 where there is none.
 */
#define PSOAUTH_METRIC_FROM_CACHE 7

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 The version of the ABI that the library speaks. A caller goes on only where it is `PSOAUTH_ABI_VERSION`.

 Any thread may call it. It cannot fail.
 */
PSOAUTH_API uint32_t psoauth_abi_version(void);

/*
 The version of the library, such as "1.0.0".

 Any thread may call it. It cannot fail; the text is static and never freed.
 */
PSOAUTH_API const char *psoauth_version(void);

/*
 The name of a status without its prefix, such as "TIMED_OUT"; "UNKNOWN" for a number that is none.

 Any thread may call it. It cannot fail; the text is static and never freed.

 @param status  the status to name
 */
PSOAUTH_API const char *psoauth_status_name(psoauth_status status);

/*
 Makes a request with the defaults and no texts.

 Free it with psoauth_request_free. Any thread may call this.

 @return the request; NULL only after a fault of the library
 */
PSOAUTH_API psoauth_request *psoauth_request_new(void);

/*
 Sets a text of a request, in place of what was there; an empty one is not sent.

 What a text says is checked when a call starts: that call's outcome is PSOAUTH_STATUS_INVALID_ARGUMENT where it cannot
 be used.

 The text is copied, and the copy wiped when it is replaced or freed. One thread at a time may use a request
 here.

 @param request  the request
 @param field    PSOAUTH_REQUEST_*
 @param utf8     the text: UTF-8 without NUL; may be NULL where len is 0
 @param len      its length in bytes
 @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
 */
PSOAUTH_API
psoauth_status psoauth_request_set_text(psoauth_request *request,
                                        psoauth_request_field field,
                                        const char *utf8,
                                        size_t len);

/*
 Sets a number of a request, in place of its default or of what was there.

 One thread at a time may use a request here.

 @param request  the request
 @param option   PSOAUTH_OPTION_*, which says the unit and the range
 @param value    the number
 @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
 */
PSOAUTH_API psoauth_status psoauth_request_set_number(psoauth_request *request, psoauth_option option, int64_t value);

/*
 Adds a parameter that no field is for, such as "audience" or "claims". Parameters are sent last, in
 the order in which they were added; an empty value is not sent.

 Both texts are copied, and the copies wiped when freed. One thread at a time may use a request here.

 @param request    the request
 @param name       the name: UTF-8 without NUL, not empty, not a name that a field is for
 @param name_len   its length in bytes
 @param value      the value: UTF-8 without NUL; may be NULL where value_len is 0
 @param value_len  its length in bytes
 @return PSOAUTH_STATUS_OK, or PSOAUTH_STATUS_INVALID_ARGUMENT, which changes nothing
 */
PSOAUTH_API
psoauth_status psoauth_request_add_parameter(psoauth_request *request,
                                             const char *name,
                                             size_t name_len,
                                             const char *value,
                                             size_t value_len);

/*
 Frees a request and wipes its texts. Calls that it started go on. NULL does nothing.

 @param request  the request; it must not be used any more
 */
PSOAUTH_API void psoauth_request_free(psoauth_request *request);

/*
 Starts the exchange that a request asks for. It does not block.

 A request that cannot be sent (no client id, http to another machine, ...) still gives a call: its outcome is
 PSOAUTH_STATUS_INVALID_ARGUMENT, and its PSOAUTH_CALL_ERROR_MESSAGE says why. The request is copied and stays
 the caller's. Several threads may start calls with one request at once, while none changes it.

 @param request  the request
 @param call     receives the call, which psoauth_call_free frees; it is left unchanged where this fails
 @return PSOAUTH_STATUS_OK; PSOAUTH_STATUS_INVALID_ARGUMENT where a parameter is NULL; PSOAUTH_STATUS_INTERNAL where
         the library failed: then there is no call
 */
PSOAUTH_API psoauth_status psoauth_call_start(const psoauth_request *request, psoauth_call **call);

/*
 Waits for the end of a call.

 Several threads may wait for one call at once.

 @param call        the call
 @param timeout_ms  milliseconds to wait at most; 0 looks without waiting; -1 waits until the call ends, which it
                    does at most 250 ms after PSOAUTH_OPTION_TIMEOUT_MS
 @return PSOAUTH_STATUS_PENDING while the call is running, then its outcome; PSOAUTH_STATUS_INVALID_ARGUMENT for
         NULL and for less than -1
 */
PSOAUTH_API psoauth_status psoauth_call_wait(const psoauth_call *call, int32_t timeout_ms);

/*
 Cancels a call: whoever waits for it gets PSOAUTH_STATUS_CANCELLED at once. It does not block.

 Any thread may cancel, any number of times; after the end of the call this changes nothing. NULL does nothing.

 @param call  the call
 */
PSOAUTH_API void psoauth_call_cancel(const psoauth_call *call);

/*
 A text of the outcome.

 Several threads may read one call at once.

 @param call   the call
 @param field  PSOAUTH_CALL_*
 @param len    receives the length in bytes without the closing NUL, 0 where there is no text; may be NULL
 @return the text, UTF-8, which ends in NUL, belongs to the call, and lives until the call is freed; NULL where
         there is none, while the call is running, for an unknown field, and for NULL
 */
PSOAUTH_API const char *psoauth_call_text(const psoauth_call *call, psoauth_call_field field, size_t *len);

/*
 A number of the outcome.

 Several threads may read one call at once.

 @param call    the call
 @param metric  PSOAUTH_METRIC_*, which says the unit
 @return the number; -1 where it is not known, while the call is running, for an unknown metric, and for NULL
 */
PSOAUTH_API int64_t psoauth_call_number(const psoauth_call *call, psoauth_metric metric);

/*
 Frees a call and wipes its texts. A running call is cancelled; this does not block. NULL does nothing.

 @param call  the call; it and its texts must not be used any more
 */
PSOAUTH_API void psoauth_call_free(psoauth_call *call);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PSOAUTHHELPER_H */
