-- Ctrl-C during a call: within the slice, naming the order of a write.

local support = dofile("tests/lua/support.lua")

local SCRIPT = [[
local cielo = require "cielo"
local client = assert(cielo.new{ base_url = os.getenv "SPEC_URL",
  merchant_id = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d",
  merchant_key = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234" })
client.sales:create{ merchant_order_id = "interrupted1", payment = {
  type = "CreditCard", amount = 100, installments = 1, credit_card = {
    card_number = "4091688625337641", holder = "Teste Holder",
    expiration_date = "12/2035", security_code = "123", brand = "Visa" } } }
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
    local case, script = write(CASE), write(SCRIPT)
    local server = assert(support.play(case))
    local pipe = io.popen("SPEC_URL=" .. server.url
      .. " timeout -s INT -k 20 3 " .. support.interpreter() .. " " .. script
      .. " 2>&1; date +%s")
    local before = os.time()
    local text = pipe:read("*a")
    pipe:close()
    server:stop()
    os.remove(case)
    os.remove(script)
    assert.matches("interrupted!", text, 1, true)
    assert.matches("interrupted1", text, 1, true)
    assert.is_nil(text:find("CANARYKEY", 1, true))
    assert.is_nil(text:find("4091688625337641", 1, true))
    assert.is_true(tonumber(text:match("(%d+)%s*$")) - before <= 6)
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
    local function interrupt(f, ...)
      methods.perform = function(call, slice)
        while not perform(call, slice) do end
        error("interrupted!", 0)
      end
      local ok, message = pcall(f, ...)
      methods.perform = perform
      assert.is_false(ok)
      return message
    end
    local message = interrupt(client.sales.create, client.sales,
      support.sale("interrupted2"))
    local payment = message:match(
      "^interrupted! %(sale_create of order interrupted2, payment (%S+) took effect%)$")
    assert(payment, message)
    assert.equal("interrupted!",
      interrupt(client.sales.get, client.sales, payment))
    assert.equal("interrupted2",
      client.sales:get(payment).merchant_order_id)
  end)
end)
