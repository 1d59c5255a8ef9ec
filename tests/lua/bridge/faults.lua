--- needs: gcc
--| BridgeError: LP_c_int: the bridge has no readable memory at 0x10000 (4 bytes)
--| BridgeError: LP_c_int[0]: the bridge has no memory that can be written at 0x10000 (4 bytes)
--| BridgeError: the bridge has no readable memory at 0x10000 (4 bytes)
--| BridgeError: LP_c_int: the bridge has no readable memory at 0x10000 (12 bytes)
--| c_int(at 0x10000, which cannot be read)
--| BridgeError: the bridge has no readable memory at 0x10000 (4096 bytes)
--| BridgeError: the bridge has no readable memory at 0x10000 (4096 bytes)
--| BridgeError: string_at: the bridge has no readable memory at 0x10000 (4096 bytes)
--| BridgeError: string_at: the bridge has no readable memory at 0x10000 (5 bytes)
--| BridgeError: wstring_at: the bridge has no readable memory at 0x10000 (4096 bytes)
--| BridgeError: memmove: the bridge has no memory that can be written at 0x10000 (3 bytes)
--| BridgeError: memmove: the bridge has no readable memory at 0x10000 (3 bytes)
--| BridgeError: memset: the bridge has no memory that can be written at 0x10000 (3 bytes)
--| MemoryError: memset: no memory for 1152921504606846976 bytes
--| c_ubyte_Array_4(at 0x10000, which cannot be read)
--| -5	5	nil
--| ValueError: LP_c_int: 5 is no address
--| ValueError: LP_c_int: 5 is no address
--| ValueError: LP_c_int: 5 is no address
--| ValueError: LP_c_int: 5 is no address
--| ValueError: string_at: argument 1: 5 is no address
--| ValueError: LP_c_int: -5 is no address
--| ValueError: LP_c_int: -5 is no address
--| ValueError: LP_c_int: -5 is no address
--| ValueError: LP_c_int: -5 is no address
--| ValueError: string_at: argument 1: -5 is no address
--| ValueError: LP_c_int: -16 is no address
--| ValueError: LP_c_int: -16 is no address
--| ValueError: LP_c_int: -16 is no address
--| ValueError: LP_c_int: -16 is no address
--| ValueError: string_at: argument 1: -16 is no address
--| ValueError: c_char_p: 0xfffffffffffffffb is no address of a string
--| ValueError: c_int:from_address: the address: 5 is no address
--| BridgeError: read_int: the bridge (pid N) died of SIGSEGV at address 0x0 in read_int of libdistant.so
--| BridgeError: write_int: the bridge (pid N) died of SIGSEGV at address 0x5 in write_int of libdistant.so
--| BridgeError: read_int: argument 1: a pointer (ADDRESS in bridge N) points into the process of another bridge
--| ValueError: read_int: argument 1: ADDRESS is an address in another process, which a function of this one cannot reach
--| ArgumentError: read_int: argument 1: expected c_void_p, got c_int of another process
--| ValueError: read_int: argument 1: ADDRESS is an address of this process that belongs to no object: the library's process cannot reach it
--| ValueError: read_int: argument 1: ADDRESS is an address of this process that belongs to no object: the library's process cannot reach it
--| ValueError: apply: argument 1: apply: a function of this process cannot be called by the library's process
--| 7	7	7
--| TypeError: memmove: argument 2: Point_Array_1 has other bytes in i386-linux: assign it through a pointer or view instead
--| TypeError: memmove: argument 1: LP_c_int_Array_1 has other bytes in i386-linux: assign it through a pointer or view instead
--| true	1
-- Addresses over there that nothing lies at are errors here and there, and so are numbers that never were addresses.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libdistant.so")
local PI = ct.POINTER(ct.c_int)
local function fn(name, result, ...)
  local f = ct.symbol(lib, name)
  f.restype, f.argtypes = result, { ... }
  return f
end
local function refused(f, ...)
  print((tostring(select(2, pcall(f, ...))):gsub("pid %d+", "pid N")))
end
local bad, raw = fn("bad_pointer", PI)(), fn("bad_pointer", ct.c_void_p)()
refused(function() return bad[0] end)
refused(function() bad[0] = 5 end)
refused(function() return bad.contents.value end)
refused(function() return bad:slice(0, 3) end)
print(bad.contents)
refused(fn("bad_pointer", ct.c_char_p))
refused(fn("bad_pointer", ct.c_wchar_p))
refused(ct.string_at, raw)
refused(ct.string_at, raw, 5)
refused(ct.wstring_at, raw)
refused(ct.memmove, raw, "abc", 3)
refused(ct.memmove, ct.create_string_buffer(3), raw, 3)
refused(ct.memset, raw, 0, 3)
refused(ct.memset, raw, 0, 1 << 60)
refused(ct.memoryview_at, raw, 4)
-- Small numbers, and those just below zero, are what libraries pass for want of a better type.
local number = fn("small_number", PI, ct.c_int)
print(fn("small_number", ct.c_void_p, ct.c_int)(-5), fn("small_number", ct.c_void_p, ct.c_int)(5), number(0))
for _, p in ipairs { number(5), number(-5), fn("high_pointer", PI)() } do
  refused(function() return p[0] end)
  refused(function() p[0] = 1 end)
  refused(function() return p.contents end)
  refused(function() return p:slice(0, 2) end)
  refused(ct.string_at, p)
end
refused(fn("small_number", ct.c_char_p, ct.c_int), -5)
refused(ct.c_int.from_address, ct.c_int, 5)
-- Followed by the library itself, they end its process, which is an error as well.
refused(fn("read_int", ct.c_int, PI), nil)
refused(fn("write_int", nil, PI, ct.c_int), number(5), 1)
-- Pointers of one process mean nothing in another, and none of this one means anything to either.
local other = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libdistant.so", { isolate = true })
local here = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libdistant.so")
local function elsewhere(f, ...)
  print((tostring(select(2, pcall(f, ...))):gsub("0x%x+", "ADDRESS"):gsub("bridge %d+", "bridge N")))
end
local theirs = PI:in_dll(lib, "to_int")
elsewhere(other.read_int, theirs)
elsewhere(here.read_int, theirs)
elsewhere(here.read_int, ct.c_int:in_dll(lib, "an_int"))
elsewhere(other.read_int, PI:in_dll(here, "to_int"))
elsewhere(lib.read_int, ct.c_void_p(ct.addressof(ct.c_int(1))))
elsewhere(lib.apply, here.apply, 1)
print(other.read_int(PI:in_dll(other, "to_int")), here.read_int(PI:in_dll(here, "to_int")), lib.read_int(theirs))
-- Bytes that mean something else over there are not moved as they are.
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_double } })
local origin = ct.cast(ct.addressof(Point:in_dll(lib, "origin")), ct.POINTER(Point))
elsewhere(ct.memmove, origin, (Point * 1)(), 12)
elsewhere(ct.memmove, (PI * 1)(), origin, 8)
local four = (ct.c_int * 4)(1, 2, 3, 4)
print(ct.memmove(ct.addressof((ct.c_int * 3):in_dll(lib, "path")), four, 12) ~= 0, (Point * 3):in_dll(lib, "path")[0].x)
