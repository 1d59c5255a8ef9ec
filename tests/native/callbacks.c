/* Everything C can do with a function pointer it was given. */
#include <complex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define RELAY(name, type) type relay_##name(type (*f)(type), type value) { return f(value); }
RELAY(bool, bool)
RELAY(char, char)
RELAY(wchar, wchar_t)
RELAY(byte, signed char)
RELAY(ubyte, unsigned char)
RELAY(short, short)
RELAY(ushort, unsigned short)
RELAY(int, int)
RELAY(uint, unsigned int)
RELAY(long, long)
RELAY(ulong, unsigned long)
RELAY(float, float)
RELAY(double, double)
RELAY(longdouble, long double)
RELAY(float_complex, float complex)
RELAY(double_complex, double complex)
RELAY(longdouble_complex, long double complex)
RELAY(pointer, void *)

typedef struct { int x, y; } Point;
typedef struct { double a, b, c; long d; } Large;
RELAY(point, Point)
RELAY(large, Large)
Point *relay_point_ref(Point *(*f)(Point *), Point *p) { return f(p); }

size_t relay_text(const char *(*f)(const char *), const char *text) {
    const char *answer = f(text);
    return answer ? strlen(answer) : 9999;
}
int relay_wide(int (*f)(const wchar_t *)) { return f(L"w\u00efde"); }
int relay_null(int (*f)(void *, const char *, int *)) { return f(NULL, NULL, NULL); }

int call_twice(int (*f)(int), int value) { return f(f(value)); }
int count_up(int (*f)(int), int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) sum += f(i);
    return sum;
}
void call_void(void (*f)(void)) { f(); }
double call_many(double (*f)(int, double, int, double, int, double, int, double, int, double, int, double, int, double,
                             int, double, int, double, int, double)) {
    return f(1, .5, 2, .5, 3, .5, 4, .5, 5, .5, 6, .5, 7, .5, 8, .5, 9, .5, 10, .5);
}
long fold(long (*f)(long, long, void *), const long *items, int n, void *context) {
    long result = 0;
    for (int i = 0; i < n; i++) result = f(result, items[i], context);
    return result;
}

/* What C keeps. */
static int (*kept)(int);
void keep(int (*f)(int)) { kept = f; }
int call_kept(int value) { return kept ? kept(value) : -1; }

/* Other threads. */
typedef struct { int (*f)(int); int value; int answer; } Job;
static void *work(void *data) {
    Job *job = data;
    job->answer = job->f(job->value);
    return NULL;
}
/* Calls `f` on a thread of its own and waits for it. */
int call_on_thread(int (*f)(int), int value) {
    Job job = {f, value, 0};
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, &job)) return -1;
    pthread_join(thread, NULL);
    return job.answer;
}
/* Calls `f` on `n` threads at once. */
int call_on_threads(int (*f)(int), int n) {
    Job jobs[64];
    pthread_t threads[64];
    int sum = 0;
    if (n > 64) return -1;
    for (int i = 0; i < n; i++) {
        jobs[i] = (Job){f, i, 0};
        if (pthread_create(&threads[i], NULL, work, &jobs[i])) return -1;
    }
    for (int i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
        sum += jobs[i].answer;
    }
    return sum;
}
/* A thread that is still running when the starting call has returned. */
static pthread_t background;
static Job background_job;
static void *work_later(void *data) {
    usleep(20000);
    return work(data);
}
int start_background(int (*f)(int), int value) {
    background_job = (Job){f, value, 0};
    return pthread_create(&background, NULL, work_later, &background_job);
}
int join_background(void) {
    pthread_join(background, NULL);
    return background_job.answer;
}

/* What a callback leaves in errno. */
#include <errno.h>
int errno_after(int (*f)(void)) {
    errno = 0;
    f();
    return errno;
}

/* Callbacks that get pointers to items. */
#define PEEK(name, type) type peek_##name(type (*f)(const type *), const type *item) { return f(item); }
PEEK(byte, signed char)
PEEK(ubyte, unsigned char)
PEEK(short, short)
PEEK(ushort, unsigned short)
PEEK(int, int)
PEEK(uint, unsigned int)
PEEK(longlong, long long)
PEEK(ulonglong, unsigned long long)
PEEK(float, float)
PEEK(double, double)
int compare_ints(int (*f)(const int *, const int *), const int *a, const int *b) { return f(a, b); }
int compare_doubles(int (*f)(const double *, const double *), const double *a, const double *b) { return f(a, b); }
double mix_items(double (*f)(const double *, int, const short *, const int *), const double *a, int b, const short *c, const int *d) {
    return f(a, b, c, d);
}
