/* A server that hangs up while it is written to: the process, in which SIGPIPE is not ignored, lives on. */

#include <signal.h>

#include "check.h"

int main(int argc, char **argv) {
    CHECK(argc == 2);
    CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    psoauth_request *request = new_request(argv[1], "a secret");
    CHECK(psoauth_request_set_number(request, PSOAUTH_OPTION_MAX_RETRIES, 0) == PSOAUTH_STATUS_OK);
    for (int round = 0; round < 50; round++) {
        psoauth_call *call = NULL;
        CHECK(psoauth_call_start(request, &call) == PSOAUTH_STATUS_OK);
        /* Which of the two the client sees first is the system's choice. */
        psoauth_status status = psoauth_call_wait(call, -1);
        CHECK(status == PSOAUTH_STATUS_TLS || status == PSOAUTH_STATUS_NETWORK);
        psoauth_call_free(call);
    }
    psoauth_request_free(request);
    return 0;
}
