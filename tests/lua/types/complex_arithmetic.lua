--| 0.2	0.4
--| -1.0	-2.0
--| 2.0	2.0
--| 2.0	4.0
--| 0.0	2.0
-- The arithmetic of complex values, with plain numbers on either side.
local ct = require "ctypes"
local function show(z) print(z.re, z.im) end
show(ct.complex(1, 0) / ct.complex(1, -2))
show(-ct.complex(1, 2))
show(1 + ct.complex(1, 2))
show(ct.complex(1, 2) * 2)
show(ct.complex(1, 2) - 1)
