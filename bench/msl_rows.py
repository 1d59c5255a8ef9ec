"""Microseconds for add(int, int) through msl-loadlib: the module is both the 32-bit server's and the client's."""
import sys
import time

from msl.loadlib import Client64, Server32


class Adder(Server32):
    def __init__(self, host, port, path=None):
        super().__init__(path, "cdll", host, port)

    def add(self, a, b):
        return self.lib.add(a, b)


class Client(Client64):
    def __init__(self, path):
        super().__init__(__file__, path=path)


if __name__ == "__main__":
    client = Client(sys.argv[1])
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200):
            client.request32("add", 1, 2)
        best = min(best, (time.perf_counter() - start) / 200)
    client.shutdown_server32()
    print(best * 1e6)
