---@meta ctypes

-- Annotations for editors (LuaLS): what `require "ctypes"` gives. Nothing here runs.

---@class ctypes
local ctypes = {}

---A C type. Called, it makes an object: `ct.c_int(5)`.
---@class ctypes.Type
---@field __name string as in C or ctypes: `c_int`, `Complex`, `c_double_Array_10`, `LP_c_int`
---@field _type_ any items' or target's type, or the code of a simple type
---@field _length_? integer number of items of an array type
---@field _fields_? ctypes.Field[] of a structure or union; may be set once
---@field _pack_? integer
---@field __ctype_be__ ctypes.Type the big-endian twin
---@field __ctype_le__ ctypes.Type the little-endian twin
---@field [string] any fields' descriptors, methods and metamethods of a structure or union
---@operator call: ctypes.Object
---@operator mul(integer): ctypes.Type
local Type = {}

---A view of the memory at `address`, which nobody checks.
---@param address integer
---@return ctypes.Object
function Type:from_address(address) end

---A view of the memory of `object`, from byte `offset` on; too small is a `ValueError`.
---@param object ctypes.Object
---@param offset? integer bytes
---@return ctypes.Object
function Type:from_buffer(object, offset) end

---A copy of the bytes of an object or a string, from byte `offset` on.
---@param source ctypes.Object|string
---@param offset? integer bytes
---@return ctypes.Object
function Type:from_buffer_copy(source, offset) end

---The variable `name` that `library` exports.
---@param library ctypes.Library
---@param name string
---@return ctypes.Object
function Type:in_dll(library, name) end

---What `value` becomes as an argument of this type.
---@param value any
---@return any
function Type:from_param(value) end

---`{ name, type }`, or `{ name, type, bits }` for a bit field.
---@alias ctypes.Field [string, ctypes.Type]|[string, ctypes.Type, integer]

---Where a field lies: `T.field`.
---@class ctypes.Descriptor
---@field offset integer bytes; of a bit field: of its storage unit
---@field size integer bytes; of a bit field: of its storage unit
---@field bit_offset? integer bits from the unit's least significant one
---@field bit_size? integer bits

---A C value: a scalar, structure, union, array, pointer or function.
---@class ctypes.Object
---@field value any of scalars and character arrays
---@field raw string all bytes of a `c_char` array
---@field [string] any fields of a structure or union
---@field [integer] any items of an array, from 0; of a pointer, unchecked
---@operator len: integer
---@operator add(integer): ctypes.Pointer
---@operator sub(integer): ctypes.Pointer
local Object = {}

---All items as a table; `t[1]` is item 0.
---@return any[]
function Object:totable() end

---Stores `items[1]`, `items[2]` ... from item 0 on; more than fit is an `IndexError`.
---@param items any[]
function Object:set(items) end

---Stores `value` in every item.
---@param value any
function Object:fill(value) end

---An array of its own with the same items.
---@return ctypes.Object
function Object:copy() end

---Items `first` up to and without `last`; a string for `c_char` and `c_wchar`.
---@param first integer
---@param last integer
---@param step? integer
---@return any[]|string
function Object:slice(first, last, step) end

---Yields `(index, value)` from index 0.
---@return fun(): integer?, any
function Object:iter() end

---@class ctypes.Pointer: ctypes.Object
---@field contents ctypes.Object shares the target's memory; assigning retargets

---A C function, or a callback. Called, it calls C.
---@class ctypes.Function: ctypes.Object
---@field restype ctypes.Type|fun(result: integer): any|nil the result's type; unset: `c_int`; `nil`: no result
---@field argtypes (ctypes.Type|{ from_param: fun(value: any): any })[]|nil
---@field errcheck? fun(result: any, fn: ctypes.Function, args: any[]): any what it returns is the result
---@field address integer
---@field name string
---@operator call: any
local Function = {}

---Applies a function of scalars to whole arrays; scalars are repeated. The last array may be the result's.
---@param first ctypes.Object|number
---@param ... ctypes.Object|number
---@return ctypes.Object
function Function:map(first, ...) end

---Ends a callback; C calling it afterwards stops the process with a message.
function Function:free() end

