-- busted: specs of a shop's code against a local Cielo.
--
--     pip install '.[sandbox]'   # in the checkout: cielo-sandbox, which the specs start
--     lua5.4 /usr/bin/busted shop_spec.lua   # with the Lua that has the rock
local cielo = require "cielo"
local testing = require "cielo.testing"

local function buy(client, order)
  return client.sales:create{
    merchant_order_id = order,
    customer = { name = "Aline de Souza", identity = "12345678909", identity_type = "CPF" },
    payment = { type = "Pix", provider = "Cielo2", amount = 15700 },
  }
end

describe("the shop", function()
  local sandbox, client

  setup(function() sandbox = testing.sandbox() end)
  teardown(function() sandbox:stop() end)

  before_each(function()
    sandbox:reset()
    client = assert(cielo.new(sandbox.options))
  end)
  after_each(function() client:close() end)

  it("sells", function()
    local sale = assert(buy(client, "spec1"))
    assert.equal("pending", sale.status_name)
    assert.equal(1, #assert(client.sales:find("spec1")))
  end)

  it("begins with empty books", function()
    assert.equal(0, #assert(client.sales:find("spec1")))
  end)

  it("finds a sale whose answer was lost", function()
    sandbox:faults{{match = "POST /1/sales", after = "process", ["do"] = "close", times = 1}}
    local sale = assert(buy(client, "spec2"))
    assert.is_true(sale.reconciled)
  end)
end)
