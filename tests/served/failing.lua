-- Fails in every way.
local ct = require "ctypes"

local failing = {}

function failing.text(message) error(message) end

function failing.kinded() return ct.c_int("x") end

function failing.inner()
  local function deeper() failing.text "from below" end
  deeper()
end

function failing.value() error { code = 42, more = { "kept" } } end

function failing.strange() error(setmetatable({}, { __tostring = function() return "a strange error" end })) end

function failing.nothing() error(nil) end

function failing.hopeless() error(setmetatable({}, { __tostring = function() error "even this" end, __index = error })) end

function failing.printing()
  print "printed before"
  io.stderr:write "and on stderr\n"
  error "after printing"
end

function failing.deep() return 1 + failing.deep() end

failing.property = setmetatable({}, { __index = function() error "no property" end })

return setmetatable(failing, {
  __index = function(_, name)
    if name == "computed" then return os.time() > 0 end
    if name == "broken" then error "the property is broken" end
  end,
})
