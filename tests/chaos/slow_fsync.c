/* A disk that is slow in bursts: fsync and fdatasync wait before they do what they are for.
   SLOW_FSYNC names a file that holds the longest wait in milliseconds; "<name>.count" grows by a
   byte with each wait, so that the ledger can tell that it really happened. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void hold_up(void) {
    const char *name = getenv("SLOW_FSYNC");
    char text[16] = {0}, count[4096];
    if (name == NULL) return;
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    long longest = got > 0 ? atol(text) : 0;
    if (longest <= 0) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    usleep((useconds_t)((now.tv_nsec / 1000) % longest) * 1000);
    snprintf(count, sizeof count, "%s.count", name);
    file = open(count, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, ".", 1) < 0) { /* a full disk must not change what fsync says */ }
    close(file);
}

int fsync(int file) {
    static int (*real)(int);
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    hold_up();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    hold_up();
    return real(file);
}
