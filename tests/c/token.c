/* Gets a token, reads an OAuth error, and does with the ABI what a careless caller does.
 *
 * token ENDPOINT: a token endpoint that knows "the client" with "s3cr+t value" and refuses as Entra does. */

#include "check.h"

static void get_a_token(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_call *call = start(request);
    size_t len = 0;

    /* The call has a copy of its own. */
    psoauth_request_free(request);
    CHECK(psoauth_call_wait(call, -1) == PSOAUTH_STATUS_OK);
    CHECK(psoauth_call_wait(call, 0) == PSOAUTH_STATUS_OK);

    const char *token = psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, &len);
    CHECK(token != NULL && len > 0 && strlen(token) == len);
    CHECK(token == psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL));
    CHECK(strcmp(psoauth_call_text(call, PSOAUTH_CALL_TOKEN_TYPE, NULL), "Bearer") == 0);
    CHECK(strstr(psoauth_call_text(call, PSOAUTH_CALL_BODY, NULL), token) != NULL);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, &len) == NULL && len == 0);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_HTTP_STATUS) == 200);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_EXPIRES_IN) > 0);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_ATTEMPTS) == 1);
    printf("a token of %u bytes\n", (unsigned)strlen(token));
    psoauth_call_free(call);
}

static void read_an_oauth_error(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "wrong");
    psoauth_call *call = start(request);

    CHECK(psoauth_call_wait(call, -1) == PSOAUTH_STATUS_OAUTH_ERROR);
    CHECK(strcmp(psoauth_status_name(psoauth_call_wait(call, 0)), "OAUTH_ERROR") == 0);
    CHECK(strcmp(psoauth_call_text(call, PSOAUTH_CALL_OAUTH_ERROR, NULL), "invalid_client") == 0);
    CHECK(strstr(psoauth_call_text(call, PSOAUTH_CALL_OAUTH_ERROR_DESCRIPTION, NULL), "AADSTS7000215") != NULL);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_CORRELATION_ID, NULL) != NULL);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_TRACE_ID, NULL) != NULL);
    CHECK(strcmp(psoauth_call_text(call, PSOAUTH_CALL_ERROR_CODES, NULL), "7000215") == 0);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL) == NULL);
    CHECK(psoauth_call_number(call, PSOAUTH_METRIC_HTTP_STATUS) == 401);
    printf("%s\n", psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL));
    psoauth_call_free(call);
    psoauth_request_free(request);
}

static void misuse(const char *endpoint) {
    psoauth_request *request = new_request(endpoint, "s3cr+t value");
    psoauth_call *call = NULL;

    CHECK(psoauth_request_set_text(request, 99, "x", 1) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_SCOPE, "a\0b", 3) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_SCOPE, "\xff", 1) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_request_set_text(request, PSOAUTH_REQUEST_SCOPE, NULL, 0) == PSOAUTH_STATUS_OK);
    CHECK(psoauth_request_set_number(request, PSOAUTH_OPTION_TIMEOUT_MS, 0) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_request_add_parameter(request, "scope", 5, "x", 1) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_request_add_parameter(request, "audience", 8, "x", 1) == PSOAUTH_STATUS_OK);
    CHECK(psoauth_call_start(NULL, &call) == PSOAUTH_STATUS_INVALID_ARGUMENT && call == NULL);
    CHECK(psoauth_call_start(request, NULL) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_call_wait(NULL, -1) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(psoauth_call_text(NULL, PSOAUTH_CALL_BODY, NULL) == NULL);
    CHECK(psoauth_call_number(NULL, PSOAUTH_METRIC_ATTEMPTS) == -1);
    psoauth_call_cancel(NULL);
    psoauth_call_free(NULL);
    psoauth_request_free(NULL);

    /* A request that cannot be sent still gives a call, which says why. */
    set(request, PSOAUTH_REQUEST_TOKEN_ENDPOINT, "http://login.example/token");
    call = start(request);
    CHECK(psoauth_call_wait(call, 0) == PSOAUTH_STATUS_INVALID_ARGUMENT);
    CHECK(strstr(psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL), "https") != NULL);
    psoauth_call_free(call);
    psoauth_request_free(request);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    CHECK(psoauth_abi_version() == PSOAUTH_ABI_VERSION);
    CHECK(strcmp(psoauth_version(), PSOAUTH_VERSION) == 0);
    get_a_token(argv[1]);
    read_an_oauth_error(argv[1]);
    misuse(argv[1]);
    return 0;
}
