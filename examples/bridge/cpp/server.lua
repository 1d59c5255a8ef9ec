-- Runs in the 32-bit process, where the library is loaded.
local bridge = require "bridge"
local ct = require "ctypes"
local points = require "points"

local Points = ct.Structure("Points", { { "count", ct.c_int }, { "points", ct.POINTER(points.Point) } })

return function(args)
  local Cpp = bridge.Server32(args.library)
  local lib = Cpp.lib

  lib.add.argtypes, lib.add.restype = { ct.c_int, ct.c_int }, ct.c_int
  lib.subtract.argtypes, lib.subtract.restype = { ct.c_float, ct.c_float }, ct.c_float
  lib.add_or_subtract.argtypes = { ct.c_double, ct.c_double, ct.c_bool }
  lib.add_or_subtract.restype = ct.c_double
  lib.scalar_multiply.argtypes = { ct.c_double, ct.POINTER(ct.c_double), ct.c_int, ct.POINTER(ct.c_double) }
  lib.scalar_multiply.restype = nil
  lib.reverse_string.argtypes, lib.reverse_string.restype = { ct.c_char_p, ct.c_int, ct.POINTER(ct.c_char) }, nil
  lib.reversed_copy.argtypes, lib.reversed_copy.restype = { ct.c_char_p }, ct.POINTER(ct.c_char)
  lib.free_string.argtypes, lib.free_string.restype = { ct.POINTER(ct.c_char) }, nil
  lib.path_of_four.argtypes, lib.path_of_four.restype = { points.FourPoints }, ct.c_double
  lib.path_of_many.argtypes, lib.path_of_many.restype = { Points }, ct.c_double
  lib.path_new.argtypes, lib.path_new.restype = {}, ct.c_void_p
  lib.path_add.argtypes, lib.path_add.restype = { ct.c_void_p, points.Point }, nil
  lib.path_length.argtypes, lib.path_length.restype = { ct.c_void_p }, ct.c_double
  lib.path_delete.argtypes, lib.path_delete.restype = { ct.c_void_p }, nil

  Cpp.bits = ct.sizeof(ct.c_void_p) * 8

  function Cpp:add(a, b) return self.lib.add(a, b) end
  function Cpp:subtract(a, b) return self.lib.subtract(a, b) end
  function Cpp:add_or_subtract(a, b, do_addition) return self.lib.add_or_subtract(a, b, do_addition) end

  function Cpp:scalar_multiply(factor, values)
    local out = (ct.c_double * #values)()
    self.lib.scalar_multiply(factor, values, #values, out)
    return out:totable()
  end

  function Cpp:reverse_string(text)
    local buffer = ct.create_string_buffer(#text)
    self.lib.reverse_string(text, #text, buffer)
    return buffer.raw
  end

  function Cpp:reversed_copy(text)
    local copy = self.lib.reversed_copy(text)
    local reversed = ct.string_at(copy)
    self.lib.free_string(copy)
    return reversed
  end

  function Cpp:path_of_four(corners) return self.lib.path_of_four(corners) end

  function Cpp:path_of_many(list)
    local array = (points.Point * #list)(table.unpack(list))
    return self.lib.path_of_many(Points(#list, array))
  end

  -- Objects of the library stay here; the client has numbers for them.
  local paths = {}

  function Cpp:new_path()
    paths[#paths + 1] = self.lib.path_new()
    return #paths
  end

  function Cpp:extend_path(number, ...)
    for _, point in ipairs { ... } do self.lib.path_add(paths[number], point) end
    return self.lib.path_length(paths[number])
  end

  function Cpp:shutdown_handler()
    for _, path in ipairs(paths) do self.lib.path_delete(path) end
    print(#paths .. " path deleted")
  end

  return Cpp
end
