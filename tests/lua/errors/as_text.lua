--| failed: TypeError: c_int: expected c_int, got string
--| TypeError: c_int: expected c_int, got string!	TypeError: c_int: expected c_int, got string5	1.5TypeError: c_int: expected c_int, got string	true
--| TypeError	35	39	TYPEERROR	true
--| TypeError: c_int: expected c_int, got text	8
--| TypeError	c_int: expected c_int, got string	nil	nil	nil
--| TypeError: cannot concatenate an error with table
--| TypeError: cannot concatenate an error with table
--| bad argument #2 to 'string.rep' (number expected, got string)
--| bad argument #1 to 'string.find' (string expected, got no value)
--| b	table	true
-- An error value serves as the text that errors are in stock Lua: it concatenates, and has the methods of strings.
local ct = require "ctypes"
local _, e = pcall(ct.c_int, "x")
print("failed: " .. e)
print(e .. "!", e .. 5, 1.5 .. e, e .. e == tostring(e) .. tostring(e))
print(e:match "^%a+", e:find("got", 1, true), #e:gsub("%s", ""), e:upper():sub(1, 9), e:len() == #tostring(e))
print(e:gsub("%a+", function(word) return word == "string" and "text" or nil end))
-- Its own fields come first; what it has not is nil.
print(e.kind, e.message, e.errno, e.nothing, e[1])
for _, f in ipairs { function() return e .. {} end, function() return {} .. e end, function() return e:rep "x" end, function() return e.find() end } do
  print(select(2, pcall(f)))
end
-- The methods work on strings as ever, and errors are still tables that other code can tell apart.
print(e.match("abc", "b"), type(e), rawequal(select(2, pcall(error, e)), e))
