/* Aggregates by value, as argument and result, straight and through callbacks. */
#include <complex.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

/* Sizes 1 to 64: bytes in a known order, turned upside down on the way back. */
#define SIZED(n) \
    typedef struct { unsigned char b[n]; } Bytes##n; \
    Bytes##n turn_##n(Bytes##n v) { \
        Bytes##n r; \
        for (int i = 0; i < n; i++) r.b[i] = v.b[n - 1 - i]; \
        return r; \
    } \
    long weigh_##n(int before, Bytes##n v, double after) { \
        long sum = before * 1000000L; \
        for (int i = 0; i < n; i++) sum += v.b[i] * (i + 1L); \
        return sum + (long)(after * 10); \
    } \
    Bytes##n relay_##n(Bytes##n (*f)(int, Bytes##n, double), Bytes##n v) { return f(7, v, 0.5); }
#define SIZED8(a, b, c, d, e, f, g, h) SIZED(a) SIZED(b) SIZED(c) SIZED(d) SIZED(e) SIZED(f) SIZED(g) SIZED(h)
SIZED8(1, 2, 3, 4, 5, 6, 7, 8)
SIZED8(9, 10, 11, 12, 13, 14, 15, 16)
SIZED8(17, 18, 19, 20, 21, 22, 23, 24)
SIZED8(25, 26, 27, 28, 29, 30, 31, 32)
SIZED8(33, 34, 35, 36, 37, 38, 39, 40)
SIZED8(41, 42, 43, 44, 45, 46, 47, 48)
SIZED8(49, 50, 51, 52, 53, 54, 55, 56)
SIZED8(57, 58, 59, 60, 61, 62, 63, 64)

/* One set of functions per class mix. `check` sits between other arguments, so a miscounted register shows. */
#define MIX(name, same, ...) \
    name make_##name(void) { name v = __VA_ARGS__; return v; } \
    int check_##name(int before, double d, name v, int after, float f) { \
        return before == 11 && d == 2.5 && after == 13 && f == 4.5f && (same); \
    } \
    name echo_##name(name v) { return v; } \
    name relay_##name(name (*f)(name, int, double), name v) { return f(v, 21, 1.25); } \
    int twice_##name(name v, name w) { name keep = w; return (same) && memcmp(&v, &keep, 1) == 0; }

typedef struct { float a; } F1;
MIX(F1, v.a == 1.5f, {1.5f})
typedef struct { float a, b; } F2;
MIX(F2, v.a == 1.5f && v.b == 2.5f, {1.5f, 2.5f})
typedef struct { float a, b, c; } F3;
MIX(F3, v.a == 1.5f && v.b == 2.5f && v.c == 3.5f, {1.5f, 2.5f, 3.5f})
typedef struct { float a[4]; } F4;
MIX(F4, v.a[0] == 1.5f && v.a[3] == 4.5f, {{1.5f, 2.5f, 3.5f, 4.5f}})
typedef struct { float a[5]; } F5;
MIX(F5, v.a[0] == 1.5f && v.a[4] == 5.5f, {{1.5f, 2.5f, 3.5f, 4.5f, 5.5f}})
typedef struct { double a; } D1;
MIX(D1, v.a == 1.5, {1.5})
typedef struct { double a, b; } D2;
MIX(D2, v.a == 1.5 && v.b == 2.5, {1.5, 2.5})
typedef struct { double a, b, c; } D3;
MIX(D3, v.a == 1.5 && v.b == 2.5 && v.c == 3.5, {1.5, 2.5, 3.5})
typedef struct { int a; float b; } IF;
MIX(IF, v.a == 7 && v.b == 2.5f, {7, 2.5f})
typedef struct { float a; int b; } FI;
MIX(FI, v.a == 2.5f && v.b == 7, {2.5f, 7})
typedef struct { double a; int b; } DI;
MIX(DI, v.a == 2.5 && v.b == 7, {2.5, 7})
typedef struct { long a; double b; } LD;
MIX(LD, v.a == 7 && v.b == 2.5, {7, 2.5})
typedef struct { double a; float b, c; } DFF;
MIX(DFF, v.a == 1.5 && v.b == 2.5f && v.c == 3.5f, {1.5, 2.5f, 3.5f})
typedef struct { char a; double b; } CD;
MIX(CD, v.a == 'c' && v.b == 2.5, {'c', 2.5})
typedef struct { short a; char b; } SC;
MIX(SC, v.a == -300 && v.b == 'c', {-300, 'c'})
typedef struct { int64_t a; char b; } LC;
MIX(LC, v.a == INT64_C(-5000000000) && v.b == 'c', {INT64_C(-5000000000), 'c'})
typedef struct { float a; short b; double c; } FSD;
MIX(FSD, v.a == 1.5f && v.b == -2 && v.c == 3.5, {1.5f, -2, 3.5})
typedef struct { struct { char a; float b; } in; int c; } Nested;
MIX(Nested, v.in.a == 'n' && v.in.b == 2.5f && v.c == 9, {{'n', 2.5f}, 9})
typedef struct { void *a; float b; } PF;
MIX(PF, v.a == (void *)16 && v.b == 2.5f, {(void *)16, 2.5f})
typedef union { double d; int64_t i; } UDI;
MIX(UDI, v.i == 42, {.i = 42})
typedef union { float f; int i; } UFI;
MIX(UFI, v.i == 42, {.i = 42})
typedef union { float f[4]; double d[2]; } UFD;
MIX(UFD, v.d[0] == 1.5 && v.d[1] == 2.5, {.d = {1.5, 2.5}})
typedef union { double d; char c[12]; } UDC;
MIX(UDC, memcmp(v.c, "twelve bytes", 12) == 0, {.c = {'t', 'w', 'e', 'l', 'v', 'e', ' ', 'b', 'y', 't', 'e', 's'}})
typedef struct { double a; union { float f; int i; } u; } SU;
MIX(SU, v.a == 1.5 && v.u.i == 42, {1.5, {.i = 42}})
typedef union { double d[3]; long i; } U24;
MIX(U24, v.d[0] == 1.5 && v.d[2] == 3.5, {.d = {1.5, 2.5, 3.5}})
typedef struct __attribute__((packed)) { signed char a; double b; } PCD;
MIX(PCD, v.a == 7 && v.b == 100.0, {7, 100.0})
typedef struct __attribute__((packed)) { signed char a; int b; short c; } PCIS;
MIX(PCIS, v.a == 7 && v.b == 1300 && v.c == -7, {7, 1300, -7})
typedef struct __attribute__((packed)) { short a; float b; } PSF;
MIX(PSF, v.a == 7 && v.b == 2.5f, {7, 2.5f})
typedef struct __attribute__((packed)) { double a; char b; } PDC;
MIX(PDC, v.a == 2.5 && v.b == 'p', {2.5, 'p'})
typedef struct { long double a; } LDO;
MIX(LDO, v.a == 21.0L, {21.0L})
typedef struct { long double a; int b; } LDI;
MIX(LDI, v.a == 21.0L && v.b == 5, {21.0L, 5})
typedef union { long double a; char b; } ULD;
MIX(ULD, v.a == 21.0L, {.a = 21.0L})
typedef struct { unsigned a : 5; int b : 20; unsigned c : 30; } Bit;
MIX(Bit, v.a == 21 && v.b == -300000 && v.c == 1000000000, {21, -300000, 1000000000})
typedef struct { float complex a; } SFC;
MIX(SFC, v.a == 1.5f + 2.5f * I, {1.5f + 2.5f * I})
typedef struct { double complex a; } SDC;
MIX(SDC, v.a == 1.5 + 2.5 * I, {1.5 + 2.5 * I})
typedef struct { struct { double x, y; } p[2]; } Points2;
MIX(Points2, v.p[0].x == 1.5 && v.p[1].y == 4.5, {{{1.5, 2.5}, {3.5, 4.5}}})

