/* The library every participant of the benchmark calls. Its functions do as little as they can, so that what is measured is the way there
   and back. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default"), noinline))

struct pair {
    double x, y;
};

EXPORT void nop(void) { __asm__ volatile(""); }

EXPORT int add_i(int a, int b) { return a + b; }

EXPORT double add_d(double a, double b) { return a + b; }

EXPORT int sum6(int a, int b, int c, int d, int e, int f) { return a + b + c + d + e + f; }

EXPORT size_t length(const char *text) { return strlen(text); }

EXPORT double norm2(struct pair p) { return p.x * p.x + p.y * p.y; }

EXPORT struct pair add_pair(struct pair a, struct pair b)
{
    struct pair sum = {a.x + b.x, a.y + b.y};
    return sum;
}

EXPORT double poly(double x) { return (2.0 * x + 3.0) * x + 1.0; }

/* Calls `callback` with 0 to n - 1. */
EXPORT int repeat(int (*callback)(int), int n)
{
    int last = 0;
    for (int i = 0; i < n; i++)
        last = callback(i);
    return last;
}

/* Fills `items` with the same shuffled numbers every time. */
EXPORT void shuffle(int *items, int n)
{
    unsigned state = 12345;
    for (int i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        items[i] = (int)(state >> 8);
    }
}

EXPORT int is_sorted(const int *items, int n)
{
    for (int i = 1; i < n; i++)
        if (items[i - 1] > items[i])
            return 0;
    return 1;
}
