/* Unloads the DLL while its worker thread runs, and goes on using it: it stays until the process ends.
 *
 * unload DLL SILENT: the DLL's path; an address where connections are accepted and never answered. */

#include <windows.h>

#include "../c/check.h"

/* A function of the DLL, which this program is not linked with. */
#define GET(name) ((__typeof__(&name))(void (*)(void))GetProcAddress(library, #name))

int main(int argc, char **argv) {
    CHECK(argc == 3);
    HMODULE library = LoadLibraryA(argv[1]);
    CHECK(library != NULL);
    __typeof__(&psoauth_request_set_text) set_text = GET(psoauth_request_set_text);
    __typeof__(&psoauth_call_wait) call_wait = GET(psoauth_call_wait);

    psoauth_request *request = GET(psoauth_request_new)();
    CHECK(set_text(request, PSOAUTH_REQUEST_TOKEN_ENDPOINT, argv[2], strlen(argv[2])) == PSOAUTH_STATUS_OK);
    CHECK(set_text(request, PSOAUTH_REQUEST_CLIENT_ID, "c", 1) == PSOAUTH_STATUS_OK);
    CHECK(set_text(request, PSOAUTH_REQUEST_CLIENT_SECRET, "s", 1) == PSOAUTH_STATUS_OK);
    psoauth_call *call = NULL;
    CHECK(GET(psoauth_call_start)(request, &call) == PSOAUTH_STATUS_OK);

    FreeLibrary(library);
    FreeLibrary(library);
    CHECK(GetModuleHandleA("psoauthhelper.dll") == library);
    CHECK(call_wait(call, 0) == PSOAUTH_STATUS_PENDING);
    GET(psoauth_call_cancel)(call);
    CHECK(call_wait(call, -1) == PSOAUTH_STATUS_CANCELLED);
    return 0;
}