/* More aggregates than registers: the rest goes to the stack. */
typedef struct { long a, b; } Pair;
long many_pairs(Pair a, Pair b, Pair c, Pair d, long e, Pair f) {
    return a.a + 2 * a.b + 3 * b.a + 4 * b.b + 5 * c.a + 6 * c.b + 7 * d.a + 8 * d.b + 9 * e + 10 * f.a + 11 * f.b;
}
double many_doubles(D2 a, D2 b, D2 c, D2 d, D2 e, double f) {
    return a.a + 2 * a.b + 3 * b.a + 4 * b.b + 5 * c.a + 6 * c.b + 7 * d.a + 8 * d.b + 9 * e.a + 10 * e.b + 11 * f;
}
/* One integer register left for a struct that wants two: all of it goes to the stack. */
long last_register(long a, long b, long c, long d, long e, Pair f, long g) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f.a + 7 * f.b + 8 * g;
}

/* Aligned beyond what the stack gives by itself. Where something lies is asked out of the compiler's sight: it would
   take it for granted. */
static __attribute__((noipa)) int lies_at(const void *at, uintptr_t align) { return (uintptr_t)at % align == 0; }
typedef struct { double a; int b; } __attribute__((aligned(32))) Over32;
MIX(Over32, v.a == 1.5 && v.b == 7 && lies_at(&v, 32), {1.5, 7})
typedef union { float a; char b[5]; } __attribute__((aligned(64))) Over64;
MIX(Over64, v.a == 2.5f && lies_at(&v, 64), {2.5f})
typedef struct { int a; Over64 b; long double c; } __attribute__((aligned(128))) Over128;
MIX(Over128, v.a == 7 && v.b.a == 2.5f && v.c == 21.0L && lies_at(&v, 128) && lies_at(&v.b, 64), {7, {2.5f}, 21.0L})

double over_mixed(int a, Over32 b, double c, long d, long e, long f, long g, Over64 h, long i, Pair j, long k, Over128 l, char m) {
    int right = lies_at(&b, 32) && lies_at(&h, 64) && lies_at(&l, 128);
    return right * (a + 2 * b.a + 3 * b.b + 4 * c + 5 * d + 6 * e + 7 * f + 8 * g + 9 * h.a + 10 * i + 11 * j.a + 12 * j.b
        + 13 * k + 14 * l.a + 15 * l.b.a + 16 * (double)l.c + 17 * m);
}
/* `count` times an Over32, a double and an Over64. */
double over_variadic(Over64 first, int count, ...) {
    va_list list;
    double sum = lies_at(&first, 64) * first.a;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        Over32 v = va_arg(list, Over32);
        sum = sum * 10 + v.a + v.b;
        sum += va_arg(list, double);
        sum += va_arg(list, Over64).a;
    }
    va_end(list);
    return sum;
}
Over128 over_ask(Over128 (*f)(int, Over32, double, Over64, Over32, Over128), Over128 last) {
    Over128 r = f(1, (Over32){1.5, 7}, 2.5, (Over64){2.5f}, (Over32){3.5, 9}, last);
    r.a += 1000;
    return r;
}
/* What a function that returns an Over32 is underneath: the caller says where, and on i386 the callee takes that off
   the stack. The result tells whether it lies well. */
#ifdef __i386__
__attribute__((stdcall))
#endif
Over32 *where_Over32(Over32 *result) {
    result->a = lies_at(result, 32);
    result->b = 7;
    return result;
}
