// What lies in a library's own memory: variables of every kind, structs with everything in them, callbacks that are kept.
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef struct { int x; double y; } Point;
typedef struct { char tag; long numbers[3]; Point points[2]; const char *name; } Mixed;
typedef union { void *pointer; int number; long longs[3]; double real; } Either;
typedef struct { int kind; union { int i; double d; const char *text; }; struct { short low, high; }; } Variant;
typedef struct { int type; unsigned long time; int *window; int code; } Key;
typedef struct { int type; double x, y; long by; } Move;
typedef union { int type; Key key; Move move; long pad[6]; } Event;
typedef struct { unsigned a : 3; int b : 5; unsigned c : 24; unsigned long long d : 40; short e : 9; } Packed;
typedef struct { char name[12]; wchar_t wide[6]; const wchar_t *text; } Texts;
typedef int (*Unary)(int);
typedef struct { Unary call; int (*table[2])(int); void *user; } Calls;
typedef struct tree { struct tree *left, *right; int value; } Tree;

static int triple(int v) { return 3 * v; }
static int negate(int v) { return -v; }

// Variables.
int an_int = 7;
long a_long = -8;
char letters[8] = "letters";
wchar_t wide_letters[5] = L"w\u00efde";
double reals[2][3] = {{1, 2, 3}, {4, 5, 6}};
Point origin = {1, 2.5};
Point path[3] = {{1, 1.5}, {2, 2.5}, {3, 3.5}};
int *to_int = &an_int;
int **to_to_int = &to_int;
const char *title = "a title";
const char *names[4] = {"one", "two", NULL, "four"};
const wchar_t *wide_title = L"a w\u00efde title";
Unary action = triple;
Unary actions[3] = {triple, negate, NULL};
void *nothing = NULL;
const int constant = 42;
Mixed mixed = {'m', {1, 2, 3}, {{4, 5.5}, {6, 7.5}}, "mixed"};
Either either = {&an_int};
Variant variant = {1, {.i = 11}, {3, 4}};
Packed packed_bits = {5, -3, 0xabcdef, 0x123456789aULL, -200};
Texts texts = {"short", L"ab", L"longer"};
Calls calls = {negate, {triple, negate}, NULL};
_Bool flag = 1;
long double extended = 1.25L;

// Pointers.
int **rows_new(int rows, int columns) {
    int **all = malloc(sizeof *all * (size_t)rows);
    for (int r = 0; r < rows; r++) {
        all[r] = malloc(sizeof **all * (size_t)columns);
        for (int c = 0; c < columns; c++) { all[r][c] = 10 * r + c; }
    }
    return all;
}
int rows_sum(int **rows, int n, int columns) {
    int sum = 0;
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < columns; c++) { sum += rows[r][c]; }
    }
    return sum;
}
void rows_free(int **rows, int n) {
    for (int r = 0; r < n; r++) { free(rows[r]); }
    free(rows);
}
void *bad_pointer(void) { return (void *)0x10000; }
void *high_pointer(void) { return (void *)(uintptr_t)0xfffffff0u; }
void *small_number(int n) { return (void *)(intptr_t)n; }
int read_int(const int *p) { return *p; }
void write_int(int *p, int v) { *p = v; }
Point *point_at(Point *all, int k) { return all + k; }
Tree *tree_new(int depth) {
    if (depth == 0) { return NULL; }
    Tree *made = malloc(sizeof *made);
    *made = (Tree){tree_new(depth - 1), tree_new(depth - 1), depth};
    return made;
}
int tree_sum(const Tree *tree) { return tree ? tree->value + tree_sum(tree->left) + tree_sum(tree->right) : 0; }
void tree_free(Tree *tree) {
    if (tree) { tree_free(tree->left); tree_free(tree->right); free(tree); }
}

