/* Tries what the header promises of numbers, texts, NULLs and lifetimes, one after the other.
 *
 * contract ENDPOINT SILENT: a token endpoint that knows "the client" with "s3cr+t value" and takes its secret in the body
 * and as HTTP Basic; and an address where connections are accepted and never answered. */

#include "check.h"

#define UNKNOWN 4711

#define OK PSOAUTH_STATUS_OK
#define INVALID PSOAUTH_STATUS_INVALID_ARGUMENT

static int is(const char *text, const char *expected) {
    return text != NULL && strcmp(text, expected) == 0;
}

static void statuses_have_names(void) {
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_OK), "OK"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_PENDING), "PENDING"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_CANCELLED), "CANCELLED"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_INVALID_ARGUMENT), "INVALID_ARGUMENT"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_TIMED_OUT), "TIMED_OUT"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_NETWORK), "NETWORK"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_TLS), "TLS"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_BAD_RESPONSE), "BAD_RESPONSE"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_REDIRECTED), "REDIRECTED"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_OAUTH_ERROR), "OAUTH_ERROR"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_THROTTLED), "THROTTLED"));
    CHECK(is(psoauth_status_name(PSOAUTH_STATUS_INTERNAL), "INTERNAL"));
    CHECK(is(psoauth_status_name(UNKNOWN), "UNKNOWN"));
    CHECK(is(psoauth_status_name(-1), "UNKNOWN"));
}

static void number(psoauth_request *request, psoauth_option option, int64_t value, psoauth_status expected) {
    CHECK(psoauth_request_set_number(request, option, value) == expected);
}

static void refusals_change_nothing(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_call *call;

    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_CLIENT_SECRET, NULL, 1) == INVALID);
    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_CLIENT_SECRET, "a\0b", 3) == INVALID);
    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_CLIENT_SECRET, "\xff", 1) == INVALID);
    CHECK(psoauth_request_set_text(NULL, PSOAUTH_REQUEST_CLIENT_SECRET, "x", 1) == INVALID);

    number(request, UNKNOWN, 1, INVALID);
    number(NULL, PSOAUTH_OPTION_MAX_RETRIES, 1, INVALID);
    number(request, PSOAUTH_OPTION_TIMEOUT_MS, 86400000, OK);
    number(request, PSOAUTH_OPTION_TIMEOUT_MS, 86400001, INVALID);
    number(request, PSOAUTH_OPTION_CONNECT_TIMEOUT_MS, 86400000, OK);
    number(request, PSOAUTH_OPTION_CONNECT_TIMEOUT_MS, 0, INVALID);
    number(request, PSOAUTH_OPTION_ENTRA_VERSION, PSOAUTH_ENTRA_V1, OK);
    number(request, PSOAUTH_OPTION_ENTRA_VERSION, PSOAUTH_ENTRA_V2, OK);
    number(request, PSOAUTH_OPTION_ENTRA_VERSION, 0, INVALID);
    number(request, PSOAUTH_OPTION_ENTRA_VERSION, 3, INVALID);
    number(request, PSOAUTH_OPTION_CLIENT_AUTHENTICATION, PSOAUTH_CLIENT_AUTHENTICATION_BODY, OK);
    number(request, PSOAUTH_OPTION_CLIENT_AUTHENTICATION, PSOAUTH_CLIENT_AUTHENTICATION_BASIC_RAW, OK);
    number(request, PSOAUTH_OPTION_CLIENT_AUTHENTICATION, PSOAUTH_CLIENT_AUTHENTICATION_BASIC, OK);
    number(request, PSOAUTH_OPTION_CLIENT_AUTHENTICATION, 3, INVALID);
    number(request, PSOAUTH_OPTION_MAX_RETRIES, 10, OK);
    number(request, PSOAUTH_OPTION_MAX_RETRIES, 11, INVALID);
    number(request, PSOAUTH_OPTION_ALLOW_HTTP, 1, OK);
    number(request, PSOAUTH_OPTION_ALLOW_HTTP, 2, INVALID);

    CHECK(psoauth_request_add_parameter(request, "", 0, "x", 1) == INVALID);
    CHECK(psoauth_request_add_parameter(request, NULL, 1, "x", 1) == INVALID);
    CHECK(psoauth_request_add_parameter(request, "client_id", 9, "x", 1) == INVALID);
    CHECK(psoauth_request_add_parameter(request, "audience", 8, NULL, 1) == INVALID);
    CHECK(psoauth_request_add_parameter(NULL, "audience", 8, "x", 1) == INVALID);
    CHECK(psoauth_request_add_parameter(request, "audience", 8, NULL, 0) == OK);

    call = start(request);
    CHECK(psoauth_call_wait(call, -1) == OK);
    psoauth_call_free(call);
    psoauth_request_free(request);
}

static void texts_end_where_their_length_says(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_call *call;

    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_SCOPE, "read write erase", 10) == OK);
    call = start(request);
    CHECK(psoauth_call_wait(call, -1) == OK);
    CHECK(is(psoauth_call_text(call, PSOAUTH_CALL_SCOPE, NULL), "read write"));
    psoauth_call_free(call);
    psoauth_request_free(request);
}

