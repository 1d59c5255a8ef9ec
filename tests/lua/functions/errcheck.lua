--- needs: gcc
--| add	2	2	3
--| five
--| 7	8
--| OSError: no luck
--| TypeError
--| 5
-- errcheck sees result, function and arguments; what it returns is the result.
local ct = require "ctypes"
local lib = ct.CDLL(os.getenv "MOONGLUE_FIXTURES" .. "/libscalars.so")
lib.add.errcheck = function(result, fn, args)
  print(fn.name, args.n, args[1], args[2])
  return result == 5 and "five" or result
end
print(lib.add(2, 3))
-- Returning the argument list itself means: as usual.
lib.add.errcheck = function(result, fn, args) return args end
io.write(lib.add(3, 4), "\t")
lib.add.errcheck = function(result) return result end
print(lib.add(4, 4))
lib.add.errcheck = function() error("OSError: no luck", 0) end
print(select(2, pcall(lib.add, 1, 1)))
print(select(2, pcall(function() lib.add.errcheck = 5 end)).kind)
lib.add.errcheck = nil
print(lib.add(2, 3))
