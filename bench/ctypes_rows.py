"""The benchmark's rows in Python's ctypes: one round, printed as `row<TAB>nanoseconds`."""

import ctypes as ct
import sys
import time

MILLION, SORTED = 1_000_000, 100_000

path, seconds = sys.argv[1], float(sys.argv[2])
fixture, libm, libc = ct.CDLL(path), ct.CDLL("libm.so.6"), ct.CDLL("libc.so.6")


class Pair(ct.Structure):
    _fields_ = [("x", ct.c_double), ("y", ct.c_double)]


def declare(library, name, restype, *argtypes):
    fn = library[name]
    fn.restype, fn.argtypes = restype, argtypes
    return fn


IntPointer = ct.POINTER(ct.c_int)
Int = ct.CFUNCTYPE(ct.c_int, ct.c_int)
Compare = ct.CFUNCTYPE(ct.c_int, IntPointer, IntPointer)
nop = declare(fixture, "nop", None)
add_i = declare(fixture, "add_i", ct.c_int, ct.c_int, ct.c_int)
add_d = declare(fixture, "add_d", ct.c_double, ct.c_double, ct.c_double)
sum6 = declare(fixture, "sum6", ct.c_int, *[ct.c_int] * 6)
sin = declare(libm, "sin", ct.c_double, ct.c_double)
length = declare(fixture, "length", ct.c_size_t, ct.c_char_p)
norm2 = declare(fixture, "norm2", ct.c_double, Pair)
add_pair = declare(fixture, "add_pair", Pair, Pair, Pair)
poly = declare(fixture, "poly", ct.c_double, ct.c_double)
each = declare(fixture, "repeat", ct.c_int, Int, ct.c_int)
shuffle = declare(fixture, "shuffle", None, IntPointer, ct.c_int)
is_sorted = declare(fixture, "is_sorted", ct.c_int, IntPointer, ct.c_int)
qsort = declare(libc, "qsort", None, ct.c_void_p, ct.c_size_t, ct.c_size_t, Compare)

pair, other = Pair(3, 4), Pair(1, 2)
thousand = (ct.c_double * 1000)()
Doubles = ct.c_double * MILLION
numbers = [i + 1.5 for i in range(MILLION)]
doubles, results = Doubles(*numbers), Doubles()
identity = Int(lambda i: i)
compare = Compare(lambda a, b: a[0] - b[0])


def loop(n):
    for i in range(n):
        x = i


def empty_call(n, f=nop):
    for _ in range(n):
        f()


def add_ints(n, f=add_i):
    for i in range(n):
        x = f(i, 1)


def add_doubles(n, f=add_d):
    x = 0.5
    for _ in range(n):
        x = f(x, 1.5)


def six_ints(n, f=sum6):
    for i in range(n):
        x = f(i, 1, 2, 3, 4, 5)


def sines(n, f=sin):
    x = 0.5
    for _ in range(n):
        x = f(x)


def strlen(n, f=length):
    for _ in range(n):
        x = f(b"hello, world")


def by_value(n, f=norm2, a=pair):
    for _ in range(n):
        x = f(a)


def result(n, f=add_pair, a=pair, b=other):
    for _ in range(n):
        x = f(a, b)


def field_get(n, a=pair):
    for _ in range(n):
        x = a.y


def field_set(n, a=pair):
    for i in range(n):
        a.y = i


def element_get(n, a=thousand):
    for i in range(n):
        x = a[i % 1000]


def element_set(n, a=thousand):
    for i in range(n):
        a[i % 1000] = i


def from_list(n):
    for _ in range(n):
        Doubles(*numbers)


def to_list(n):
    for _ in range(n):
        doubles[:]


def callback(n):
    each(identity, n)


def sort(n):
    for _ in range(n):
        items = (ct.c_int * SORTED)()
        shuffle(items, SORTED)
        qsort(items, SORTED, ct.sizeof(ct.c_int), compare)
        assert is_sorted(items, SORTED)


def mapped(n, f=poly):
    for _ in range(n):
        results[:] = list(map(f, doubles))


def sines_mapped(n, f=sin):
    for _ in range(n):
        results[:] = list(map(f, doubles))


def looked_up(n, lib=fixture):
    for i in range(n):
        x = lib.add_i(i, 1)


ROWS = [
    ("loop alone", loop, 1),
    ("empty call", empty_call, 1),
    ("add(int, int)", add_ints, 1),
    ("add(double, double)", add_doubles, 1),
    ("lib.add(int, int)", looked_up, 1),
    ("six ints", six_ints, 1),
    ("sin", sines, 1),
    ("strlen", strlen, 1),
    ("struct by value", by_value, 1),
    ("struct result", result, 1),
    ("field get", field_get, 1),
    ("field set", field_set, 1),
    ("element get", element_get, 1),
    ("element set", element_set, 1),
    ("table to array, per item", from_list, MILLION),
    ("array to table, per item", to_list, MILLION),
    ("map of 2xx+3x+1, per item", mapped, MILLION),
    ("map of sin, per item", sines_mapped, MILLION),
    ("callback", callback, 1),
    ("qsort of 1e5 ints, per int", sort, SORTED),
    ("add(int, int), callbacks exist", add_ints, 1),
]


def once(fn, n):
    start = time.process_time()
    fn(n)
    return time.process_time() - start


for name, fn, elements in ROWS:
    n = 1
    while (taken := once(fn, n)) < seconds:
        n = n * 8 if taken < seconds / 16 else int(n * seconds / taken * 1.1) + 1
    best = min(taken, once(fn, n))
    print(f"{name}\t{best * 1e9 / n / elements}")
