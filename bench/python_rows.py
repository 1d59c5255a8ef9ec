"""The loops of the benchmark's rows in Python, for whatever module calls C: one round, printed as `row<TAB>nanoseconds`.

A participant is an object with: nop, add_i, add_d, sum6, sin, length, norm2, add_pair, pair, other (two structures), thousand,
doubles, from_list(numbers), to_list(array), each(callback, n), callback (it gives back its argument), sort(n), map_poly(),
map_sin(), library (an object with add_i).
"""

import time

MILLION, SORTED = 1_000_000, 100_000

numbers = [i + 1.5 for i in range(MILLION)]


def rows(p):
    def loop(n):
        for i in range(n):
            x = i

    def empty_call(n, f=p.nop):
        for _ in range(n):
            f()

    def add_ints(n, f=p.add_i):
        for i in range(n):
            x = f(i, 1)

    def add_doubles(n, f=p.add_d):
        x = 0.5
        for _ in range(n):
            x = f(x, 1.5)

    def looked_up(n, lib=p.library):
        for i in range(n):
            x = lib.add_i(i, 1)

    def six_ints(n, f=p.sum6):
        for i in range(n):
            x = f(i, 1, 2, 3, 4, 5)

    def sines(n, f=p.sin):
        x = 0.5
        for _ in range(n):
            x = f(x)

    def strlen(n, f=p.length):
        for _ in range(n):
            x = f(b"hello, world")

    def by_value(n, f=p.norm2, a=p.pair):
        for _ in range(n):
            x = f(a)

    def result(n, f=p.add_pair, a=p.pair, b=p.other):
        for _ in range(n):
            x = f(a, b)

    def field_get(n, a=p.pair):
        for _ in range(n):
            x = a.y

    def field_set(n, a=p.pair):
        for i in range(n):
            a.y = i

    def element_get(n, a=p.thousand):
        for i in range(n):
            x = a[i % 1000]

    def element_set(n, a=p.thousand):
        for i in range(n):
            a[i % 1000] = i

    def from_list(n):
        for _ in range(n):
            p.from_list(numbers)

    def to_list(n):
        for _ in range(n):
            p.to_list(p.doubles)

    def mapped(n):
        for _ in range(n):
            p.map_poly()

    def sines_mapped(n):
        for _ in range(n):
            p.map_sin()

    def callback(n):
        p.each(p.callback, n)

    def sort(n):
        for _ in range(n):
            assert p.sort(SORTED)

    return [
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


def measure(participant, seconds):
    for name, fn, elements in rows(participant):
        n = 1
        while (taken := once(fn, n)) < seconds:
            n = n * 8 if taken < seconds / 16 else int(n * seconds / taken * 1.1) + 1
        best = min(taken, once(fn, n))
        print(f"{name}\t{best * 1e9 / n / elements}")
