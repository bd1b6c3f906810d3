-- The next charge of a stored card, out of the result of a sale.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local TOKEN = "db62dc71-d07b-4745-9969-42697b988ccb"
local LINK = "MCC1abcd_EFGH-ijkl0123"

local function sale_of(payment, card)
  payment.status = 2
  payment.credit_card = card or { brand = "Master", card_token = TOKEN }
  return { customer = { name = "Aline" }, payment = payment }
end

describe("the next charge", function()
  it("is built from a result, and is taken as fields", function()
    local body
    local client = support.client(function(request)
      body = request.body
      return { status = 201, body = '{"MerchantOrderId":"o1","Payment":{"Status":2,'
        .. '"PaymentId":"24bc8366-fc31-4d6c-8555-17049a836a07","Type":"CreditCard",'
        .. '"Amount":500,"IssuerTransactionId":"580027442382078","CreditCard":{'
        .. '"Brand":"Visa","CardToken":"' .. TOKEN .. '"}}}' }
    end)
    local sale = assert(client.sales:create { merchant_order_id = "o1", payment = {
      type = "CreditCard", amount = 500, installments = 1,
      credit_card = { card_token = TOKEN, brand = "Visa" } } })
    local fields = assert(cielo.next_charge(sale, "o1", 500, { reason = "Recurring" }))
    assert.is_true(fields.Payment.Recurrent)
    assert(client.sales:create(fields))
    assert.matches('"CardToken":"' .. TOKEN .. '"', body, 1, true)
    assert.matches('"IssuerTransactionId":"580027442382078"', body, 1, true)
    assert.matches('"Usage":"Used","Reason":"Recurring"', body, 1, true)
    assert.matches('"Recurrent":true', body, 1, true)
  end)

  it("shows no token and keeps Mastercard's link", function()
    local fields = assert(cielo.next_charge(
      sale_of { transaction_link_id = LINK }, "o2", 500))
    local token = fields.Payment.CreditCard.CardToken
    assert.equal(TOKEN, token:reveal())
    assert.is_nil(tostring(token):find(TOKEN, 1, true))
    assert.equal(LINK, fields.Payment.TransactionLinkId)
    assert.equal("Aline", fields.Customer.Name)
  end)

  it("wants the first sale's link after a later one", function()
    local later = sale_of({ transaction_link_id = "other" }, {
      brand = "Master", card_token = TOKEN,
      card_on_file = { usage = "Used", reason = "Recurring" } })
    local fields, message, err = cielo.next_charge(later, "o2", 500)
    assert.is_nil(fields)
    assert.equal("string", type(message))
    assert.equal("validation", err.kind)
    assert.equal("transaction_link_id", err.problems[1].path)
    fields = assert(cielo.next_charge(later, "o2", 500, { transaction_link_id = LINK }))
    assert.equal(LINK, fields.Payment.TransactionLinkId)
    fields = assert(cielo.next_charge(later, "o2", 500, { transaction_link_id = "" }))
    assert.is_nil(fields.Payment.TransactionLinkId)
  end)

  it("wants a sale that says that it was approved", function()
    for rule, status in pairs { conflict = "3", type = "3.0", required = false } do
      local sale = sale_of {}
      sale.payment.status = status or nil
      local _, _, err = cielo.next_charge(sale, "o2", 500)
      assert.equal(1, #err.problems)
      assert.equal("sale.payment.status", err.problems[1].path)
      assert.equal(rule, err.problems[1].rule)
    end
  end)

  it("reads booleans as a result reads them", function()
    local fields = assert(cielo.next_charge(
      sale_of { capture = "true", recurrent = "True" }, "o2", 500))
    assert.is_true(fields.Payment.Capture)
    assert.is_true(fields.Payment.Recurrent)
  end)

  it("tells every problem", function()
    local _, _, err = cielo.next_charge({ payment = { status = 3 } }, "", 0)
    assert.equal(4, #err.problems)
    assert.equal("sale.payment.credit_card", err.problems[1].path)
  end)

  it("raises for wrong types", function()
    assert.has_error(function() cielo.next_charge("sale", "o2", 500) end)
    assert.has_error(function() cielo.next_charge(sale_of {}, 2, 500) end)
    assert.has_error(function() cielo.next_charge(sale_of {}, "o2", "500") end)
    assert.has_error(function() cielo.next_charge(sale_of {}, "o2", 500, "x") end)
    assert.has_error(function()
      cielo.next_charge(sale_of {}, "o2", 500, { reason = 1 })
    end)
  end)
end)