---A loaded library: `lib.name` is the C function `name`.
---@class ctypes.Library
---@field _name string as it was asked for
---@field _path string the file
---@field _handle integer the loader's handle
---@field [string] ctypes.Function

---An error of the module. `tostring` gives kind and message.
---@class ctypes.Error : string
---@field kind ctypes.ErrorKind
---@field message string
---@field traceback string
---@field errno? integer of an `OSError`
---@field winerror? integer of an `OSError` on Windows

---@alias ctypes.ErrorKind
---| "ArgumentError"
---| "TypeError"
---| "ValueError"
---| "IndexError"
---| "AttributeError"
---| "OverflowError"
---| "OSError"
---| "NullPointerError"
---| "MemoryError"
---| "PermissionError"

---A complex number, with arithmetic.
---@class ctypes.Complex
---@field re number
---@field im number
---@operator add(ctypes.Complex|number): ctypes.Complex
---@operator sub(ctypes.Complex|number): ctypes.Complex
---@operator mul(ctypes.Complex|number): ctypes.Complex
---@operator div(ctypes.Complex|number): ctypes.Complex
---@operator unm: ctypes.Complex

-- Simple types

---@type ctypes.Type
ctypes.c_bool = nil
---@type ctypes.Type
ctypes.c_char = nil
---@type ctypes.Type
ctypes.c_wchar = nil
---@type ctypes.Type
ctypes.c_byte = nil
---@type ctypes.Type
ctypes.c_ubyte = nil
---@type ctypes.Type
ctypes.c_short = nil
---@type ctypes.Type
ctypes.c_ushort = nil
---@type ctypes.Type
ctypes.c_int = nil
---@type ctypes.Type
ctypes.c_uint = nil
---@type ctypes.Type
ctypes.c_long = nil
---@type ctypes.Type
ctypes.c_ulong = nil
---@type ctypes.Type
ctypes.c_longlong = nil
---@type ctypes.Type
ctypes.c_ulonglong = nil
---@type ctypes.Type
ctypes.c_int8 = nil
---@type ctypes.Type
ctypes.c_uint8 = nil
---@type ctypes.Type
ctypes.c_int16 = nil
---@type ctypes.Type
ctypes.c_uint16 = nil
---@type ctypes.Type
ctypes.c_int32 = nil
---@type ctypes.Type
ctypes.c_uint32 = nil
---@type ctypes.Type
ctypes.c_int64 = nil
---@type ctypes.Type
ctypes.c_uint64 = nil
---@type ctypes.Type
ctypes.c_size_t = nil
---@type ctypes.Type
ctypes.c_ssize_t = nil
---@type ctypes.Type
ctypes.c_intptr_t = nil
---@type ctypes.Type
ctypes.c_uintptr_t = nil
---@type ctypes.Type
ctypes.c_time_t = nil
---@type ctypes.Type
ctypes.c_float = nil
---@type ctypes.Type
ctypes.c_double = nil
---@type ctypes.Type
ctypes.c_longdouble = nil
---@type ctypes.Type
ctypes.c_float_complex = nil
---@type ctypes.Type
ctypes.c_double_complex = nil
---@type ctypes.Type
ctypes.c_longdouble_complex = nil
---@type ctypes.Type `char *`: a string argument is copied, a result is a Lua string
ctypes.c_char_p = nil
---@type ctypes.Type `wchar_t *`, converted from and to UTF-8
ctypes.c_wchar_p = nil
---@type ctypes.Type `void *`
ctypes.c_void_p = nil
---@type ctypes.Type another name of `c_void_p`
ctypes.c_voidp = nil
---@type ctypes.Type `const char *`: passes the Lua string without a copy
ctypes.const_char_p = nil
---@type ctypes.Type
ctypes.HRESULT = nil
---@type ctypes.Type Windows' boolean of 16 bits
ctypes.VARIANT_BOOL = nil
---@type ctypes.Type only as `restype`
ctypes.void = nil

---Windows' types, with Windows' sizes on every platform.
---@type table<string, ctypes.Type>
ctypes.wintypes = nil

-- Making types

---@class ctypes.RecordOptions
---@field pack? integer no field is aligned to more bytes than this
---@field align? integer the least alignment of the whole, in bytes
---@field anonymous? string[] fields whose members are members of the record too
---@field base? ctypes.Type its fields come first
---@field layout? "sysv"|"ms" whose bit field rules

