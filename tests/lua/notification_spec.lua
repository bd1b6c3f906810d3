-- Notifications: reading and confirming.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local ID = "24bc8366-fc31-4d6c-8555-17049a836a07"

describe("a notification", function()
  it("is read, and confirmed by asking Cielo", function()
    local target
    local client = support.client(function(request)
      target = request.target
      return { body = support.answer() }
    end)
    local notice = assert(cielo.parse_notification(
      '{"PaymentId":"' .. ID .. '","ChangeType":1,"Url":"http://[::1]/"}'))
    assert.equal("sale", notice.kind)
    assert.equal(ID, notice.payment_id)
    assert.equal(1, notice.change_type)
    local sale = assert(client:confirm(notice, { timeout = 1000 }))
    assert.equal("/1/sales/" .. ID, target)
    assert.equal(ID, sale.payment.payment_id)
  end)

  it("of Checkout comes as a form", function()
    local notice = assert(cielo.parse_notification(
      "checkout_cielo_order_number=1f7a&amount=1500&order_number=7"
        .. "&payment_status=2", "application/x-www-form-urlencoded"))
    assert.equal(1500, notice.amount)
    assert.equal("string", type(notice.status_name))
  end)

  it("is read where a text is odd", function()
    local notice = assert(cielo.parse_notification(
      '\239\187\191{"checkout_cielo_order_number":"c","name":"Jo\227o\\ud83d"}',
      "application/json; charset=iso-8859-1"))
    assert.equal("c", notice.checkout_order_number)
    assert.equal("Jo\195\163o\239\191\189", notice.fields.name)
  end)

  it("of any bytes is a notification or a decode error", function()
    for _, body in ipairs { "", "\0\255", "{", "[]", "a=b", ("x"):rep(300000) }
    do
      local notice, message, err = cielo.parse_notification(body)
      if not notice then
        assert.equal("string", type(message))
        assert.equal("decode", err.kind)
      end
    end
  end)

  it("without an id cannot be confirmed", function()
    local client = support.echo()
    local result, _, err = client:confirm {}
    assert.is_nil(result)
    assert.equal("validation", err.kind)
    assert.has_error(function() client:confirm(ID) end)
    assert.has_error(function() client.confirm {} end)
    assert.has_error(function()
      client:confirm({ kind = "sale", payment_id = ID }, { timout = 1 })
    end)
  end)
end)
