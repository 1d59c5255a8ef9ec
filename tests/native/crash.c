/* Everything that ends a process, or keeps it from answering. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int crash_add(int a, int b) { return a + b; }

/* Writes to that address. */
void crash_segv(void *address) { *(volatile char *)address = 1; }

void crash_abort(void) { abort(); }

void crash_abort_saying(char const *text) {
    fputs(text, stderr);
    abort();
}

void crash_exit(int status) { exit(status); }

void crash_exit_at_once(int status) { _exit(status); }

int crash_divide(int a, int b) { return a / b; }

/* A copy of the process ends, this one goes on: the copy's status. */
int crash_fork(int status) {
    int ended = 0;
    pid_t child = fork();
    if (child == 0) {
        exit(status);
    }
    waitpid(child, &ended, 0);
    return WEXITSTATUS(ended);
}

void crash_kill(int signal) { kill(getpid(), signal); }

#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Winfinite-recursion"

/* Until the stack is used up; the result depends on every level, so that none is optimised away. */
__attribute__((noinline)) int crash_overflow(int depth) {
    volatile char room[1000];
    room[depth % 1000] = (char)depth;
    return crash_overflow(depth + 1) + room[(depth + 7) % 1000];
}

/* Gives the same memory back twice, which the heap notices. */
void crash_heap(void) {
    void *volatile block = malloc(40);
    free(block);
    free(block);
}

/* Does not return. */
void crash_spin(void) {
    for (;;) {
        __asm__ volatile("");
    }
}

/* Does not return either, and uses no processor. */
void crash_sleep(int seconds) {
    struct timespec left = {seconds, 0};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

/* Prints that many bytes, in lines of 100, to standard output (1) or error (2). */
void crash_print(int stream, int bytes) {
    FILE *to = stream == 2 ? stderr : stdout;
    for (int i = 1; i <= bytes; i++) {
        putc(i % 100 == 0 || i == bytes ? '\n' : 'a' + i % 26, to);
    }
}

void crash_say(int stream, char const *text) { fputs(text, stream == 2 ? stderr : stdout); }

void crash_say_around(char const *before, void (*callback)(void), char const *after) {
    fputs(before, stdout);
    callback();
    fputs(after, stdout);
}

static void *in_thread(void *action) {
    ((void (*)(void))action)();
    return NULL;
}

static void fault(void) { crash_segv((void *)16); }
static void overflow(void) { crash_overflow(0); }

/* Does it on a thread of its own: "fault", "overflow" or "abort", and waits for that. */
void crash_in_thread(char const *how) {
    void (*action)(void) = strcmp(how, "fault") == 0 ? fault : strcmp(how, "overflow") == 0 ? overflow : abort;
    pthread_t thread;
    if (pthread_create(&thread, NULL, in_thread, (void *)action) == 0) {
        pthread_join(thread, NULL);
    }
}

/* Kept until called: the callback that somebody may have freed. */
static int (*kept)(int);

void crash_keep(int (*callback)(int)) { kept = callback; }

int crash_call_kept(int value) {
    int volatile result = kept(value); /* so that this frame is there during the call */
    return result;
}