---@param name string
---@param fields? ctypes.Field[] may be left out and set once later as `T._fields_`
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.Structure(name, fields, options) end

---@param name string
---@param fields? ctypes.Field[]
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.Union(name, fields, options) end

---@param name string
---@param fields? ctypes.Field[]
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.BigEndianStructure(name, fields, options) end

---@param name string
---@param fields? ctypes.Field[]
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.LittleEndianStructure(name, fields, options) end

---@param name string
---@param fields? ctypes.Field[]
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.BigEndianUnion(name, fields, options) end

---@param name string
---@param fields? ctypes.Field[]
---@param options? ctypes.RecordOptions
---@return ctypes.Type
function ctypes.LittleEndianUnion(name, fields, options) end

---The array type `T * n`.
---@param T ctypes.Type
---@param n integer
---@return ctypes.Type
function ctypes.ARRAY(T, n) end

---The type of pointers to `T`; one object per `T`.
---@param T ctypes.Type
---@return ctypes.Type
function ctypes.POINTER(T) end

---A function type. Called with a Lua function it makes a callback, with an address or `{ name, lib }` a function.
---@param restype ctypes.Type|nil
---@param ... ctypes.Type|{ use_errno?: boolean, use_last_error?: boolean } parameter types; options last
---@return ctypes.Type
function ctypes.CFUNCTYPE(restype, ...) end

---`CFUNCTYPE` with Windows' calling convention.
---@param restype ctypes.Type|nil
---@param ... ctypes.Type|{ use_errno?: boolean, use_last_error?: boolean }
---@return ctypes.Type
function ctypes.WINFUNCTYPE(restype, ...) end

---A parameter that takes a table and copies its items back after the call.
---@param T ctypes.Type the items' type
---@return any
function ctypes.inout(T) end

---A parameter that fills a table with `n` items.
---@param T ctypes.Type the items' type
---@param n integer
---@return any
function ctypes.out(T, n) end

-- Pointers and memory

---`&object`, as an object.
---@param object ctypes.Object
---@return ctypes.Pointer
function ctypes.pointer(object) end

---`&object` plus `offset` bytes, for an argument.
---@param object ctypes.Object
---@param offset? integer
---@return any
function ctypes.byref(object, offset) end

---The same address under another pointer type; keeps the source alive.
---@param object any
---@param T ctypes.Type
---@return any
function ctypes.cast(object, T) end

---@param object ctypes.Object
---@return integer
function ctypes.addressof(object) end

---Takes `nil`, pointers, `c_void_p`, `c_char_p`, `c_wchar_p` and functions.
---@param pointer any
---@return boolean
function ctypes.is_null(pointer) end

---Bytes.
---@param x ctypes.Type|ctypes.Object
---@return integer
function ctypes.sizeof(x) end

---Bytes.
---@param x ctypes.Type|ctypes.Object
---@return integer
function ctypes.alignment(x) end

---The memory layout (offset, size, padding) as text.
---@param T ctypes.Type
---@return string
function ctypes.layout(T) end

---A `c_char` array: zeroed, or with the bytes of a string and a NUL.
---@param init integer|string
---@param size? integer bytes
---@return ctypes.Object
function ctypes.create_string_buffer(init, size) end

---The older name of `create_string_buffer`.
ctypes.c_buffer = ctypes.create_string_buffer

---A `c_wchar` array: zeroed, or with the characters of UTF-8 text and a NUL.
---@param init integer|string
---@param size? integer characters
---@return ctypes.Object
function ctypes.create_unicode_buffer(init, size) end

---The bytes at `pointer`: `n` of them, or up to a NUL.
---@param pointer any
---@param n? integer bytes
---@return string
function ctypes.string_at(pointer, n) end

---The wide characters at `pointer` as UTF-8: `n` of them, or up to a NUL.
---@param pointer any
---@param n? integer characters
---@return string
function ctypes.wstring_at(pointer, n) end

---A view of `n` bytes at `pointer`, items 0 to 255.
---@param pointer any
---@param n integer bytes
---@param readonly? boolean
---@return ctypes.Object
function ctypes.memoryview_at(pointer, n, readonly) end

