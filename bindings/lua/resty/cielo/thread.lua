-- What runs on a thread of nginx, in a Lua state of its own that knows neither
-- clients nor requests: the wait for a disk.

local core = require "cielo.core"

local thread = {}

function thread.probe() return true end

-- Gives the errno, 0 when all that was written is on disk.
function thread.sync(fd) return core.fdatasync(fd) end

return thread
