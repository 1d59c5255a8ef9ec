// What a library in another process is asked for: layouts that differ between 32 and 64 bits, pointers out and in, data
// that stays on its side.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

struct trap { char c; double d; int i; };
struct longs { long l; int i; unsigned long u; size_t n; time_t t; };
struct wide { int i; int64_t q; long double x; wchar_t w; };
struct owner { int count; struct trap *traps; const char *name; };
struct node { int value; struct node *next; };
union number { double d; int64_t q; struct { char c; double d; } inner; };
struct bits { unsigned a : 3; unsigned char b : 5; uint64_t c : 40; };
#pragma pack(push, 1)
struct packed { char c; double d; long l; };
#pragma pack(pop)

size_t size_of_trap(void) { return sizeof(struct trap); }
size_t size_of_longs(void) { return sizeof(struct longs); }
size_t size_of_wide(void) { return sizeof(struct wide); }
size_t size_of_packed(void) { return sizeof(struct packed); }
size_t size_of_pointer(void) { return sizeof(void *); }

int trap_is(struct trap t, int c, double d, int i) { return t.c == c && t.d == d && t.i == i; }
struct trap trap_make(int c, double d, int i) { return (struct trap){(char)c, d, i}; }
void trap_double(struct trap *t) { t->c *= 2; t->d *= 2; t->i *= 2; }
void traps_sum(const struct trap *t, int n, struct trap *sum) {
    memset(sum, 0, sizeof *sum);
    for (int k = 0; k < n; k++) { sum->c += t[k].c; sum->d += t[k].d; sum->i += t[k].i; }
}
struct longs longs_negate(struct longs v) { return (struct longs){-v.l, -v.i, v.u + 1, v.n + 1, v.t + 1}; }
struct wide wide_next(struct wide v) { v.i++; v.q++; v.x += 1; v.w++; return v; }
void packed_twice(struct packed *p) { p->c *= 2; p->d *= 2; p->l *= 2; }
double number_of(union number n) { return n.d; }
uint64_t bits_c(struct bits b) { return b.c; }
struct bits bits_make(unsigned a, unsigned b, uint64_t c) {
    struct bits made;
    made.a = a; made.b = b; made.c = c;
    return made;
}

long twice_long(long v) { return 2 * v; }
unsigned long next_ulong(unsigned long v) { return v + 1; }
int64_t twice_64(int64_t v) { return 2 * v; }
long double half_ld(long double v) { return v / 2; }
size_t next_size(size_t n) { return n + 1; }

double owner_total(const struct owner *o) {
    double total = 0;
    for (int k = 0; k < o->count; k++) total += o->traps[k].d;
    return total + (double)strlen(o->name);
}
void owner_clear(struct owner *o) {
    for (int k = 0; k < o->count; k++) o->traps[k].d = 0;
    o->traps = NULL;
}
int list_sum(const struct node *n) {
    int sum = 0;
    for (int guard = 0; n && guard < 1000000; guard++, n = n->next) sum += n->value;
    return sum;
}
int ring_length(const struct node *n) {
    int length = 0;
    const struct node *start = n;
    do { length++; n = n->next; } while (n && n != start);
    return length;
}
int same_address(const void *a, const void *b) { return a == b; }
void swap_pointers(const char **a, const char **b) { const char *t = *a; *a = *b; *b = t; }

static int numbers[5] = {10, 20, 30, 40, 50};
static struct trap kept = {1, 2.5, 3};
int counter = 7;
struct trap shared_trap = {4, 5.5, 6};
const char *greeting = "hello from over there";
int (*operation)(int) = NULL;
static int triple(int v) { return 3 * v; }
int *get_numbers(void) { return numbers; }
struct trap *get_kept(void) { return &kept; }
double kept_d(void) { return kept.d; }
int numbers_sum(const int *p, int n) { int s = 0; while (n--) s += *p++; return s; }
struct node *node_new(int value, struct node *next) {
    struct node *n = malloc(sizeof *n);
    *n = (struct node){value, next};
    return n;
}
void nodes_free(struct node *n) { while (n) { struct node *next = n->next; free(n); n = next; } }
void new_buffer(char **out, size_t n) { *out = calloc(1, n); strcpy(*out, "made there"); }
int (*get_triple(void))(int) { return triple; }
void *echo_pointer(void *p) { return p; }
char *fill_text(char *buffer, int n) { memset(buffer, 'x', (size_t)n); buffer[n] = 0; return buffer; }
size_t wide_length(const wchar_t *s) { return wcslen(s); }
void fill_doubles(double *a, int n, double v) { while (n--) *a++ = v; }
double sum_doubles(const double *a, int n) { double s = 0; while (n--) s += *a++; return s; }

typedef int visitor(struct trap *t, void *user);
int visit(struct trap *t, int n, visitor *f, void *user) {
    int sum = 0;
    for (int k = 0; k < n; k++) sum += f(&t[k], user);
    return sum;
}
static visitor *kept_visitor;
void keep_visitor(visitor *f) { kept_visitor = f; }
int call_visitor(void) { return kept_visitor(&kept, NULL); }
typedef struct trap mapper(struct trap t, long n);
struct trap map_trap(mapper *f, struct trap t, long n) { return f(t, n); }
static struct trap *kept_pointer;
void keep(struct trap *t) { kept_pointer = t; }
double kept_pointer_d(void) { return kept_pointer ? kept_pointer->d : -1; }
void change_kept(double d) { if (kept_pointer) kept_pointer->d = d; }
