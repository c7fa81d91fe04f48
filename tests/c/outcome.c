/* One call, and what it says of its outcome in a line: the status, the attempts and the message, divided by tabs.
 *
 * outcome ENDPOINT SECRET TOKEN CONNECT_TIMEOUT_MS: TOKEN is what a call that succeeds has to bring. */

#include "check.h"

int main(int argc, char **argv) {
    CHECK(argc == 5);
    psoauth_request *request = new_request(argv[1], argv[2]);
    CHECK(psoauth_request_set_number(request, PSOAUTH_OPTION_ALLOW_HTTP, 1) == PSOAUTH_STATUS_OK);
    CHECK(psoauth_request_set_number(request, PSOAUTH_OPTION_CONNECT_TIMEOUT_MS, atoi(argv[4])) == PSOAUTH_STATUS_OK);
    psoauth_call *call = start(request);
    psoauth_request_free(request);

    psoauth_status status = psoauth_call_wait(call, -1);
    const char *token = psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL);
    const char *message = psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL);
    CHECK((status == PSOAUTH_STATUS_OK) == (token != NULL) && (token == NULL) == (message != NULL));
    CHECK(token == NULL || strcmp(token, argv[3]) == 0);
    printf("%s\t%d\t%s\n", psoauth_status_name(status), (int)psoauth_call_number(call, PSOAUTH_METRIC_ATTEMPTS),
           message == NULL ? "" : message);
    psoauth_call_free(call);
    return 0;
}
