"""The benchmark's rows in cffi. Its API mode, where the module it generates can be compiled; else its ABI mode, which says so.
Arguments: the fixture, seconds for one measurement."""

import contextlib
import os
import sys

import cffi
from python_rows import MILLION, measure, numbers

DECLARATIONS = """
    typedef struct { double x, y; } pair;
    void nop(void);
    int add_i(int, int);
    double add_d(double, double);
    int sum6(int, int, int, int, int, int);
    size_t length(const char *);
    double norm2(pair);
    pair add_pair(pair, pair);
    double poly(double);
    int repeat(int (*)(int), int);
    void shuffle(int *, int);
    int is_sorted(const int *, int);
"""
SYSTEM = """
    double sin(double);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
"""
ENTRIES = 'extern "Python" { int identity(int); int compare(const int *, const int *); }'

path, seconds = sys.argv[1], float(sys.argv[2])
folder = os.path.dirname(path)


def compiled():
    """The module of API mode, made beside the fixture when it is missing or old."""
    name = f"bench_cffi_{sys.version_info.major}_{sys.version_info.minor}"
    builder = cffi.FFI()
    builder.cdef(DECLARATIONS + SYSTEM + ENTRIES)
    builder.set_source(
        name,
        "#include <math.h>\n#include <stdlib.h>\n" + DECLARATIONS,
        extra_objects=[path],
        extra_link_args=["-lm", "-Wl,-rpath," + folder],
        extra_compile_args=["-O2", "-w"],
    )
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        builder.compile(tmpdir=folder)
    sys.path.insert(0, folder)
    module = __import__(name)
    return module.ffi, module.lib


def identity(i):
    return i


def compare(a, b):
    return a[0] - b[0]


try:
    ffi, fixture = compiled()
    libm = libc = fixture
    ffi.def_extern()(identity)
    ffi.def_extern()(compare)
    on_item, on_compare = fixture.identity, ffi.addressof(fixture, "compare")
except Exception as error:
    print(f"cffi: no API mode ({type(error).__name__}: {error}), so ABI mode", file=sys.stderr)
    ffi = cffi.FFI()
    ffi.cdef(DECLARATIONS + SYSTEM)
    fixture, libm, libc = ffi.dlopen(path), ffi.dlopen("libm.so.6"), ffi.dlopen(None)
    on_item = ffi.callback("int(int)", identity)
    on_compare = ffi.callback("int(const int *, const int *)", compare)

on_compare = ffi.cast("int(*)(const void *, const void *)", on_compare)
owners = ffi.new("pair *", (3, 4)), ffi.new("pair *", (1, 2))
results = ffi.new("double[]", MILLION)


class Participant:
    nop, add_i, add_d, sum6 = fixture.nop, fixture.add_i, fixture.add_d, fixture.sum6
    sin, length, norm2, add_pair = libm.sin, fixture.length, fixture.norm2, fixture.add_pair
    library = fixture
    pair, other = owners[0][0], owners[1][0]
    thousand = ffi.new("double[1000]")
    doubles = ffi.new("double[]", numbers)
    each = fixture.repeat
    callback = on_item

    def from_list(self, values):
        return ffi.new("double[]", values)

    def to_list(self, array):
        return ffi.unpack(array, MILLION)

    def map_poly(self):
        results[0:MILLION] = list(map(fixture.poly, self.doubles))

    def map_sin(self):
        results[0:MILLION] = list(map(libm.sin, self.doubles))

    def sort(self, n):
        items = ffi.new("int[]", n)
        fixture.shuffle(items, n)
        libc.qsort(items, n, ffi.sizeof("int"), on_compare)
        return fixture.is_sorted(items, n)


measure(Participant(), seconds)
