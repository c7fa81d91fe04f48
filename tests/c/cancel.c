/* Cancels a call from another thread while this one waits for it, and frees a call that is still running.
 *
 * cancel ENDPOINT: a token endpoint that never answers. It prints "waiting" once the waiting thread is about to wait, and
 * cancels when a line comes on standard input. */

#include "check.h"

#ifdef _WIN32
#include <windows.h>
typedef HANDLE thread;
#else
#include <pthread.h>
typedef pthread_t thread;
#endif

static psoauth_status outcome = PSOAUTH_STATUS_PENDING;

#ifdef _WIN32
static DWORD WINAPI wait_for_it(void *call) {
#else
static void *wait_for_it(void *call) {
#endif
    printf("waiting\n");
    fflush(stdout);
    outcome = psoauth_call_wait((const psoauth_call *)call, -1);
    return 0;
}

static void begin(thread *waiter, psoauth_call *call) {
#ifdef _WIN32
    *waiter = CreateThread(NULL, 0, wait_for_it, call, 0, NULL);
    CHECK(*waiter != NULL);
#else
    CHECK(pthread_create(waiter, NULL, wait_for_it, call) == 0);
#endif
}

static void join(thread waiter) {
#ifdef _WIN32
    CHECK(WaitForSingleObject(waiter, INFINITE) == WAIT_OBJECT_0);
    CloseHandle(waiter);
#else
    CHECK(pthread_join(waiter, NULL) == 0);
#endif
}

int main(int argc, char **argv) {
    psoauth_request *request;
    psoauth_call *call;
    thread waiter;

    CHECK(argc == 2);
    request = new_request(argv[1], "s3cr+t value");
    call = start(request);
    CHECK(psoauth_call_wait(call, 0) == PSOAUTH_STATUS_PENDING);
    CHECK(psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL) == NULL);
    begin(&waiter, call);
    CHECK(getchar() != EOF);
    psoauth_call_cancel(call);
    psoauth_call_cancel(call);
    join(waiter);
    CHECK(outcome == PSOAUTH_STATUS_CANCELLED);
    printf("%s\n", psoauth_call_text(call, PSOAUTH_CALL_ERROR_MESSAGE, NULL));
    psoauth_call_free(call);

    psoauth_call_free(start(request));
    psoauth_request_free(request);
    return 0;
}
