-- Ctrl-C during a call: within the slice, naming the order of a write.

local support = dofile("tests/lua/support.lua")

local SCRIPT = [[
local cielo = require "cielo"
local client = assert(cielo.new{ base_url = os.getenv "SPEC_URL",
  merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
  merchant_key = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234" })
local function fields(order)
  return { merchant_order_id = order, payment = {
    type = "CreditCard", amount = 100, installments = 1, credit_card = {
      card_number = "4091688625337641", holder = "Teste Holder",
      expiration_date = "12/2035", security_code = "123", brand = "Visa" } } }
end
]]

local SELLS = SCRIPT .. 'client.sales:create(fields "interrupted1")'

-- Calls that are dropped: writes whose requests are under way, a read, and a
-- write that was not begun.
local DROPS = SCRIPT .. [[
local core = require "cielo.core"
local function number_of(name)
  for _, row in ipairs(core.operations()) do
    if row.name == name then return row.number end
  end
end
local function drop(name, noun, ...)
  assert(core.call(number_of(name), noun, ...):step(core.now()) == "send")
end
drop("sale_create", client.sales, fields "dropped1")
drop("sale_void", client.sales, "24bc8366-fc31-4d6c-8555-17049a836a07")
drop("sale_void", client.sales, "a53d6a6947c914cbe994607582720320")
drop("sale_void", client.sales, "4091688625337641")
drop("request", client, "PUT", "/1/card/6e1bf77a-b28b-4660-b14f-455e2a1c95e9")
drop("sale_get", client.sales, "24bc8366-fc31-4d6c-8555-170490000000")
core.call(number_of "sale_create", client.sales, fields "dropped2")
drop("sale_create", client:with_options{ validate = false }.sales,
  fields "dropped3\ncielo: forged")
collectgarbage()
collectgarbage()
io.stderr:write "collected\n"
]]

local CASE = [[{"about":"never answers","operation":"sale_create","exchanges":[
{"request":{"method":"POST","path":"/1/sales/"},"fail":"stall"}],"outcome":{}}]]

local function write(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

describe("Ctrl-C", function()
  it("ends a call, and says which order to look up", function()
    local case, script = write(CASE), write(SELLS)
    local player = support.player()
    local server = player:play(case)
    -- In the foreground, since a second signal in the same slice would end the
    -- interpreter before its hook ran.
    local pipe = io.popen("SPEC_URL=" .. server.url
      .. " timeout --foreground -s INT -k 20 3 " .. support.interpreter() .. " " .. script
      .. " 2>&1; date +%s")
    local before = os.time()
    local text = pipe:read("*a")
    pipe:close()
    player:stop()
    os.remove(case)
    os.remove(script)
    assert.matches("interrupted!", text, 1, true)
    assert.matches("interrupted1", text, 1, true)
    assert.is_nil(text:find("CANARYKEY", 1, true))
    assert.is_nil(text:find("4091688625337641", 1, true))
    -- Without the signal it would last for its time-out of 45 seconds.
    assert.is_true(tonumber(text:match("(%d+)%s*$")) - before <= 20)
  end)
end)

describe("an error of a hook", function()
  it("names the payment of a write that was answered", function()
    local methods = debug.getregistry()["cielo.call"]
    local perform = methods.perform
    local server = assert(support.sandbox())
    local client = support.connect(server)
    finally(function()
      methods.perform = perform
      server:stop()
    end)
    local problem = "interrupted!"
    local function interrupt(f, ...)
      methods.perform = function(call, slice)
        while not perform(call, slice) do end
        error(problem, 0)
      end
      local ok, message = pcall(f, ...)
      methods.perform = perform
      assert.is_false(ok)
      return message
    end
    local message = interrupt(client.sales.create, client.sales,
      support.sale("interrupted2"))
    local payment = message:match(
      "^interrupted! %(sale_create of order interrupted2 was answered: "
      .. "authorized, approved, PaymentId (%S+)%)$")
    assert(payment, message)
    assert.equal("interrupted!",
      interrupt(client.sales.get, client.sales, payment))
    assert.equal("interrupted2",
      client.sales:get(payment).merchant_order_id)
    problem = setmetatable({}, {})
    local written = {}
    local stderr = io.stderr
    io.stderr = { write = function(_, ...) -- luacheck: ignore 122
      written[#written + 1] = table.concat { ... }
    end }
    local passed = interrupt(client.sales.create, client.sales,
      support.sale("interrupted3"))
    io.stderr = stderr -- luacheck: ignore 122
    assert.is_true(passed == problem)
    assert.equal(1, #written)
    assert.matches("^cielo: a call was interrupted: sale_create of order "
      .. "interrupted3 was answered: authorized, approved, PaymentId %S+\n$",
      written[1])
  end)
end)

describe("a call that is dropped", function()
  it("is named on standard error if it is a write in doubt", function()
    local script = write(DROPS)
    local pipe = io.popen("SPEC_URL=http://127.0.0.1:1 "
      .. support.interpreter() .. " " .. script .. " 2>&1")
    local lines = {}
    for line in pipe:lines() do lines[#lines + 1] = line end
    pipe:close()
    os.remove(script)
    table.sort(lines)
    assert.equal(7, #lines, table.concat(lines, "\n"))
    local function is(line, pattern)
      assert.matches("^cielo: a call was dropped: " .. pattern
        .. ": outcome unknown %(the call was cancelled%)", line)
    end
    is(lines[1], "request of method PUT")
    is(lines[2], "sale_create of order dropped1")
    is(lines[3], "sale_create of order dropped3%?cielo: forged")
    is(lines[4], "sale_void of payment_id 24bc8366%-fc31%-4d6c%-8555%-"
      .. "17049a836a07")
    -- A card's number where an id belongs, and an id of which some digits pass
    -- for a card's.
    is(lines[5], "sale_void of payment_id 409168%*%*%*%*%*%*7641")
    is(lines[6], "sale_void of payment_id a53d6a6947c914cbe994607582720320")
    assert.equal("collected", lines[7])
  end)
end)
