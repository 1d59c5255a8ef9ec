--- needs: gcc
--| 10	30	150	20
--| {20, 30, 40}	{50, 30, 10}
--| 2.5	9.5	9.5
--| Trap{c=1, d=9.5, i=3}	16	3
--| 7	8	hello from over there
--| 3	2	1	nil
--| made there
--| 12
--| true	true	false
--| NullPointerError: LP_c_int is NULL
-- Pointers that come from the other side stay there: they are read, written, indexed, compared, cast and passed back.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES32" .. "/libother_side.so")
lib.get_numbers.restype = ct.POINTER(ct.c_int)
lib.numbers_sum.argtypes = { ct.POINTER(ct.c_int), ct.c_int }
local numbers = lib.get_numbers()
print(numbers[0], numbers[2], lib.numbers_sum(numbers, 5), (numbers + 1)[0])
local function list(t)
  return "{" .. table.concat(t, ", ") .. "}"
end
print(list(numbers:slice(1, 4)), list(numbers:slice(4, -1, -2)))

local Trap = ct.Structure("Trap", { { "c", ct.c_byte }, { "d", ct.c_double }, { "i", ct.c_int } })
lib.get_kept.restype, lib.kept_d.restype = ct.POINTER(Trap), ct.c_double
local kept = lib.get_kept()
local was = kept.contents.d
kept.contents.d = 9.5
print(was, lib.kept_d(), kept[0].d)
print(kept.contents, ct.sizeof(kept.contents), kept.contents.i)

local counter = ct.c_int:in_dll(lib, "counter")
local first = counter.value
counter.value = 8
print(first, ct.c_int:in_dll(lib, "counter").value, ct.c_char_p:in_dll(lib, "greeting").value)

local Node = ct.Structure("Node")
Node._fields_ = { { "value", ct.c_int }, { "next", ct.POINTER(Node) } }
lib.node_new.restype, lib.node_new.argtypes = ct.POINTER(Node), { ct.c_int, ct.POINTER(Node) }
lib.nodes_free.restype, lib.nodes_free.argtypes = nil, { ct.POINTER(Node) }
local head = lib.node_new(3, lib.node_new(2, lib.node_new(1, nil)))
local second = head.contents.next
print(head.contents.value, second.contents.value, second.contents.next.contents.value, second.contents.next.contents.next)
lib.nodes_free(head)

lib.new_buffer.restype, lib.new_buffer.argtypes = nil, { ct.POINTER(ct.c_char_p), ct.c_size_t }
local text = ct.c_char_p()
lib.new_buffer(ct.byref(text), 64)
print(text.value)

lib.get_triple.restype = ct.CFUNCTYPE(ct.c_int, ct.c_int)
print(lib.get_triple()(4))

local again = lib.get_numbers()
lib.echo_pointer.restype, lib.echo_pointer.argtypes = ct.c_void_p, { ct.c_void_p }
print(numbers == again, ct.cast(lib.echo_pointer(numbers), ct.POINTER(ct.c_int)) == numbers, numbers == numbers + 1)
print(select(2, pcall(function()
  return ct.POINTER(ct.c_int)()[0]
end)))