static void one_request_starts_many_calls(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "wrong");
    psoauth_call *refused = start(request);
    psoauth_call *granted;

    set(request, PSOAUTH_REQUEST_CLIENT_SECRET, "s3cr+t value");
    granted = start(request);
    CHECK(psoauth_call_wait(granted, -1) == OK);
    CHECK(psoauth_call_wait(refused, -1) == PSOAUTH_STATUS_OAUTH_ERROR);
    psoauth_call_free(granted);
    CHECK(is(psoauth_call_text(refused, PSOAUTH_CALL_OAUTH_ERROR, NULL), "invalid_client"));
    CHECK(psoauth_call_number(refused, PSOAUTH_METRIC_EXPIRES_IN) == -1);
    psoauth_call_free(refused);
    psoauth_request_free(request);
}

static void the_cache_answers_until_it_is_emptied(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_request *clear = psoauth_request_new();
    psoauth_call *call;
    int turn;

    number(request, PSOAUTH_OPTION_TOKEN_CACHE, PSOAUTH_TOKEN_CACHE_ON, OK);
    number(clear, PSOAUTH_OPTION_TOKEN_CACHE, PSOAUTH_TOKEN_CACHE_CLEAR, OK);
    number(clear, PSOAUTH_OPTION_TOKEN_CACHE, 3, INVALID);
    for (turn = 0; turn < 2; turn++) {
        call = start(request);
        CHECK(psoauth_call_wait(call, -1) == OK);
        CHECK(psoauth_call_number(call, PSOAUTH_METRIC_FROM_CACHE) == 0);
        psoauth_call_free(call);
        call = start(request);
        CHECK(psoauth_call_wait(call, 0) == OK);
        CHECK(psoauth_call_number(call, PSOAUTH_METRIC_FROM_CACHE) == 1);
        psoauth_call_free(call);

        call = start(clear);
        CHECK(psoauth_call_wait(call, 0) == OK);
        CHECK(psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL) == NULL);
        psoauth_call_free(call);
    }
    number(request, PSOAUTH_OPTION_TOKEN_CACHE, PSOAUTH_TOKEN_CACHE_OFF, OK);
    call = start(request);
    CHECK(psoauth_call_wait(call, -1) == OK);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_FROM_CACHE) == 0);
    psoauth_call_free(call);
    psoauth_request_free(clear);
    psoauth_request_free(request);
}

static void an_outcome_stays(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_call *call = start(request);
    size_t len = 1;
    const char *token;

    CHECK(psoauth_call_wait(call, -1) == OK);
    token = psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL);
    psoauth_call_cancel(call);
    CHECK(psoauth_call_wait(call, -1) == OK);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL) == token);
    CHECK(psoauth_call_text(call, UNKNOWN, &len) == NULL && len == 0);
    CHECK(psoauth_call_number(call, UNKNOWN) == -1);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_EXPIRES_ON) > 1700000000);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_RETRY_AFTER_SECONDS) == -1);
    CHECK(psoauth_call_wait(call, -2) == INVALID);
    psoauth_call_free(call);
    psoauth_request_free(request);
}

static void nothing_can_be_sent_from_an_empty_request(void) {
    psoauth_request *request = psoauth_request_new();
    psoauth_call *call = start(request);

    CHECK(psoauth_call_wait(call, -1) == INVALID);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL) != NULL);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_BODY, NULL) == NULL);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_ATTEMPTS) == 0);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_HTTP_STATUS) == -1);
    psoauth_call_free(call);
    psoauth_request_free(request);
}

static void a_running_call_says_nothing_and_can_be_freed(const char *silent) {
    psoauth_request *request = new_request(silent, "s3cr+t value");
    psoauth_call *calls[20];
    int i;

    for (i = 0; i < 20; i++) {
        calls[i] = start(request);
    }
    CHECK(psoauth_call_wait(calls[0], 20) == PSOAUTH_STATUS_PENDING);
    CHECK(psoauth_call_text(calls[0], PSOAUTH_CALL_ERROR_MESSAGE, NULL) == NULL);
    CHECK(psoauth_call_number(calls[0], PSOAUTH_METRIC_ELAPSED_MS) == -1);
    for (i = 0; i < 20; i++) {
        psoauth_call_free(calls[i]);
    }
    psoauth_request_free(request);
}

static void a_call_ends_with_its_time(const char *silent) {
    psoauth_request *request = new_request(silent, "s3cr+t value");
    psoauth_call *call;

    number(request, PSOAUTH_OPTION_TIMEOUT_MS, 100, OK);
    call = start(request);
    CHECK(psoauth_call_wait(call, -1) == PSOAUTH_STATUS_TIMED_OUT);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_ELAPSED_MS) >= 100);
    psoauth_call_cancel(call);
    CHECK(psoauth_call_wait(call, 0) == PSOAUTH_STATUS_TIMED_OUT);
    psoauth_call_free(call);
    psoauth_request_free(request);
}

int main(int argc, char **argv) {
    CHECK(argc == 3);
    statuses_have_names();
    refusals_change_nothing(argv[1]);
    texts_end_where_their_length_says(argv[1]);
    one_request_starts_many_calls(argv[1]);
    the_cache_answers_until_it_is_emptied(argv[1]);
    an_outcome_stays(argv[1]);
    nothing_can_be_sent_from_an_empty_request();
    a_running_call_says_nothing_and_can_be_freed(argv[2]);
    a_call_ends_with_its_time(argv[2]);
    printf("the header keeps its promises\n");
    return 0;
}
