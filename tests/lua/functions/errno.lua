--- needs: gcc
--| 0	2
--| 2	7
--| 13	2
--| 13
--| 5	5
--| TypeError
--| 22
--| 10 12	12
--| 13
--| 13
-- The private errno of a library opened with use_errno.
local ct = require "ctypes"
local path = os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so"
local lib = ct.CDLL(path, { use_errno = true })
io.write(ct.get_errno(), "\t")
lib.fail_with(2)
print(ct.get_errno())
print(ct.set_errno(7), ct.get_errno())
-- The callee starts with the private value.
lib.fail_with(13)
io.write(lib.errno_seen(), "\t")
lib.fail_with(2)
print(ct.get_errno())
-- Without use_errno the private copy is left alone.
ct.set_errno(13)
ct.CDLL(path).fail_with(99)
print(ct.get_errno())
ct.set_errno(5)
print(lib.errno_seen(), ct.get_errno())
print(select(2, pcall(ct.set_errno, "x")).kind)
-- A function type can ask for it too.
local F = ct.CFUNCTYPE(ct.c_int, ct.c_int, { use_errno = true })
F(ct.CDLL(path).fail_with.address)(22)
print(ct.get_errno())
-- A map is a call too.
local ints = ct.c_int * 2
local function over(f) f.argtypes, f.restype = { ct.c_int }, ct.c_int return f end
ct.set_errno(9)
print(table.concat(over(lib.add_to_errno):map(ints(1, 2)):totable(), " "), ct.get_errno())
over(lib.fail_with):map(ints(2, 13))
print(ct.get_errno())
-- The private copy is left alone where exchanging was not asked for.
over(ct.CDLL(path).fail_with):map(ints(98, 99))
print(ct.get_errno())
