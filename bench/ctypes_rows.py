"""The benchmark's rows in Python's ctypes. Arguments: the fixture, seconds for one measurement."""

import ctypes as ct
import sys

from python_rows import MILLION, measure, numbers

fixture, libm, libc = ct.CDLL(sys.argv[1]), ct.CDLL("libm.so.6"), ct.CDLL("libc.so.6")


class Pair(ct.Structure):
    _fields_ = [("x", ct.c_double), ("y", ct.c_double)]


def declare(library, name, restype, *argtypes):
    fn = library[name]
    fn.restype, fn.argtypes = restype, argtypes
    return fn


Doubles, IntPointer = ct.c_double * MILLION, ct.POINTER(ct.c_int)
Int = ct.CFUNCTYPE(ct.c_int, ct.c_int)
Compare = ct.CFUNCTYPE(ct.c_int, IntPointer, IntPointer)
shuffle = declare(fixture, "shuffle", None, IntPointer, ct.c_int)
is_sorted = declare(fixture, "is_sorted", ct.c_int, IntPointer, ct.c_int)
qsort = declare(libc, "qsort", None, ct.c_void_p, ct.c_size_t, ct.c_size_t, Compare)
poly = declare(fixture, "poly", ct.c_double, ct.c_double)
sine = declare(libm, "sin", ct.c_double, ct.c_double)
compare = Compare(lambda a, b: a[0] - b[0])
results = Doubles()


class Participant:
    nop = declare(fixture, "nop", None)
    add_i = declare(fixture, "add_i", ct.c_int, ct.c_int, ct.c_int)
    add_d = declare(fixture, "add_d", ct.c_double, ct.c_double, ct.c_double)
    sum6 = declare(fixture, "sum6", ct.c_int, *[ct.c_int] * 6)
    sin = sine
    length = declare(fixture, "length", ct.c_size_t, ct.c_char_p)
    norm2 = declare(fixture, "norm2", ct.c_double, Pair)
    add_pair = declare(fixture, "add_pair", Pair, Pair, Pair)
    library = fixture
    pair, other = Pair(3, 4), Pair(1, 2)
    thousand = (ct.c_double * 1000)()
    doubles = Doubles(*numbers)
    each = declare(fixture, "repeat", ct.c_int, Int, ct.c_int)
    callback = Int(lambda i: i)

    def from_list(self, values):
        return Doubles(*values)

    def to_list(self, array):
        return array[:]

    def map_poly(self):
        results[:] = list(map(poly, self.doubles))

    def map_sin(self):
        results[:] = list(map(sine, self.doubles))

    def sort(self, n):
        items = (ct.c_int * n)()
        shuffle(items, n)
        qsort(items, n, ct.sizeof(ct.c_int), compare)
        return is_sorted(items, n)


measure(Participant(), float(sys.argv[2]))
