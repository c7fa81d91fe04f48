/*
 * Gets a token and writes it to standard output:
 *
 *     token [-s SCOPE] [-r RESOURCE] [-t SECONDS] TOKEN-ENDPOINT|TENANT CLIENT-ID
 *
 * The client secret comes from the environment variable PSOAUTH_CLIENT_SECRET, or else from the first line of standard
 * input: arguments can be read by everyone on the machine. What has "://" in it is a token endpoint, all else a tenant of
 * Entra ID. Texts are UTF-8.
 *
 * Exit codes:
 *
 *     0  the token was written
 *     1  the authorization server refused
 *     2  the arguments are wrong, or there is no secret
 *     3  no usable answer: time-out, network, TLS, redirect, or not a token endpoint
 *     4  the server asks to come back later
 *     5  anything else: the library, or writing the token
 */

#include <psoauthhelper.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRANTED = 0, REFUSED = 1, USAGE = 2, NO_ANSWER = 3, LATER = 4, OTHER = 5 };

static int usage(const char *what) {
    fprintf(stderr, "token: %s\n", what);
    fprintf(stderr, "usage: token [-s SCOPE] [-r RESOURCE] [-t SECONDS] TOKEN-ENDPOINT|TENANT CLIENT-ID\n");
    return USAGE;
}

/* memset on memory that is not read again may be left out by the compiler; writes through a volatile pointer are not. */
static void wipe(char *text, size_t size) {
    volatile char *byte = text;
    while (size-- > 0) {
        *byte++ = 0;
    }
}

static psoauth_status set(psoauth_request *request, psoauth_request_field field, const char *text) {
    return psoauth_request_set_text(request, field, text, strlen(text));
}

static psoauth_status set_target(psoauth_request *request, const char *target) {
    int is_address = strstr(target, "://") != NULL;
    return set(request, is_address ? PSOAUTH_REQUEST_TOKEN_ENDPOINT : PSOAUTH_REQUEST_TENANT, target);
}

static psoauth_status set_timeout(psoauth_request *request, const char *seconds) {
    char *end = NULL;
    long number = strtol(seconds, &end, 10);
    if (end == seconds || *end != '\0' || number < 1 || number > 86400) {
        return PSOAUTH_STATUS_INVALID_ARGUMENT;
    }
    return psoauth_request_set_number(request, PSOAUTH_OPTION_TIMEOUT_MS, (int64_t)number * 1000);
}

/* Takes the arguments into the request; what is wrong with them, or NULL. */
static const char *set_arguments(psoauth_request *request, int argc, char **argv) {
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        const char *value = argv[at + 1];
        psoauth_status status = PSOAUTH_STATUS_INVALID_ARGUMENT;
        if (strcmp(argv[at], "-s") == 0) {
            status = set(request, PSOAUTH_REQUEST_SCOPE, value);
        } else if (strcmp(argv[at], "-r") == 0) {
            status = set(request, PSOAUTH_REQUEST_RESOURCE, value);
        } else if (strcmp(argv[at], "-t") == 0) {
            status = set_timeout(request, value);
        }
        if (status != PSOAUTH_STATUS_OK) {
            return "an option is unknown or its value wrong";
        }
    }
    if (argc - at != 2) {
        return "it takes an address or a tenant, and a client id";
    }
    if (set_target(request, argv[at]) != PSOAUTH_STATUS_OK
        || set(request, PSOAUTH_REQUEST_CLIENT_ID, argv[at + 1]) != PSOAUTH_STATUS_OK) {
        return "an argument is not UTF-8";
    }
    return NULL;
}

/* Takes the secret into the request; what is wrong with it, or NULL. */
static const char *set_secret(psoauth_request *request) {
    const char *variable = getenv("PSOAUTH_CLIENT_SECRET");
    if (variable != NULL && variable[0] == '\0') {
        return "PSOAUTH_CLIENT_SECRET is empty";
    }
    if (variable != NULL) {
        return set(request, PSOAUTH_REQUEST_CLIENT_SECRET, variable) == PSOAUTH_STATUS_OK ? NULL : "the secret is not UTF-8";
    }
    char line[4096];
    /* Else stdio would keep a copy of the secret in its own buffer. */
    setvbuf(stdin, NULL, _IONBF, 0);
    const char *wrong = NULL;
    if (fgets(line, sizeof line, stdin) == NULL) {
        wrong = "there is no secret, neither in PSOAUTH_CLIENT_SECRET nor on standard input";
    } else if (strlen(line) == sizeof line - 1) {
        wrong = "the secret is too long";
    } else {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0') {
            wrong = "the secret is empty";
        } else if (set(request, PSOAUTH_REQUEST_CLIENT_SECRET, line) != PSOAUTH_STATUS_OK) {
            wrong = "the secret is not UTF-8";
        }
    }
    wipe(line, sizeof line);
    return wrong;
}

static int report(const psoauth_call *call, psoauth_status status) {
    const char *message = psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL);
    const char *correlation_id = psoauth_call_text(call, PSOAUTH_CALL_CORRELATION_ID, NULL);

    fprintf(stderr, "token: %s: %s\n", psoauth_status_name(status), message != NULL ? message : "no message");
    if (correlation_id != NULL) {
        fprintf(stderr, "token: correlation id %s\n", correlation_id);
    }
    switch (status) {
    case PSOAUTH_STATUS_OAUTH_ERROR:
        return REFUSED;
    case PSOAUTH_STATUS_INVALID_ARGUMENT:
        return USAGE;
    case PSOAUTH_STATUS_THROTTLED:
        return LATER;
    case PSOAUTH_STATUS_TIMED_OUT:
    case PSOAUTH_STATUS_NETWORK:
    case PSOAUTH_STATUS_TLS:
    case PSOAUTH_STATUS_BAD_RESPONSE:
    case PSOAUTH_STATUS_REDIRECTED:
        return NO_ANSWER;
    default:
        return OTHER;
    }
}

static int write_token(const psoauth_call *call) {
    if (puts(psoauth_call_text(call, PSOAUTH_CALL_ACCESS_TOKEN, NULL)) == EOF || fflush(stdout) == EOF) {
        perror("token");
        return OTHER;
    }
    int64_t seconds = psoauth_call_number(call, PSOAUTH_METRIC_EXPIRES_IN);
    if (seconds >= 0) {
        fprintf(stderr, "token: it lives for %" PRId64 " s\n", seconds);
    }
    return GRANTED;
}

static int get_token(const psoauth_request *request) {
    psoauth_call *call = NULL;
    if (psoauth_call_start(request, &call) != PSOAUTH_STATUS_OK) {
        fprintf(stderr, "token: the library starts no call\n");
        return OTHER;
    }
    psoauth_status status = psoauth_call_wait(call, -1);
    int result = status == PSOAUTH_STATUS_OK ? write_token(call) : report(call, status);
    psoauth_call_free(call);
    return result;
}

int main(int argc, char **argv) {
    if (psoauth_abi_version() != PSOAUTH_ABI_VERSION) {
        fprintf(stderr, "token: the library is %s, which this program was not built for\n", psoauth_version());
        return OTHER;
    }
    psoauth_request *request = psoauth_request_new();
    if (request == NULL) {
        fprintf(stderr, "token: out of memory\n");
        return OTHER;
    }
    const char *wrong = set_arguments(request, argc, argv);
    if (wrong == NULL) {
        wrong = set_secret(request);
    }
    int result = wrong == NULL ? get_token(request) : usage(wrong);
    psoauth_request_free(request);
    return result;
}
