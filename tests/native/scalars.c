/* One function per C type, so that each conversion is seen in both directions. */
#include <complex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define ECHO(name, type) \
    type echo_##name(type value) { return value; } \
    void store_##name(type *slot, type value) { *slot = value; } \
    type load_##name(type const *slot) { return *slot; }

ECHO(bool, bool)
ECHO(char, char)
ECHO(wchar, wchar_t)
ECHO(byte, signed char)
ECHO(ubyte, unsigned char)
ECHO(short, short)
ECHO(ushort, unsigned short)
ECHO(int, int)
ECHO(uint, unsigned int)
ECHO(long, long)
ECHO(ulong, unsigned long)
ECHO(longlong, long long)
ECHO(ulonglong, unsigned long long)
ECHO(size_t, size_t)
ECHO(float, float)
ECHO(double, double)
ECHO(longdouble, long double)
ECHO(float_complex, float complex)
ECHO(double_complex, double complex)
ECHO(longdouble_complex, long double complex)
ECHO(pointer, void *)

int add(int a, int b) { return a + b; }
double halve(double x) { return x / 2; }
double square(double x) { return x * x; }
double scale(double x, double factor) { return x * factor; }
int triple(int x) { return 3 * x; }
float addf(float a, float b) { return a + b; }
void nothing(void) {}

unsigned char low_byte(int x) { return (unsigned char)x; }
short low_short(int x) { return (short)x; }

/* The results a forgotten restype cuts: a pointer-sized one above 32 bits. */
int64_t far_value(void) { return INT64_C(0x123456789ABC); }

long sum_ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}

double sum_mixed(int a, double b, short c, float d, long e, double f, char g, double h, int i, double j, int k,
                 double l, int m, double n, int o, double p, int q, double r, int s, double t) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l + 13 * m +
           14 * n + 15 * o + 16 * p + 17 * q + 18 * r + 19 * s + 20 * t;
}

double sum_longdoubles(int a, long double b, double c, long double d) { return a + (double)b + c + (double)d; }

/* Strings. */
size_t count_bytes(const char *text) { return text ? strlen(text) : (size_t)-1; }
size_t count_wide(const wchar_t *text) { return text ? wcslen(text) : (size_t)-1; }
const char *greeting(void) { return "hello"; }
const wchar_t *wide_greeting(void) { return L"h\u00e9llo"; }
const char *no_text(void) { return NULL; }
void shout(char *text) {
    for (; *text; text++)
        if (*text >= 'a' && *text <= 'z') *text -= 32;
}
const char *same_text(const char *text) { return text; }
void copy_text(char *out, size_t room, const char *text) { snprintf(out, room, "%s", text); }

/* Pointers and arrays. */
long sum_ints(const int *items, int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) sum += items[i];
    return sum;
}
void double_ints(int *items, int n) {
    for (int i = 0; i < n; i++) items[i] *= 2;
}
int swap_ints(int *a, int *b) {
    int kept = *a;
    *a = *b;
    *b = kept;
    return 1;
}
void fill_doubles(double *out, int n) {
    for (int i = 0; i < n; i++) out[i] = i + 0.5;
}
int *find_int(int *items, int n, int wanted) {
    for (int i = 0; i < n; i++)
        if (items[i] == wanted) return &items[i];
    return NULL;
}
int is_null(const void *pointer) { return pointer == NULL; }
uintptr_t address_of(const void *pointer) { return (uintptr_t)pointer; }
int divide(int a, int b, int *quotient, int *remainder) {
    if (b == 0) return -1;
    *quotient = a / b;
    *remainder = a % b;
    return 0;
}
void increment(int *value) { ++*value; }

/* Variadic: the format names what is there. */
double sum_va(const char *kinds, ...) {
    va_list list;
    va_start(list, kinds);
    double sum = 0;
    for (; *kinds; kinds++) {
        switch (*kinds) {
        case 'i': sum += va_arg(list, int); break;
        case 'l': sum += (double)va_arg(list, long); break;
        case 'd': sum += va_arg(list, double); break;
        case 'D': sum += (double)va_arg(list, long double); break;
        case 's': sum += (double)strlen(va_arg(list, const char *)); break;
        case 'p': sum += va_arg(list, void *) == NULL ? 1000 : 2000; break;
        }
    }
    va_end(list);
    return sum;
}

/* errno */
#include <errno.h>
int fail_with(int code) {
    errno = code;
    return -1;
}
int errno_seen(void) { return errno; }
int add_to_errno(int n) { return errno += n; }

/* Variables */
int counter = 42;
const char *version_text = "1.2.3";
double table[4] = {0.5, 1.5, 2.5, 3.5};
int bump_counter(void) { return ++counter; }
int (*current_operation)(int, int) = add;
void *null_variable = NULL;
int _hidden(void) { return 7; }

/* Functions found by address */
typedef int (*operation)(int, int);
static int subtract(int a, int b) { return a - b; }
operation pick(int which) { return which == 0 ? add : which == 1 ? subtract : NULL; }
int apply(operation f, int a, int b) { return f ? f(a, b) : -1; }

/* A symbol whose address is NULL, as a weak one that nothing defines resolves to. */
__asm__(".globl absent_symbol\n.set absent_symbol, 0\n");

/* A function that does nothing with arguments of its own kinds but say what it saw. */
int describe(const char *text, int n, double d, void *p) {
    return (text ? 1000 : 0) + n + (int)d + (p ? 500 : 0);
}
typedef int (*unary)(int);
int compose(unary f, unary g, int x) { return f(g(x)); }
unary identity_function(unary f) { return f; }

/* The length of a list of strings that NULL ends, of at most `most`. */
int list_length(const char **list, int most) { int n = 0; while (n < most && list[n]) n++; return n; }
