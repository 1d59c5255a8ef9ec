/* What two processes of different widths cannot do without: a message there and back over a socket pair, and one copy into
 * memory that both have. Built for 64 bits it starts the program it is given, which is itself built for 32 bits. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, ROUNDS = 20000, BULK = 64 << 20 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int whole(int fd, char *bytes, int writing) {
    for (int done = 0; done < MESSAGE;) {
        ssize_t n = writing ? write(fd, bytes + done, (size_t)(MESSAGE - done)) : read(fd, bytes + done, (size_t)(MESSAGE - done));
        if (n <= 0) return 0;
        done += (int)n;
    }
    return 1;
}

int main(int count, char **arguments) {
    char message[MESSAGE] = {0};
    if (count == 2 && arguments[1][0] != '/') {
        int fd = atoi(arguments[1]);
        while (whole(fd, message, 0) && whole(fd, message, 1)) {}
        return 0;
    }
    int ends[2];
    if (count != 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    if (fork() == 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", ends[1]);
        close(ends[0]);
        execl(arguments[1], arguments[1], number, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double start = now();
        for (int n = 0; n < ROUNDS / 5; n++) {
            if (!whole(ends[0], message, 1) || !whole(ends[0], message, 0)) return 1;
        }
        double each = (now() - start) / (ROUNDS / 5);
        if (each < best) best = each;
    }
    printf("socket\t%.3f\n", best);

    int fd = memfd_create("bulk", 0);
    if (fd < 0 || ftruncate(fd, BULK) != 0) return 1;
    char *shared = mmap(NULL, BULK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *own = malloc(BULK);
    if (shared == MAP_FAILED || !own) return 1;
    memset(own, 1, BULK);
    best = 1e9;
    for (int round = 0; round < 6; round++) {
        double start = now();
        memcpy(shared, own, BULK);
        double taken = now() - start;
        if (round > 0 && taken < best) best = taken;
    }
    printf("copy\t%.3f\n", best);
    return 0;
}
