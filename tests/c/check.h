/* What the programs in this folder have in common. They take the addresses of the test's servers as arguments. */

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psoauthhelper.h"

#define CHECK(condition)                                                         \
    do {                                                                         \
        if (!(condition)) {                                                      \
            fprintf(stderr, "%s:%d: %s is not so\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                             \
        }                                                                        \
    } while (0)

static inline void set(psoauth_request *request, psoauth_request_field field, const char *text) {
    CHECK(psoauth_request_set_text(request, field, text, strlen(text)) == PSOAUTH_STATUS_OK);
}

/* A request of the client that the test's authorization server knows. */
static inline psoauth_request *new_request(const char *endpoint, const char *secret) {
    psoauth_request *request = psoauth_request_new();
    CHECK(request != NULL);
    set(request, PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint);
    set(request, PSOAUTH_REQUEST_CLIENT_ID, "the client");
    set(request, PSOAUTH_REQUEST_CLIENT_SECRET, secret);
    return request;
}

static inline psoauth_call *start(const psoauth_request *request) {
    psoauth_call *call = NULL;
    CHECK(psoauth_call_start(request, &call) == PSOAUTH_STATUS_OK);
    CHECK(call != NULL);
    return call;
}

#endif
