--- args: one two
--| one two
--| 3.0
-- The harness itself: arguments, stdout, and the standard library as stock Lua has it.
print(table.concat(arg, " "))
print(1 + 2.0)
