/* A library that speaks version 2 of the ABI and nothing else: callers have to refuse it. */

#ifdef _WIN32
#define PSOAUTH_API __declspec(dllexport)
#endif
#include "psoauthhelper.h"

uint32_t psoauth_abi_version(void) {
    return 2;
}
