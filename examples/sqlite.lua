--| 1	Sputnik 1	83.6	nil
--| 2	Vanguard 1	1.47	still up there
--| 3	Explorer 7	41.5	nil
--| mean mass: 42.19 kg
--| by name, backwards: Vanguard 1, Sputnik 1, Explorer 7
--| sqlite3_prepare_v2: no such table: rockets
-- A database in memory through SQLite: opaque handles, an out parameter that is a pointer, NULL columns, a collation
-- and a row callback written in Lua.
local ct = require "ctypes"

local name = ct.find_library "sqlite3"
if not name then
  print "SQLite is not installed (Debian: apt-get install libsqlite3-0)"
  return
end
local sqlite = ct.CDLL(name)

-- Only SQLite knows what these hold; a pointer to an incomplete type keeps one kind of handle from being passed as another.
local Database = ct.POINTER(ct.Structure "sqlite3")
local Statement = ct.POINTER(ct.Structure "sqlite3_stmt")
local Compare = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_int, ct.c_void_p, ct.c_int, ct.c_void_p)
local EachRow = ct.CFUNCTYPE(ct.c_int, ct.c_void_p, ct.c_int, ct.POINTER(ct.c_char_p), ct.POINTER(ct.c_char_p))

local OK, ROW, DONE = 0, 100, 101
local NULL, UTF8 = 5, 1

local function declare(fn_name, restype, ...)
  local fn = sqlite["sqlite3_" .. fn_name]
  fn.restype, fn.argtypes = restype, { ... }
  return fn
end

local errmsg = declare("errmsg", ct.c_char_p, Database)
local open = declare("open", ct.c_int, ct.c_char_p, ct.POINTER(Database))
local close = declare("close", ct.c_int, Database)
local prepare = declare("prepare_v2", ct.c_int, Database, ct.c_char_p, ct.c_int, ct.POINTER(Statement), ct.c_void_p)
local step = declare("step", ct.c_int, Statement)
local finalize = declare("finalize", ct.c_int, Statement)
local column_count = declare("column_count", ct.c_int, Statement)
local column_type = declare("column_type", ct.c_int, Statement, ct.c_int)
local column_text = declare("column_text", ct.c_char_p, Statement, ct.c_int)
local bind_double = declare("bind_double", ct.c_int, Statement, ct.c_int, ct.c_double)
local bind_text = declare("bind_text", ct.c_int, Statement, ct.c_int, ct.c_char_p, ct.c_int, ct.c_void_p)
local create_collation =
  declare("create_collation", ct.c_int, Database, ct.c_char_p, ct.c_int, ct.c_void_p, Compare)
local exec = declare("exec", ct.c_int, Database, ct.c_char_p, EachRow, ct.c_void_p, ct.c_void_p)

-- SQLite copies a text bound with this "destructor" at once.
local TRANSIENT = -1

local handle = Database()
assert(open(":memory:", ct.byref(handle)) == OK)

local function check(code, fn)
  if code ~= OK and code ~= ROW and code ~= DONE then error(fn.name .. ": " .. errmsg(handle), 0) end
  return code
end
for _, fn in ipairs { prepare, step, bind_double, bind_text, create_collation, exec } do fn.errcheck = check end

-- Runs `sql` with its values bound; yields each row as a list of texts, nil where the column is NULL.
local function query(sql, ...)
  local statement = Statement()
  prepare(handle, sql, -1, ct.byref(statement), nil)
  for i, value in ipairs { ... } do
    if type(value) == "number" then
      bind_double(statement, i, value)
    else
      bind_text(statement, i, value, #value, TRANSIENT)
    end
  end
  return function()
    if step(statement) == DONE then
      finalize(statement)
      return nil
    end
    local row = {}
    for i = 0, column_count(statement) - 1 do
      row[i + 1] = column_type(statement, i) ~= NULL and column_text(statement, i) or nil
    end
    return row
  end
end

local function run(sql, ...)
  for _ in query(sql, ...) do end
end

run "CREATE TABLE satellites (id INTEGER PRIMARY KEY, name TEXT, mass REAL, note TEXT)"
local insert = "INSERT INTO satellites (name, mass) VALUES (?, ?)"
run(insert, "Sputnik 1", 83.6)
run(insert, "Vanguard 1", 1.47)
run(insert, "Explorer 7", 41.5)
run("UPDATE satellites SET note = ? WHERE mass < ?", "still up there", 2.0)

for row in query "SELECT id, name, mass, note FROM satellites ORDER BY id" do
  print(row[1], row[2], row[3], row[4])
end

for row in query "SELECT round(avg(mass), 2) FROM satellites" do
  print(("mean mass: %s kg"):format(row[1]))
end

-- A collation is a comparator that SQLite keeps: it lives as long as the library, or until it is freed.
local backwards = Compare(function(_, a_length, a, b_length, b)
  local left, right = ct.string_at(a, a_length), ct.string_at(b, b_length)
  return left < right and 1 or left > right and -1 or 0
end)
create_collation(handle, "BACKWARDS", UTF8, nil, backwards)

local names = {}
exec(handle, "SELECT name FROM satellites ORDER BY name COLLATE BACKWARDS", function(_, _, values)
  names[#names + 1] = values[0]
  return 0
end, nil, nil)
print("by name, backwards: " .. table.concat(names, ", "))

local ok, err = pcall(query, "SELECT * FROM rockets")
print(ok or err)
close(handle)
