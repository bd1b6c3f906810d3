-- What a result holds, shows and gives as JSON.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local function answering(text, status)
  return support.client(function()
    return { status = status or 200, body = text }
  end)
end

local function sale_of(changes)
  return assert(answering(support.answer(changes), 201).sales:create(
    support.sale("2014111701")))
end

describe("a result", function()
  it("is read in snake_case", function()
    local sale = sale_of { ECI = "5", EndToEndId = "E1", NewMember = 3 }
    assert.equal("2014111701", sale.merchant_order_id)
    assert.equal("24bc8366-fc31-4d6c-8555-17049a836a07",
      sale.payment.payment_id)
    assert.equal("5", sale.payment.eci)
    assert.equal("E1", sale.payment.end_to_end_id)
    assert.equal(3, sale.payment.new_member)
    assert.is_nil(sale.payment.voided_amount)
  end)

  it("comes alone, so that print(assert(call)) prints nothing behind it", function()
    local client = answering(support.answer(), 201)
    assert.equal(1, select("#", client.sales:create(support.sale("2014111701"))))
  end)

  it("has the facts of the call", function()
    local sale = sale_of()
    assert.equal(201, sale.http_status)
    assert.matches("^%x+%-%x+%-%x+%-%x+%-%x+$", sale.request_id)
    assert.equal("authorized", sale.status_name)
    assert.is_true(sale.approved)
    assert.is_false(sale.declined)
    assert.is_false(sale.pending)
    assert.is_false(sale.reconciled)
  end)

  it("has warnings only where there are any", function()
    local fields = support.sale("2014111701")
    fields.payment.soft_descriptor = "Loja_ABC"
    local sale = assert(answering(support.answer(), 201).sales:create(fields))
    assert.equal(1, #sale.warnings)
    assert.equal("format", sale.warnings[1].rule)
    assert.is_nil(sale_of().warnings)
  end)

  it("of a declined card is a result, with advice", function()
    local sale = sale_of { Status = 3, ReturnCode = "57" }
    assert.is_true(sale.declined)
    assert.is_false(sale.approved)
    assert.equal("57", sale.advice.code.code)
    assert.equal("string", type(sale.advice.retry.kind))
    assert.equal("table", type(sale.advice.sources))
    assert.equal("cielo.Advice", getmetatable(sale.advice))
    assert.matches("\n  advice = %S+, change %S+\n", tostring(sale))
  end)

  it("of a change says what became of the change", function()
    local function void(body)
      return assert(answering(body).sales:void(
        "24bc8366-fc31-4d6c-8555-17049a836a07"))
    end
    local done = void '{"Status":10,"ReasonCode":0,"ReturnCode":"0"}'
    assert.is_true(done.approved)
    local denied = void '{"Status":2,"ReasonCode":7,"ReturnCode":"6"}'
    assert.is_false(denied.approved)
    assert.is_true(denied.declined)
    assert.equal("payment_confirmed", denied.status_name)
    local scheduled = void '{"Status":2,"ReasonCode":8,"ReturnCode":"0"}'
    assert.is_false(scheduled.approved)
    assert.is_true(scheduled.pending)
    local checkout = support.client(function()
      return { body = '{"access_token":"x","expires_in":100,"success":false,'
        .. '"status":2}' }
    end, { environment = "production" })
    local order = assert(checkout.orders:void "x")
    assert.is_true(order.declined)
    assert.is_nil(order.status_name)
  end)

  it("lets a member of the wire win over a fact", function()
    local r = assert(answering('{"HttpStatus":"mine","RequestId":7}')
      :request("GET", "/x"))
    assert.equal("mine", r.http_status)
    assert.equal(7, r.request_id)
  end)

  it("has links under either name of them", function()
    local token = "6e1bf77a-b28b-4660-b14f-455e2a1c95e9"
    local body = support.encode { PCardtoken = token, Link = { Rel = "self" } }
    local card = assert(answering(body, 201).cards:tokenize {
      customer_name = "A", card_number = "4091688625337641", holder = "A",
      expiration_date = "12/2030", brand = "VISA" })
    assert.equal(token, card.card_token)
    assert.equal("self", card.links.rel)
    for _, links in ipairs {
      '"Links":{"Rel":"first"},"Link":{"Rel":"other"}',
      '"Link":{"Rel":"other"},"Links":{"Rel":"first"}',
    } do
      local sale = assert(answering('{"Payment":{"PaymentId":"x","Status":1},'
        .. links .. "}").sales:get("x"))
      assert.equal("first", sale.links.rel)
    end
  end)

  it("is plain to pairs, with lists as sequences", function()
    local sale = sale_of { Links = { { Rel = "self" }, { Rel = "void" } } }
    local names = {}
    for name, value in pairs(sale.payment) do names[name] = type(value) end
    assert.equal("number", names.amount)
    assert.equal("table", names.credit_card)
    assert.equal(2, #sale.payment.links)
    assert.equal("void", sale.payment.links[2].rel)
  end)

  it("of a find is a list, empty after 404", function()
    local payments = support.encode { Payments = {
      { PaymentId = "24bc8366-fc31-4d6c-8555-17049a836a07",
        ReceveidDate = "2017-05-16T14:30:00" },
    } }
    local list = assert(answering(payments).sales:find("2014111701"))
    assert.equal(1, #list)
    assert.equal("24bc8366-fc31-4d6c-8555-17049a836a07", list[1].payment_id)
    list = assert(answering("", 404).sales:find("2014111701"))
    assert.equal(0, #list)
    assert.equal(404, list.http_status)
  end)

  it("without a body has only facts", function()
    local changed = assert(answering("").recurrences:deactivate(
      "24bc8366-fc31-4d6c-8555-17049a836a07"))
    assert.equal(200, changed.http_status)
    assert.equal("{}", cielo.to_json(changed))
  end)

  it("reads what Cielo writes otherwise, and keeps it in its wire form", function()
    local sale = sale_of { Capture = "False", Authenticate = "TRUE",
      CapturedAmount = "5000", VoidedAmount = "50,00", ReturnCode = "00",
      CapturedDate = "0001-01-01T00:00:00", FraudAnalysis = { ["$ref"] = "2" } }
    assert.is_false(sale.payment.capture)
    assert.is_true(sale.payment.authenticate)
    assert.equal(5000, sale.payment.captured_amount)
    assert.equal("50,00", sale.payment.voided_amount)
    assert.equal("00", sale.payment.return_code)
    assert.is_nil(sale.payment.captured_date)
    assert.is_nil(sale.payment.fraud_analysis)
    assert.equal(1, sale_of { A = { ["$ref"] = "7", Amount = 1 } }.payment.a.amount)
    local wire = support.decode(cielo.to_json(sale)).Payment
    assert.equal("False", wire.Capture)
    assert.equal("0001-01-01T00:00:00", wire.CapturedDate)
    assert.equal("2", wire.FraudAnalysis["$ref"])
  end)

  it("has dates as text, which parse_time reads", function()
    local t = cielo.parse_time(sale_of().payment.received_date)
    assert.equal("number", type(os.time(t)))
    assert.same({ year = 2026, month = 11, day = 22, hour = 8, min = 9,
      sec = 10, usec = 420000 }, cielo.parse_time "2026-11-22T08:09:10.42")
    assert.is_nil(cielo.parse_time(nil))
    assert.equal(0, select("#", cielo.parse_time "0001-01-01T00:00:00"))
    local none, message, err = cielo.parse_time "22/11/26"
    assert.is_nil(none)
    assert.equal(message, err.message)
    assert.equal("decode", err.kind)
    for _, wrong in ipairs { {}, 20261122, true, cielo.null } do
      assert.has_error(function() cielo.parse_time(wrong) end)
    end
  end)

  it("has no $id but in its wire form", function()
    local text = '{"$id":"1","A":{"$id":"2","B":null}}'
    local r = assert(answering(text):request("GET", "/x"))
    assert.is_nil(r["$id"])
    assert.is_nil(next(r.a))
    assert.equal(text, cielo.to_json(r))
    assert.equal(text, cielo.to_json(r, { reveal = true }))
  end)

  it("hides card data in its wire form unless asked", function()
    local token = "6e1bf77a-b28b-4660-b14f-455e2a1c95e9"
    local sale = sale_of { CreditCard = {
      CardNumber = "4091688625337641", CardToken = token } }
    local masked = cielo.to_json(sale)
    assert.not_matches("4091688625337641", masked, 1, true)
    assert.not_matches(token, masked, 1, true)
    assert.matches("409168******7641", masked, 1, true)
    local revealed = cielo.to_json(sale, { reveal = true })
    assert.matches("4091688625337641", revealed, 1, true)
    assert.matches(token, revealed, 1, true)
    assert.has_error(function() cielo.to_json(sale.payment) end)
    assert.has_error(function() cielo.to_json("x") end)
  end)

  it("prints on one screen with the card masked", function()
    local many = {}
    for i = 1, 500 do many[i] = { Number = i, Text = ("x"):rep(500) } end
    local text = tostring(sale_of { Things = many })
    local lines = select(2, text:gsub("\n", "\n")) + 1
    assert.is_true(lines <= 48)
    assert.matches("^cielo%.Sale {\n", text)
    text = tostring(sale_of())
    assert.matches("card_number = 409168******7641", text, 1, true)
    assert.matches('tid = "0305020554239"', text, 1, true)
    assert.equal("cielo.Sale", getmetatable(sale_of()))
    assert.equal("cielo.Payment", getmetatable(sale_of().payment))
  end)

  it("prints control characters so that a terminal does not obey", function()
    local text = tostring(sale_of { ReturnMessage = "a\27[31m\n\"b" })
    assert.not_matches("\27", text, 1, true)
    assert.matches('"a\\027[31m\\010\\"b"', text, 1, true)
  end)

  it("escapes quotes as Lua does", function()
    local text = tostring(sale_of { ReturnMessage = 'a "b" c\\d' })
    assert.matches([[return_message = "a \"b\" c\\d"]], text, 1, true)
  end)

  it("that is cut says where all of it is", function()
    local many = {}
    for i = 1, 60 do many["Name" .. i] = i end
    local sale = sale_of(many)
    assert.matches("\n  %.%.%. %d+ lines more; cielo%.to_json%(result%) gives all$",
      tostring(sale))
    assert.matches("\n  %.%.%. %d+ lines more; its members print one by one$",
      tostring(sale.payment))
  end)

  it("that is cut tells of its warnings", function()
    local many = {}
    for i = 1, 60 do many["Name" .. i] = i end
    local fields = support.sale("2014111701")
    fields.payment.soft_descriptor = "Loja_ABC"
    local function text_of(changes)
      return tostring(assert(answering(support.answer(changes), 201).sales:create(
        fields)))
    end
    local text = text_of(many)
    assert.matches("gives all\n  warnings: 1, in its member warnings$", text)
    assert.equal(47, select(2, text:gsub("\n", "\n")))
    text = text_of()
    assert.matches('path = "payment.soft_descriptor"', text, 1, true)
    assert.not_matches("in its member warnings", text, 1, true)
  end)

  it("that is a list prints as one", function()
    local list = assert(answering("", 404).sales:find("2014111701"))
    assert.matches("^cielo%.SaleReference%[%] {\n", tostring(list))
    local sale = sale_of { Links = {
      { Rel = "self", Href = "https://example.com" } } }
    assert.equal('cielo.Hyperlink[] {\n  { rel = "self" }\n}',
      tostring(sale.payment.links))
    assert.equal("cielo.Result[] {}", tostring(cielo.array {}))
  end)

  it("can be changed and printed again", function()
    local sale = sale_of()
    sale.mine = { 1, 2, sale }
    sale.payment.credit_card = nil
    assert.matches("mine", tostring(sale))
  end)
end)
