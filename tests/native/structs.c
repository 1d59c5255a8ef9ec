/* Structures: what C writes, scripts read, and the other way round. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int x, y; } Point;
typedef struct { double x, y; } Complex;
typedef struct { Point low, high; int tags[3]; } Box;
typedef struct Node { int value; struct Node *next; } Node;
typedef struct { char name[8]; const char *title; int age; } Person;

int point_sum(const Point *p) { return p->x + p->y; }
void point_move(Point *p, int dx, int dy) { p->x += dx; p->y += dy; }
Point point_make(int x, int y) { Point p = {x, y}; return p; }
int box_check(const Box *b) {
    return b->low.x == 1 && b->low.y == 2 && b->high.x == 3 && b->high.y == 4 && b->tags[0] == 5 && b->tags[1] == 6 &&
           b->tags[2] == 7;
}
Complex complex_add(Complex a, Complex b) { Complex c = {a.x + b.x, a.y + b.y}; return c; }
int list_sum(const Node *n) {
    int sum = 0;
    for (; n; n = n->next) sum += n->value;
    return sum;
}
size_t person_length(const Person *p) { return strlen(p->name) + (p->title ? strlen(p->title) : 100) + (size_t)p->age; }
Person *person_static(void) {
    static Person ada = {"Ada", "Countess", 36};
    return &ada;
}
long points_sum(const Point *items, int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) sum += items[i].x * 10 + items[i].y;
    return sum;
}

/* Bit fields: `fill_` writes, `read_` sums up, `size_` tells the compiler's own size. */
typedef struct { unsigned a : 3; unsigned b : 5; unsigned c : 10; int d : 7; } Bits1;
typedef struct { char a; int b : 4; int64_t c : 40; short d : 9; } Bits2;
typedef struct { uint64_t a : 33; uint64_t b : 31; uint8_t c : 3; uint8_t d : 6; } Bits3;
typedef struct { int a : 20; char b; int c : 12; } Bits4;
typedef struct __attribute__((packed)) { unsigned a : 3; unsigned b : 30; uint8_t c : 7; uint16_t d; } Bits5;
typedef struct __attribute__((ms_struct)) { char a : 3; int b : 5; short c : 9; short d : 9; } Bits6;
typedef union { unsigned a : 5; unsigned char b : 3; int64_t c : 40; } Bits7;
typedef struct { _Bool a : 1; unsigned b : 6; _Bool c : 1; } Bits8;

#define BITS(name, ...) \
    size_t size_##name(void) { return sizeof(name); } \
    size_t align_##name(void) { return _Alignof(name); } \
    void fill_##name(name *p) { memset(p, 0, sizeof *p); name v = {__VA_ARGS__}; *p = v; }

BITS(Bits1, .a = 5, .b = 17, .c = 1000, .d = -3)
BITS(Bits2, .a = 'x', .b = -8, .c = -500000000000LL, .d = 255)
BITS(Bits3, .a = 0x1FFFFFFFFu, .b = 0x12345678, .c = 6, .d = 33)
BITS(Bits4, .a = -500000, .b = 'z', .c = -2048)
BITS(Bits5, .a = 6, .b = 0x2AAAAAAA, .c = 99, .d = 54321)
BITS(Bits6, .a = -2, .b = 11, .c = -200, .d = 200)
BITS(Bits7, .c = 0x123456789A)
BITS(Bits8, .a = 1, .b = 42, .c = 1)

int64_t read_Bits1(const Bits1 *p) { return p->a + 10LL * p->b + 1000LL * p->c + 10000000LL * p->d; }
int64_t read_Bits2(const Bits2 *p) { return p->a + 1000LL * p->b + p->c * 10000LL + p->d; }
int64_t read_Bits3(const Bits3 *p) { return (int64_t)(p->a ^ p->b) + p->c + p->d; }
int64_t read_Bits4(const Bits4 *p) { return p->a + p->b * 1000LL + p->c; }
int64_t read_Bits5(const Bits5 *p) { return p->a + (int64_t)p->b * 2 + p->c + p->d; }
int64_t read_Bits6(const Bits6 *p) { return p->a + p->b * 10 + p->c * 1000 + p->d * 100000LL; }
int64_t read_Bits8(const Bits8 *p) { return p->a + 2 * p->b + 1000 * p->c; }

/* Packing and alignment. */
#pragma pack(push, 1)
typedef struct { char a; double b; short c; int d; } Packed1;
#pragma pack(pop)
#pragma pack(push, 2)
typedef struct { char a; double b; short c; int d; } Packed2;
#pragma pack(pop)
#pragma pack(push, 4)
typedef struct { char a; double b; short c; int d; } Packed4;
#pragma pack(pop)
typedef struct { char a; double b; short c; int d; } Packed0;
typedef struct { char a; int b; } __attribute__((aligned(32))) Aligned32;

#define OFFSETS(name) \
    void offsets_##name(size_t *out) { \
        out[0] = sizeof(name); out[1] = _Alignof(name); \
        out[2] = offsetof(name, b); \
    }
OFFSETS(Packed0)
OFFSETS(Packed1)
OFFSETS(Packed2)
OFFSETS(Packed4)
OFFSETS(Aligned32)

/* A table of functions, as plug-in interfaces have it. */
typedef struct { int (*add)(int, int); int (*negate)(int); void *context; } Operations;
static int ops_add(int a, int b) { return a + b; }
static int ops_negate(int a) { return -a; }
void operations_fill(Operations *o) { o->add = ops_add; o->negate = ops_negate; o->context = NULL; }
int operations_use(const Operations *o, int a, int b) { return o->add ? o->add(a, b) : o->negate ? o->negate(a) : -999; }

/* Big-endian data: what a network header looks like. */
void header_fill(unsigned char *out) {
    const unsigned char bytes[12] = {0x12, 0x34, 0x00, 0x00, 0x01, 0x02, 0xC0, 0x49, 0x0F, 0xDB, 0xA5, 0x5A};
    memcpy(out, bytes, sizeof bytes);
}
