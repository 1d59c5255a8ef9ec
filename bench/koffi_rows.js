// The benchmark's rows in koffi: one round, printed as `row<TAB>nanoseconds`.
// Arguments: the fixture, seconds for one measurement.
const koffi = require("koffi");
const [path, seconds] = [process.argv[2], Number(process.argv[3])];
const MILLION = 1000000, SORTED = 100000;

const fixture = koffi.load(path), libm = koffi.load("libm.so.6"), libc = koffi.load("libc.so.6");
koffi.struct("pair", { x: "double", y: "double" });
koffi.proto("int Item(int)");
koffi.proto("int Compare(const void *, const void *)");

const nop = fixture.func("void nop()");
const add_i = fixture.func("int add_i(int, int)");
const add_d = fixture.func("double add_d(double, double)");
const sum6 = fixture.func("int sum6(int, int, int, int, int, int)");
const sin = libm.func("double sin(double)");
const length = fixture.func("size_t length(const char *)");
const norm2 = fixture.func("double norm2(pair)");
const add_pair = fixture.func("pair add_pair(pair, pair)");
const poly = fixture.func("double poly(double)");
const each = fixture.func("int repeat(Item *, int)");
const shuffle = fixture.func("void shuffle(void *, int)");
const is_sorted = fixture.func("int is_sorted(void *, int)");
const qsort = libc.func("void qsort(void *, size_t, size_t, Compare *)");

const pair = { x: 3, y: 4 }, other = { x: 1, y: 2 };
// Structures and arrays in C's memory.
const one = koffi.alloc("pair", 1), thousand = koffi.alloc("double", 1000);
const doubles = koffi.alloc("double", MILLION);
const numbers = Array.from({ length: MILLION }, (_, i) => i + 1.5);
const results = new Float64Array(MILLION);
koffi.encode(doubles, "double", numbers, MILLION);
const library = { add_i };
const identity = (i) => i;
const compare = (a, b) => koffi.decode(a, "int") - koffi.decode(b, "int");

function map(f) {
  for (let i = 0; i < MILLION; i++) results[i] = f(numbers[i]);
}

let x = 0;
const rows = [
  ["loop alone", (n) => { for (let i = 0; i < n; i++) x = i; }],
  ["empty call", (n) => { for (let i = 0; i < n; i++) nop(); }],
  ["add(int, int)", (n) => { for (let i = 0; i < n; i++) x = add_i(i, 1); }],
  ["add(double, double)", (n) => { let y = 0.5; for (let i = 0; i < n; i++) y = add_d(y, 1.5); }],
  ["lib.add(int, int)", (n) => { for (let i = 0; i < n; i++) x = library.add_i(i, 1); }],
  ["six ints", (n) => { for (let i = 0; i < n; i++) x = sum6(i, 1, 2, 3, 4, 5); }],
  ["sin", (n) => { let y = 0.5; for (let i = 0; i < n; i++) y = sin(y); }],
  ["strlen", (n) => { for (let i = 0; i < n; i++) x = length("hello, world"); }],
  ["struct by value", (n) => { for (let i = 0; i < n; i++) x = norm2(pair); }],
  ["struct result", (n) => { for (let i = 0; i < n; i++) x = add_pair(pair, other); }],
  ["field get", (n) => { for (let i = 0; i < n; i++) x = koffi.decode(one, 8, "double"); }],
  ["field set", (n) => { for (let i = 0; i < n; i++) koffi.encode(one, 8, "double", i); }],
  ["element get", (n) => { for (let i = 0; i < n; i++) x = koffi.decode(thousand, (i % 1000) * 8, "double"); }],
  ["element set", (n) => { for (let i = 0; i < n; i++) koffi.encode(thousand, (i % 1000) * 8, "double", i); }],
  ["table to array, per item", (n) => { for (let i = 0; i < n; i++) koffi.encode(doubles, "double", numbers, MILLION); }, MILLION],
  ["array to table, per item", (n) => { for (let i = 0; i < n; i++) x = Array.from(koffi.decode(doubles, "double", MILLION)); }, MILLION],
  ["map of 2xx+3x+1, per item", (n) => { for (let i = 0; i < n; i++) map(poly); }, MILLION],
  ["map of sin, per item", (n) => { for (let i = 0; i < n; i++) map(sin); }, MILLION],
  ["callback", (n) => each(identity, n)],
  ["qsort of 1e5 ints, per int", (n) => {
    for (let i = 0; i < n; i++) {
      const items = koffi.alloc("int", SORTED);
      shuffle(items, SORTED);
      qsort(items, SORTED, 4, compare);
      if (!is_sorted(items, SORTED)) throw new Error("not sorted");
      koffi.free(items);
    }
  }, SORTED],
  ["add(int, int), callbacks exist", (n) => { for (let i = 0; i < n; i++) x = add_i(i, 1); }],
];

function once(loop, n) {
  const start = process.cpuUsage();
  loop(n);
  const taken = process.cpuUsage(start);
  return (taken.user + taken.system) / 1e6;
}

for (const [name, loop, elements = 1] of rows) {
  let n = 1, taken;
  while ((taken = once(loop, n)) < seconds) {
    n = taken < seconds / 16 ? n * 8 : Math.ceil((n * seconds) / taken * 1.1);
  }
  const best = Math.min(taken, once(loop, n));
  console.log(`${name}\t${(best * 1e9) / n / elements}`);
}
