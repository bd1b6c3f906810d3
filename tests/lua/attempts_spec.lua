-- on_attempt: each request is told of as it ends.

local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
local core = require "cielo.core"
support.stress()

-- What was told, and a client that tells it there.
local function telling(child, options)
  local told, extra = {}, options or {}
  extra.on_attempt = extra.on_attempt
    or function(attempt) told[#told + 1] = attempt end
  return support.connect(child, extra), told
end

describe("on_attempt", function()
  local child
  setup(function() child = support.sandbox() end)
  teardown(function() child:stop() end)

  it("is told of each request, with its facts", function()
    local client, told = telling(child)
    assert.equal(0, #assert(client.sales:find("told1")))
    local attempt = told[1]
    assert.equal(1, #told)
    assert.equal("sale_find", attempt.operation)
    assert.equal("told1", attempt.order)
    assert.equal("GET", attempt.method)
    assert.equal(404, attempt.http_status)
    assert.equal("yes", attempt.sent)
    assert.is_nil(attempt.cause)
    assert.equal("number", type(attempt.ms))
    assert(client.sales:create(support.sale("told2")))
    assert.is_false(support.shows(tostring(told[2]), support.MERCHANT_KEY))
    assert.equal("POST", told[2].method)
    client:with_options{ timeout = 9000 }.sales:find("told3")
    assert.equal("told3", told[3].order)
    client:close()
  end)

  it("changes nothing when it raises, and standard error says so", function()
    local lines, stderr = {}, io.stderr
    io.stderr = { write = function(_, ...) -- luacheck: ignore
      lines[#lines + 1] = table.concat { ... }
    end }
    local client = telling(child, { on_attempt = function() error "mine" end })
    local found = client.sales:find("told4")
    io.stderr = stderr -- luacheck: ignore
    assert.equal(0, #found)
    assert.matches("^cielo: on_attempt raised: .*mine\n$", lines[1])
    assert.equal(1, #lines)
  end)

  it("may call", function()
    local client, other, told = nil, support.connect(child), {}
    client = telling(child, { on_attempt = function(attempt)
      told[#told + 1] = attempt.order
      if attempt.order == "told5" then
        assert(client.sales:find("told6"))
        assert(other.sales:find("told7"))
      end
    end })
    assert(client.sales:find("told5"))
    assert.same({ "told5", "told6" }, told)
  end)

  it("is told of many calls, of those that a loop left too", function()
    local client, told = telling(child)
    local count = 0
    for _ in client:many("sales.find", { "m1", "m2", "m3", "m4" }) do
      count = count + 1
    end
    assert.equal(4, count)
    assert.equal(4, #told)
    local outcomes = client:many("sales.find", { "m5", "m6", "m7" })
    outcomes()
    outcomes:close()
    assert.equal(7, #told)
  end)

  it("goes with its client, whom it knows", function()
    local seen = setmetatable({}, { __mode = "k" })
    do
      local client
      client = telling(child, { on_attempt = function() return client end })
      seen[core.handle(client)] = true
    end
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(seen))
  end)

  it("is a function, and given to new", function()
    local ok, message = pcall(cielo.new, { on_attempt = "print" })
    assert.is_false(ok)
    assert.matches("on_attempt: function expected, got string", message)
    local client = telling(child)
    ok, message = pcall(client.with_options, client, { on_attempt = print })
    assert.is_false(ok)
    assert.matches("on_attempt is of all that share", message)
  end)
end)
