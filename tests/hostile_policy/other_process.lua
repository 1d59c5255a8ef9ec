--| -1	PermissionError
--| PermissionError
--| PermissionError
--| PermissionError
--| PermissionError	PermissionError
--| PermissionError	PermissionError
--| false
--| 7	9	a title
-- A process of its own does not widen what a script may do: libraries are the same ones, and memory over there is no freer.
local ct = require "ctypes"
local folder = os.getenv "MOONGLUE_FIXTURES32"
local lib = ct.CDLL(folder .. "/libdistant.so")
local P = ct.POINTER(ct.c_int)
lib.point_at.restype, lib.point_at.argtypes = P, { P, ct.c_int }
local variable = ct.c_int:in_dll(lib, "an_int")
local memory = lib.point_at(variable, 0)
local function kind(f, ...)
  return select(2, pcall(f, ...)).kind
end
print(lib.apply(nil, 1), kind(function() return memory[0] end))
print(kind(function() memory[100000] = 1 end))
print(kind(function() return memory.contents end))
print(kind(function() return memory:slice(0, 4) end))
print(kind(ct.string_at, memory, 4), kind(ct.memset, memory, 0, 4))
print(kind(ct.CDLL, folder .. "/libscalars.so"), kind(ct.CDLL, "libc.so.6", { bridge = "i386-linux" }))
print((pcall(require, "bridge")))
local number = variable.value
variable.value = 9
print(number, lib.read_int(memory), ct.c_char_p:in_dll(lib, "title").value)
