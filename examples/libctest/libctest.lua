--- needs: gcc
--| 1-add	Complex{x=5.0, y=7.0}	5.0	7.0
--| 2-swap	2.0	7.0	3.0	4.0
--| 3-sum	32.0
--| 4-titlecase	The Advantages Of Script Languages Over OTHER Languages
--| 5-tokenize	8	the, advantages, of, script, languages, over, OTHER, languages
--| 6-mult	[[81.0, 291.0], [96.0, 356.0]]
-- Builds libctest.c with the system's compiler and calls its six functions, one for each way of handing data to C.
local ct = require "ctypes"

local here = arg[0]:match "^(.*)/" or "."

-- A folder of its own: a name nobody else has, removed at the end. A loaded library no longer needs its file.
local function build(source)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute(("mkdir '%s'"):format(folder)))
  local path = folder .. "/libctest.so"
  local compiled = os.execute(("cc -O2 -fPIC -shared -o '%s' '%s'"):format(path, source))
  local ok, lib = pcall(ct.CDLL, path)
  os.remove(path)
  os.remove(folder)
  assert(compiled, "the C compiler (cc) refused " .. source)
  return ok and lib or error(lib, 0)
end

local lib = build(here .. "/libctest.c")

local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })

-- struct Complex add(struct Complex, struct Complex);
lib.add.restype = Complex
local r = lib.add(Complex(3.1, 4.2), Complex(1.9, 2.8))
print("1-add", r, r.x, r.y)

-- void swap(struct Complex *, struct Complex *);
local a, b = Complex(3, 4), Complex(2, 7)
lib.swap.restype = nil
lib.swap(ct.byref(a), ct.byref(b))
print("2-swap", a.x, a.y, b.x, b.y)

-- double sum(double f[], int n);
lib.sum.restype = ct.c_double
lib.sum.argtypes = { ct.POINTER(ct.c_double), ct.c_int }
local numbers = (ct.c_double * 10)(1, 2, 1, 6, 4, 2, 7, 3, 1, 5)
print("3-sum", lib.sum(numbers, 10))

-- void titlecase(char *);
-- c_char_p(s) owns a copy that C may change; a plain Lua string would be copied for the call and the change lost.
lib.titlecase.restype = nil
lib.titlecase.argtypes = { ct.c_char_p }
local name = ct.c_char_p "the advantages of script languages over OTHER languages"
lib.titlecase(name)
print("4-titlecase", name.value)

-- int tokenize(char separator, char *text, char tokens[][20]);
local Tokens = (ct.c_char * 20) * 20
lib.tokenize.restype = ct.c_int
lib.tokenize.argtypes = { ct.c_char, ct.c_char_p, Tokens }
local tokens = Tokens()
local n = lib.tokenize(" ", "the advantages of script languages over OTHER languages", tokens)
local words = {}
for i = 0, n - 1 do words[i + 1] = tokens[i].value end
print("5-tokenize", n, table.concat(words, ", "))

-- void mult(double a[][100], double b[][100], double c[][100], int n, int r, int m);
local Matrix = (ct.c_double * 100) * 100
lib.mult.restype = nil
lib.mult.argtypes = { Matrix, Matrix, Matrix, ct.c_int, ct.c_int, ct.c_int }
local A = Matrix { { 1, 2, 3, 4, 5 }, { 11, 12, 13, 14, 15 } }
local B = Matrix { { 1, 2 }, { 2, 3 }, { 4, 5 }, { 6, 7 }, { 8, 9 } }
local C = Matrix()
lib.mult(A, B, C, 2, 5, 2)
local columns = {}
for j = 0, 1 do columns[j + 1] = ("[%s, %s]"):format(C[0][j], C[1][j]) end
print("6-mult", "[" .. table.concat(columns, ", ") .. "]")
