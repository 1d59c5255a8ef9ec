--| by print
--| without an end of line, by C
--| past all buffers
--| on stderr
--| said all	true	xxx
--|
--| true
--| true	the end	on stderr
--|
--| 0	0
--| aloud
--| aloud
--|
-- What a module and its libraries print is kept, as far as there is room, and never stops them.
local bridge = require "bridge"

local client <close> = bridge.Client("talking", { append_path = "../served" })
client:say "by print"
client:mutter "without an end of line, "
client:in_c "by C"
client:complain "on stderr\n"
client:directly "past all buffers\n"
io.write(client.stdout, client.stderr)

-- The end is kept, not all of it.
print(client:flood(100), #client.stdout < 1 << 20, client.stdout:sub(-4))
client:mutter "the end"
print(client.stdout:sub(-11, -1) == "xxx\nthe end")

-- Ending it gives what there is; a new process begins with nothing.
local stdout, stderr = client:shutdown()
print(stdout == client.stdout, stdout:sub(-7), stderr)
client:restart()
print(#client.stdout, #client.stderr)

-- Not quiet: it appears here as well.
io.stdout:flush()
local loud <close> = bridge.Client("talking", { append_path = "../served", quiet = false })
loud:say "aloud"
local said = loud:shutdown()
print(said)
