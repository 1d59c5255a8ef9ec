/* The module a careful C programmer would write by hand for the same library: arguments checked with luaL_check*, structs and arrays as full
   userdata with a metatable, callbacks through lua_pcall. It is the measure the engine is held against. */
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    double x, y;
};

extern void nop(void);
extern int add_i(int, int);
extern double add_d(double, double);
extern int sum6(int, int, int, int, int, int);
extern size_t length(const char *);
extern double norm2(struct pair);
extern struct pair add_pair(struct pair, struct pair);
extern double poly(double);
extern int repeat(int (*)(int), int);
extern void shuffle(int *, int);
extern int is_sorted(const int *, int);

#define PAIR "bench.pair"
#define DOUBLES "bench.doubles"

/* scalars */

static int check_int(lua_State *L, int index)
{
    lua_Integer value = luaL_checkinteger(L, index);
    luaL_argcheck(L, value >= -2147483647 - 1 && value <= 2147483647, index, "does not fit an int");
    return (int)value;
}

static int peer_nop(lua_State *L)
{
    (void)L;
    nop();
    return 0;
}

static int peer_add_i(lua_State *L)
{
    lua_pushinteger(L, add_i(check_int(L, 1), check_int(L, 2)));
    return 1;
}

static int peer_add_d(lua_State *L)
{
    lua_pushnumber(L, add_d(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
    return 1;
}

static int peer_sum6(lua_State *L)
{
    lua_pushinteger(L, sum6(check_int(L, 1), check_int(L, 2), check_int(L, 3), check_int(L, 4), check_int(L, 5), check_int(L, 6)));
    return 1;
}

static int peer_sin(lua_State *L)
{
    lua_pushnumber(L, sin(luaL_checknumber(L, 1)));
    return 1;
}

static int peer_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)length(luaL_checkstring(L, 1)));
    return 1;
}

static int peer_poly(lua_State *L)
{
    lua_pushnumber(L, poly(luaL_checknumber(L, 1)));
    return 1;
}

/* a struct */

static struct pair *new_pair(lua_State *L)
{
    struct pair *p = lua_newuserdatauv(L, sizeof *p, 0);
    luaL_setmetatable(L, PAIR);
    return p;
}

static int peer_pair(lua_State *L)
{
    double x = luaL_optnumber(L, 1, 0), y = luaL_optnumber(L, 2, 0);
    struct pair *p = new_pair(L);
    p->x = x;
    p->y = y;
    return 1;
}

static int pair_get(lua_State *L)
{
    struct pair *p = luaL_checkudata(L, 1, PAIR);
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "x") == 0)
        lua_pushnumber(L, p->x);
    else if (strcmp(name, "y") == 0)
        lua_pushnumber(L, p->y);
    else
        return luaL_error(L, "pair has no field '%s'", name);
    return 1;
}

static int pair_set(lua_State *L)
{
    struct pair *p = luaL_checkudata(L, 1, PAIR);
    const char *name = luaL_checkstring(L, 2);
    double value = luaL_checknumber(L, 3);
    if (strcmp(name, "x") == 0)
        p->x = value;
    else if (strcmp(name, "y") == 0)
        p->y = value;
    else
        return luaL_error(L, "pair has no field '%s'", name);
    return 0;
}

static int peer_norm2(lua_State *L)
{
    struct pair *p = luaL_checkudata(L, 1, PAIR);
    lua_pushnumber(L, norm2(*p));
    return 1;
}

static int peer_add_pair(lua_State *L)
{
    struct pair *a = luaL_checkudata(L, 1, PAIR), *b = luaL_checkudata(L, 2, PAIR);
    struct pair sum = add_pair(*a, *b);
    *new_pair(L) = sum;
    return 1;
}

/* an array of doubles, 0-based and bounds-checked */

struct doubles {
    size_t length;
    double items[];
};

static struct doubles *new_doubles(lua_State *L, size_t n)
{
    struct doubles *a = lua_newuserdatauv(L, sizeof *a + n * sizeof(double), 0);
    a->length = n;
    luaL_setmetatable(L, DOUBLES);
    return a;
}

static int peer_doubles(lua_State *L)
{
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_argcheck(L, n >= 0, 1, "negative length");
    struct doubles *a = new_doubles(L, (size_t)n);
    memset(a->items, 0, a->length * sizeof(double));
    return 1;
}

static size_t check_index(lua_State *L, const struct doubles *a)
{
    lua_Integer i = luaL_checkinteger(L, 2);
    luaL_argcheck(L, i >= 0 && (size_t)i < a->length, 2, "index out of range");
    return (size_t)i;
}

static int doubles_get(lua_State *L)
{
    struct doubles *a = luaL_checkudata(L, 1, DOUBLES);
    lua_pushnumber(L, a->items[check_index(L, a)]);
    return 1;
}

