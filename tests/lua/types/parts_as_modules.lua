--| true	true
--| AttributeError: ctypes.util has no 'find_libary', did you mean 'find_library'?
--| AttributeError: wintypes has no 'DWROD', did you mean 'DWORD'?
-- `ctypes.util` and `ctypes.wintypes` are modules too, as in Python; their misspelt names are errors as well.
local ct = require "ctypes"
print(require "ctypes.util" == ct.util, require "ctypes.wintypes" == ct.wintypes)
print((select(2, pcall(function() return ct.util.find_libary end))))
print((select(2, pcall(function() return ct.wintypes.DWROD end))))
