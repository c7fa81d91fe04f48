/* What calls cost a process.
 *
 * cost LIBRARY calls ENDPOINT COUNT: makes COUNT calls one after another, and nothing else.
 * cost LIBRARY once ENDPOINT: makes the first call, and prints what it added to the process, and what happens while it is idle. */

#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

/* The span in which an idle library must not run. */
#define IDLE_SECONDS 3

/* Spans at most until there is an idle one: the call's last moments fall into the first. */
#define SPANS 3

#define BIND(function) __typeof__(&function) function##_ = (__typeof__(&function))(size_t)dlsym(library, #function)

static void make_calls(void *library, const char *endpoint, int count) {
    BIND(psoauth_request_new);
    BIND(psoauth_request_set_text);
    BIND(psoauth_request_free);
    BIND(psoauth_call_start);
    BIND(psoauth_call_wait);
    BIND(psoauth_call_text);
    BIND(psoauth_call_free);
    const struct { psoauth_request_field field; const char *text; } texts[] = {
        {PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint},
        {PSOAUTH_REQUEST_CLIENT_ID, "dea8d7a9-1602-4429-b138-111111111111"},
        {PSOAUTH_REQUEST_CLIENT_SECRET, "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522="},
        {PSOAUTH_REQUEST_SCOPE, "https://graph.microsoft.com/.default"},
    };

    for (int number = 0; number < count; number++) {
        psoauth_request *request = psoauth_request_new_();
        psoauth_call *call = NULL;
        for (size_t index = 0; index < sizeof texts / sizeof *texts; index++)
            CHECK(psoauth_request_set_text_(request, texts[index].field, texts[index].text, strlen(texts[index].text)) == 0);
        CHECK(psoauth_call_start_(request, &call) == PSOAUTH_STATUS_OK);
        CHECK(psoauth_call_wait_(call, -1) == PSOAUTH_STATUS_OK);
        CHECK(psoauth_call_text_(call, PSOAUTH_CALL_BODY, NULL)[0] == '{');
        psoauth_call_free_(call);
        psoauth_request_free_(request);
    }
}

/* The number in the line of a /proc status file that begins with name. */
static long status(const char *path, const char *name) {
    char line[256];
    long number = -1;
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            number = strtol(line + strlen(name), NULL, 10);
    fclose(file);
    CHECK(number >= 0);
    return number;
}

/* Counts the library's threads and how often they were switched to or away from. */
static int threads(long *switches) {
    int count = 0;
    struct dirent *entry;
    DIR *tasks = opendir("/proc/self/task");
    CHECK(tasks != NULL);
    *switches = 0;
    while ((entry = readdir(tasks)) != NULL) {
        char path[300];
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == (int)getpid())
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        *switches += status(path, "voluntary_ctxt_switches:") + status(path, "nonvoluntary_ctxt_switches:");
        count++;
    }
    closedir(tasks);
    return count;
}

int main(int argc, char **argv) {
    CHECK(argc >= 4);
    int once = strcmp(argv[2], "once") == 0;
    long before = status("/proc/self/status", "VmRSS:"), first, last;
    int count, span = 0;
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    CHECK(library != NULL);
    make_calls(library, argv[3], once ? 1 : atoi(argv[4]));
    if (once) {
        printf("memory %ld\n", status("/proc/self/status", "VmRSS:") - before);
        do {
            threads(&first);
            nanosleep(&(struct timespec){IDLE_SECONDS, 0}, NULL);
            count = threads(&last);
        } while (last != first && ++span < SPANS);
        printf("threads %d\nswitches %ld\n", count, last - first);
    }
    return 0;
}