static int doubles_set(lua_State *L)
{
    struct doubles *a = luaL_checkudata(L, 1, DOUBLES);
    size_t i = check_index(L, a);
    a->items[i] = luaL_checknumber(L, 3);
    return 0;
}

static int peer_from_table(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t n = lua_rawlen(L, 1);
    struct doubles *a = new_doubles(L, n);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        a->items[i] = luaL_checknumber(L, -1);
        lua_pop(L, 1);
    }
    return 1;
}

static int peer_to_table(lua_State *L)
{
    struct doubles *a = luaL_checkudata(L, 1, DOUBLES);
    lua_createtable(L, (int)a->length, 0);
    for (size_t i = 0; i < a->length; i++) {
        lua_pushnumber(L, a->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* The C loop that `map` is compared with: the same function through a pointer, so that it is really called. */
static int peer_map_poly(lua_State *L)
{
    struct doubles *from = luaL_checkudata(L, 1, DOUBLES), *to = luaL_checkudata(L, 2, DOUBLES);
    luaL_argcheck(L, from->length == to->length, 2, "another length");
    double (*volatile pointer)(double) = poly;
    double (*function)(double) = pointer;
    for (size_t i = 0; i < from->length; i++)
        to->items[i] = function(from->items[i]);
    return 0;
}

/* The same for sin. */
static int peer_map_sin(lua_State *L)
{
    struct doubles *from = luaL_checkudata(L, 1, DOUBLES), *to = luaL_checkudata(L, 2, DOUBLES);
    luaL_argcheck(L, from->length == to->length, 2, "another length");
    for (size_t i = 0; i < from->length; i++)
        to->items[i] = sin(from->items[i]);
    return 0;
}

/* callbacks: C has no room for a context in these signatures, so the running call is kept in a static */

static struct {
    lua_State *L;
    int function; /* its index on the stack */
    int failed;   /* the error stays on the stack until C is done */
} running;

static int call_int(int arguments)
{
    if (running.failed) {
        lua_settop(running.L, -arguments - 2);
        return 0;
    }
    if (lua_pcall(running.L, arguments, 1, 0) != LUA_OK) {
        running.failed = 1;
        return 0;
    }
    int exact;
    int result = (int)lua_tointegerx(running.L, -1, &exact);
    lua_pop(running.L, 1);
    if (!exact) {
        lua_pushliteral(running.L, "a callback must return an integer");
        running.failed = 1;
    }
    return result;
}

static int on_repeat(int i)
{
    lua_pushvalue(running.L, running.function);
    lua_pushinteger(running.L, i);
    return call_int(1);
}

static int on_compare(const void *a, const void *b)
{
    lua_pushvalue(running.L, running.function);
    lua_pushinteger(running.L, *(const int *)a);
    lua_pushinteger(running.L, *(const int *)b);
    return call_int(2);
}

static int peer_repeat(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int n = check_int(L, 2);
    luaL_checkstack(L, 8, NULL);
    running.L = L;
    running.function = 1;
    running.failed = 0;
    int result = repeat(on_repeat, n);
    if (running.failed)
        return lua_error(L);
    lua_pushinteger(L, result);
    return 1;
}

/* Sorts `n` shuffled ints with a comparator in Lua. */
static int peer_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    int n = check_int(L, 2);
    int *items = lua_newuserdatauv(L, (size_t)n * sizeof *items, 0);
    shuffle(items, n);
    luaL_checkstack(L, 8, NULL);
    running.L = L;
    running.function = 1;
    running.failed = 0;
    qsort(items, (size_t)n, sizeof *items, on_compare);
    if (running.failed)
        return lua_error(L);
    lua_pushboolean(L, is_sorted(items, n));
    return 1;
}

static const luaL_Reg functions[] = {
    {"nop", peer_nop},
    {"add_i", peer_add_i},
    {"add_d", peer_add_d},
    {"sum6", peer_sum6},
    {"sin", peer_sin},
    {"length", peer_length},
    {"poly", peer_poly},
    {"norm2", peer_norm2},
    {"add_pair", peer_add_pair},
    {"pair", peer_pair},
    {"doubles", peer_doubles},
    {"from_table", peer_from_table},
    {"to_table", peer_to_table},
    {"map_poly", peer_map_poly},
    {"map_sin", peer_map_sin},
    {"each", peer_repeat},
    {"sort", peer_sort},
    {NULL, NULL},
};

static void new_class(lua_State *L, const char *name, lua_CFunction get, lua_CFunction set)
{
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, get);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, set);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
}

__attribute__((visibility("default"))) int luaopen_peer(lua_State *L)
{
    new_class(L, PAIR, pair_get, pair_set);
    new_class(L, DOUBLES, doubles_get, doubles_set);
    luaL_newlib(L, functions);
    return 1;
}
