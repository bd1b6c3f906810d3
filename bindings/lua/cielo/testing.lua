-- A local Cielo for a program's own specs: started here, or taken by its address.
--
--     local testing = require "cielo.testing"
--     local sandbox
--     setup(function() sandbox = testing.sandbox() end)
--     before_each(function() sandbox:reset() end)
--     teardown(function() sandbox:stop() end)
--     it("sells", function()
--       local client = assert(cielo.new(sandbox.options))
local cielo = require "cielo"

local testing = {}

local Sandbox = {}
Sandbox.__index = Sandbox

local function options_of(base_url)
  return {
    base_url = base_url,
    merchant_id = "00000000-0000-0000-0000-000000000001", merchant_key = "any-key",
    client_id = "00000000-0000-0000-0000-000000000002", client_secret = "any-secret",
    checkout_merchant_id = "00000000-0000-0000-0000-000000000003",
  }
end

-- The shell's own process becomes the server, so that its number is known.
local function start(command)
  local pipe = assert(io.popen("echo $$; exec " .. command .. " --port 0", "r"))
  local pid = pipe:read("*l")
  local line = pipe:read("*l")
  local base_url = line and line:match("http://%S+")
  if not base_url then
    pipe:close()
    error("the local Cielo did not start: " .. (line or command .. " said nothing"), 3)
  end
  return pipe, pid, base_url
end

--- `options.base_url`, else CIELO_BASE_URL, is one that runs already; otherwise
--- one is started by `options.command` ("cielo-sandbox") on a free port.
--- Gives its `base_url` and the `options` of a client for it.
function testing.sandbox(options)
  options = options or {}
  local self = setmetatable({}, Sandbox)
  self.base_url = options.base_url or os.getenv("CIELO_BASE_URL")
  if not self.base_url then
    self.pipe, self.pid, self.base_url = start(options.command or "cielo-sandbox")
  end
  self.options = options_of(self.base_url)
  return self
end

local function post(self, name, body)
  local client = assert(cielo.new(options_of(self.base_url)))
  local done, message = client:request("POST", "/_sandbox/" .. name, body)
  client:close()
  if not done then
    error(message, 3)
  end
end

--- Empty books, no faults, real time.
function Sandbox:reset()
  post(self, "reset")
end

--- What goes wrong from now on, as docs/sandbox.md lists it; {} ends it.
function Sandbox:faults(faults)
  post(self, "faults", faults)
end

--- Moves its clock forward.
function Sandbox:advance(seconds)
  post(self, "clock", {advance_seconds = seconds})
end

--- Ends the one that was started here; leaves another alone.
function Sandbox:stop()
  if self.pipe then
    os.execute("kill " .. self.pid)
    self.pipe:close()
    self.pipe = nil
  end
end

return testing
