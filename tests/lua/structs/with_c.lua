--- needs: gcc
--| 30
--| 11	18
--| 1
--| 4.0	6.0
--| 7	8
--| 6
--| Ada	Countess	36
--| 14
--| 330
-- Structures go to C and come back.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libstructs.so")
local Point = ct.Structure("Point", { { "x", ct.c_int }, { "y", ct.c_int } })
local Complex = ct.Structure("Complex", { { "x", ct.c_double }, { "y", ct.c_double } })
local Box = ct.Structure("Box", { { "low", Point }, { "high", Point }, { "tags", ct.c_int * 3 } })
local Node = ct.Structure("Node")
Node._fields_ = { { "value", ct.c_int }, { "next", ct.POINTER(Node) } }
local Person = ct.Structure("Person", { { "name", ct.c_char * 8 }, { "title", ct.c_char_p }, { "age", ct.c_int } })
local p = Point(10, 20)
print(lib.point_sum(ct.byref(p)))
lib.point_move.restype = nil
lib.point_move(ct.byref(p), 1, -2)
print(p.x, p.y)
print(lib.box_check(ct.byref(Box { { 1, 2 }, { 3, 4 }, { 5, 6, 7 } })))
lib.complex_add.argtypes, lib.complex_add.restype = { Complex, Complex }, Complex
local c = lib.complex_add(Complex(1, 2), Complex(3, 4))
print(c.x, c.y)
lib.point_make.argtypes, lib.point_make.restype = { ct.c_int, ct.c_int }, Point
local made = lib.point_make(7, 8)
print(made.x, made.y)
local last = Node(3)
local first = Node(1, ct.pointer(Node(2, ct.pointer(last))))
lib.list_sum.argtypes = { ct.POINTER(Node) }
print(lib.list_sum(first))
lib.person_static.restype = ct.POINTER(Person)
local ada = lib.person_static().contents
print(ada.name.value, ada.title, ada.age)
lib.person_length.restype = ct.c_size_t
print(lib.person_length(ct.byref(Person { "Eve", "Miss", 7 })))
lib.points_sum.restype = ct.c_long
print(lib.points_sum((Point * 2)({ 10, 20 }, { 19, 20 }), 2))
