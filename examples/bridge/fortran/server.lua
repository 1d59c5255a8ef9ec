-- Runs in the 32-bit process, where the library is loaded. Fortran takes everything by reference.
local bridge = require "bridge"
local ct = require "ctypes"

return function(args)
  local Fortran = bridge.Server32(args.library, "cdll")

  -- A method for a function that takes references to scalars of these types.
  local function method(name, restype, ...)
    local fn, types = Fortran.lib[name], { ... }
    local references = {}
    for k, ty in ipairs(types) do references[k] = ct.POINTER(ty) end
    fn.restype, fn.argtypes = restype, references
    Fortran[name] = function(...)
      local objects = {}
      for k, ty in ipairs(types) do objects[k] = ct.byref(ty((select(k, ...)))) end
      return fn(table.unpack(objects))
    end
  end

  method("sum_8bit", ct.c_int8, ct.c_int8, ct.c_int8)
  method("sum_16bit", ct.c_int16, ct.c_int16, ct.c_int16)
  method("sum_32bit", ct.c_int32, ct.c_int32, ct.c_int32)
  method("sum_64bit", ct.c_int64, ct.c_int64, ct.c_int64)
  method("multiply_float32", ct.c_float, ct.c_float, ct.c_float)
  method("multiply_float64", ct.c_double, ct.c_double, ct.c_double)
  method("is_positive", ct.c_bool, ct.c_double)
  method("add_or_subtract", ct.c_int32, ct.c_int32, ct.c_int32, ct.c_bool)
  method("factorial", ct.c_double, ct.c_int8)
  method("bessel_first", ct.c_double, ct.c_double)

  local count, doubles = ct.POINTER(ct.c_int32), ct.POINTER(ct.c_double)

  local function array(values) return (ct.c_double * #values)(table.unpack(values)) end

  Fortran.lib.standard_deviation.argtypes, Fortran.lib.standard_deviation.restype = { doubles, count }, ct.c_double
  function Fortran:standard_deviation(values)
    return self.lib.standard_deviation(array(values), ct.byref(ct.c_int32(#values)))
  end

  Fortran.lib.reverse_string.argtypes = { ct.c_char_p, count, ct.POINTER(ct.c_char) }
  Fortran.lib.reverse_string.restype = nil
  function Fortran:reverse_string(text)
    local reversed = ct.create_string_buffer(#text)
    self.lib.reverse_string(text, ct.byref(ct.c_int32(#text)), reversed)
    return reversed.raw
  end

  Fortran.lib.add_arrays.argtypes, Fortran.lib.add_arrays.restype = { doubles, doubles, doubles, count }, nil
  function Fortran:add_arrays(a, b)
    local total = (ct.c_double * #a)()
    self.lib.add_arrays(total, array(a), array(b), ct.byref(ct.c_int32(#a)))
    return total:totable()
  end

  -- Matrices as lists of rows; Fortran has them column by column.
  local function by_columns(matrix)
    local values = {}
    for column = 1, #matrix[1] do
      for _, row in ipairs(matrix) do values[#values + 1] = row[column] end
    end
    return array(values)
  end

  Fortran.lib.matrix_multiply.argtypes = { doubles, doubles, doubles, count, count, count }
  Fortran.lib.matrix_multiply.restype = nil
  function Fortran:matrix_multiply(a, b)
    local rows, inner, columns = #a, #b, #b[1]
    local product = (ct.c_double * (rows * columns))()
    local sizes = { ct.c_int32(rows), ct.c_int32(inner), ct.c_int32(columns) }
    self.lib.matrix_multiply(product, by_columns(a), by_columns(b), ct.byref(sizes[1]), ct.byref(sizes[2]), ct.byref(sizes[3]))
    local result = {}
    for row = 1, rows do
      result[row] = {}
      for column = 1, columns do result[row][column] = product[(column - 1) * rows + row - 1] end
    end
    return result
  end

  return Fortran
end