---@param to any
---@param from any
---@param n integer bytes
---@return integer address of `to`
function ctypes.memmove(to, from, n) end

---@param to any
---@param byte integer
---@param n integer bytes
---@return integer address of `to`
function ctypes.memset(to, byte, n) end

---Gives an object that owns its memory room for `n` bytes; a `ValueError` while views of it live.
---@param object ctypes.Object
---@param n integer bytes
function ctypes.resize(object, n) end

-- Libraries

---@class ctypes.LibraryOptions
---@field mode? integer `ctypes.RTLD_LOCAL` (the default) or `ctypes.RTLD_GLOBAL`
---@field handle? integer an open handle; nothing is loaded
---@field use_errno? boolean
---@field use_last_error? boolean Windows
---@field strict? boolean functions must be declared before they are called
---@field winmode? integer flags of `LoadLibraryEx`

---Loads a library by soname or path; `nil` is the running program.
---@param name string|nil
---@param options? ctypes.LibraryOptions
---@return ctypes.Library
function ctypes.CDLL(name, options) end

---@param name string
---@param options? ctypes.LibraryOptions
---@return ctypes.Library
function ctypes.WinDLL(name, options) end

---@param name string
---@param options? ctypes.LibraryOptions
---@return ctypes.Library
function ctypes.OleDLL(name, options) end

---`cdll["libm.so.6"]` loads once and remembers.
---@class ctypes.Loader
---@field LoadLibrary fun(name: string): ctypes.Library
---@field [string] ctypes.Library

---@type ctypes.Loader
ctypes.cdll = nil
---@type ctypes.Loader
ctypes.windll = nil
---@type ctypes.Loader
ctypes.oledll = nil

---@type integer
ctypes.RTLD_GLOBAL = nil
---@type integer
ctypes.RTLD_LOCAL = nil
---@type integer what `mode` is when left out
ctypes.DEFAULT_MODE = nil

---The soname of a library by its short name, or `nil`; starts no helper program.
---@param name string `m`, `libm` or `libm.so.6`
---@return string?
function ctypes.find_library(name) end

---A fresh function object with settings of its own; also for symbols that begin with `_`.
---@param library ctypes.Library
---@param name string
---@return ctypes.Function
function ctypes.symbol(library, name) end

---The exported names, sorted, and the demangled form of each C++ or Rust name.
---@param library ctypes.Library
---@return string[] names
---@return table<string, string> demangled
function ctypes.symbols(library) end

---Unloads a library; its functions and variables then raise.
---@param library ctypes.Library
function ctypes.close(library) end

ctypes.util = {}

---@param name string
---@return string?
function ctypes.util.find_library(name) end

---Paths of the libraries loaded in this process.
---@return string[]
function ctypes.util.dllist() end

-- Errors of the system

---The private `errno` of libraries opened with `use_errno`.
---@return integer
function ctypes.get_errno() end

---@param value integer
---@return integer old the value before
function ctypes.set_errno(value) end

---@return integer
function ctypes.get_last_error() end

---@param value integer
---@return integer old the value before
function ctypes.set_last_error(value) end

---@return integer
function ctypes.GetLastError() end

---@param code? integer
---@return string
function ctypes.FormatError(code) end

---An `OSError` value for a Windows error code; raises nothing.
---@param code? integer
---@param text? string
---@return ctypes.Error
function ctypes.WinError(code, text) end

-- The rest

---The simple types of another platform, `i386-linux` for one, or of a library's.
---@param platform string|ctypes.Library
---@return table<string, ctypes.Type>
function ctypes.abi(platform) end

---@type integer bytes of the platform's `time_t`
ctypes.SIZEOF_TIME_T = nil
---@type string
ctypes._VERSION = nil

---Copies every public name into the globals.
function ctypes.import() end

---Nanoseconds for one call of `fn` with these arguments.
---@param fn ctypes.Function
---@param ... any
---@return number
function ctypes.time(fn, ...) end

---@param re number
---@param im? number
---@return ctypes.Complex
function ctypes.complex(re, im) end

---An integer's 64 bits as unsigned decimal text.
---@param value integer
---@return string
function ctypes.u64(value) end

return ctypes