// Values.
Mixed mixed_next(Mixed m) {
    m.tag++;
    for (int k = 0; k < 3; k++) { m.numbers[k] *= -1; }
    m.points[1].y += 1;
    return m;
}
double mixed_total(const Mixed *m) { return m->numbers[0] + m->points[0].y + m->points[1].y + (double)strlen(m->name); }
int either_number(Either e) { return e.number; }
int either_through(Either e) { return *(int *)e.pointer; }
Either either_pointing(void) { return (Either){&an_int}; }
void either_point(Either *e) { e->pointer = &an_int; }
Variant variant_of(int kind) {
    Variant v = {kind, {.i = 0}, {(short)kind, (short)-kind}};
    if (kind == 0) { v.i = 5; } else if (kind == 1) { v.d = 1.5; } else { v.text = "text inside"; }
    return v;
}
double variant_value(Variant v) { return v.kind == 0 ? v.i : v.kind == 1 ? v.d : (double)strlen(v.text); }
double with_variant(Variant (*f)(Variant, int), int kind) { return variant_value(f(variant_of(kind), kind)); }
double with_mixed(Mixed (*f)(Mixed)) {
    Mixed made = f(mixed);
    return mixed_total(&made);
}
Event event_key(int code) { return (Event){.key = {1, 99, &an_int, code}}; }
Event event_move(double x) { return (Event){.move = {2, x, -x, -9}}; }
double event_sum(const Event *e) {
    if (e->type == 1) { return (double)e->key.time + e->key.code + (e->key.window ? *e->key.window : 0); }
    return e->move.x + e->move.y + (double)e->move.by;
}
Packed packed_next(Packed p) { p.a++; p.b++; p.c++; p.d++; p.e++; return p; }
int texts_length(Texts t) { return (int)(strlen(t.name) * 100 + wcslen(t.wide) * 10 + wcslen(t.text)); }
void texts_set(Texts *t) { strcpy(t->name, "written"); wcscpy(t->wide, L"wd"); t->text = L"other"; }
int calls_run(const Calls *c, int v) { return c->call(v) + c->table[0](v) * 10 + c->table[1](v) * 100; }
Unary chosen(int which) { return actions[which]; }
int apply(Unary f, int v) { return f ? f(v) : -1; }
Unary same_function(Unary f) { return f; }
int errno_set(int code) { errno = code; return errno; }
int errno_get(void) { return errno; }
int sum_of(int n, ...) {
    va_list list;
    va_start(list, n);
    int sum = 0;
    while (n-- > 0) { sum += va_arg(list, int); }
    va_end(list);
    return sum;
}
double mixed_sum(const char *kinds, ...) {
    va_list list;
    va_start(list, kinds);
    double sum = 0;
    for (; *kinds; kinds++) {
        switch (*kinds) {
        case 'i': sum += va_arg(list, int); break;
        case 'l': sum += (double)va_arg(list, long); break;
        case 'q': sum += (double)va_arg(list, long long); break;
        case 'd': sum += va_arg(list, double); break;
        case 's': sum += (double)strlen(va_arg(list, const char *)); break;
        case 'p': sum += *va_arg(list, int *); break;
        case 'P': sum += va_arg(list, Point).y; break;
        }
    }
    va_end(list);
    return sum;
}
int shout(const char *text, char *into, int room) { return snprintf(into, (size_t)room, "%s!", text); }
void halves(int v, int *half, int *rest) { *half = v / 2; *rest = v % 2; }
void doubled(int *v, const int *by) { *v *= *by; }

// Memory that C keeps between calls.
static int *kept;
static Unary kept_call;
static char *kept_text;
void keep_ints(int *p) { kept = p; }
int kept_int(int k) { return kept[k]; }
void kept_add(int by) { kept[0] += by; }
void keep_call(Unary f) { kept_call = f; }
int kept_run(int v) { return kept_call(v); }
void keep_copy(const char *text) { free(kept_text); kept_text = strdup(text); }
const char *kept_copy(void) { return kept_text; }

// Callbacks within callbacks, and from other threads.
int nest(int (*f)(int, Unary), int depth) { return depth <= 0 ? 0 : f(depth, triple); }
typedef struct { Unary call; int first, count, sum; } Work;
static void *work(void *data) {
    Work *w = data;
    for (int k = 0; k < w->count; k++) { w->sum += w->call(w->first + k); }
    return NULL;
}
int on_threads(Unary f, int threads, int each) {
    pthread_t ids[16];
    Work all[16];
    int sum = 0;
    for (int t = 0; t < threads; t++) {
        all[t] = (Work){f, t * each, each, 0};
        pthread_create(&ids[t], NULL, work, &all[t]);
    }
    for (int t = 0; t < threads; t++) { pthread_join(ids[t], NULL); sum += all[t].sum; }
    return sum;
}
static pthread_t later;
static Work later_work;
void start_later(Unary f, int count) {
    later_work = (Work){f, 1, count, 0};
    pthread_create(&later, NULL, work, &later_work);
}
int join_later(void) { pthread_join(later, NULL); return later_work.sum; }
