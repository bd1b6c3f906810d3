-- The canary: a card number, a security code, a token and the credentials go
-- through everything that makes text, and none of them comes out.

local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
local stressed = support.stress()

local CARD = "4091688625337641"
local CODE = "987"
local TOKEN = "6e1bf77a-b28b-4660-b14f-455e2a1c95e9"
local CANARIES = { CARD, TOKEN, support.MERCHANT_KEY, support.CLIENT_SECRET,
  "4091 6886 2533 7641", "4091-6886-2533-7641" }

-- Ids and addresses are drawn, and three digits of one may be the code's by
-- chance: only a word that begins with it counts.
local GUID = ("x-y-y-y-yyy"):gsub("x", "yy"):gsub("y", ("%%x"):rep(4)):gsub("%-", "%%-")

local function clean(text)
  for _, canary in ipairs(CANARIES) do
    assert.is_nil(text:find(canary, 1, true), text)
  end
  text = text:gsub(GUID, "")
  assert.is_nil(text:find("%f[%w]" .. CODE .. "%d*%f[%W]"), text)
end

local function walk(value) support.each_text(value, clean) end

local function sale()
  local fields = support.sale("2014111701")
  fields.payment.credit_card.card_number = CARD
  fields.payment.credit_card.security_code = CODE
  return fields
end

local function failing(answer)
  return support.client(function(request)
    if answer.echo then answer.body = request.body end
    return answer
  end)
end

describe("no secret", function()
  it("is in an error, whatever Cielo echoes", function()
    for _, answer in ipairs {
      { status = 400, echo = true }, { status = 401, echo = true },
      { status = 500, echo = true },
      { status = 200, echo = true },
      { status = 400, body = '[{"Code":1,"Message":"card ' .. CARD .. '"}]' },
      { status = 400, body = "MerchantKey " .. support.MERCHANT_KEY },
      { fail = "closed", sent = "yes", text = "at " .. CARD },
      { fail = "tls", sent = "no", text = "key " .. support.MERCHANT_KEY },
    } do
      local result, message, err = failing(answer).sales:create(sale())
      assert.is_nil(result)
      clean(message)
      walk(err)
    end
  end)

  it("is in a validation error", function()
    for _, change in ipairs {
      function(card) card.card_number = CARD .. "99999" end,
      function(card) card.card_number = tonumber(CARD) end,
      function(card) card.security_code = CODE .. "12" end,
      function(card) card.card_token = TOKEN .. "x" end,
      function(card) card[CARD] = CARD end,
      function(card) card.CardNumber = CARD end,
      function(card) card.brand = CARD end,
    } do
      local fields = sale()
      change(fields.payment.credit_card)
      fields.payment.amount = 0.5
      local result, message, err = failing({}).sales:create(fields)
      assert.is_nil(result)
      clean(message)
      walk(err)
    end
  end)

  it("is in a Lua error", function()
    local client = failing {}
    for _, call in ipairs {
      function() client.sales:create(CARD) end,
      function() client.sales:create(sale(), CARD) end,
      function() client.cards:bin(tonumber(CARD)) end,
      function() client.sales:find({ CARD }) end,
      function() cielo.new(support.MERCHANT_KEY) end,
      function()
        cielo.new { merchant_key = { support.MERCHANT_KEY } }
      end,
    } do
      local ok, message = pcall(call)
      assert.is_false(ok)
      clean(message)
    end
  end)

  it("is in the text of a result", function()
    local body = support.encode {
      MerchantOrderId = "2014111701",
      Note = "typed " .. CARD .. " and 4551 8700 0000 0001",
      Payment = { Status = 1, CreditCard = {
        CardNumber = CARD, SecurityCode = CODE, CardToken = TOKEN } },
    }
    local client = failing { status = 201, body = body }
    local result = assert(client.sales:create(sale()))
    clean(tostring(result))
    clean(tostring(result.payment))
    clean(tostring(result.payment.credit_card))
    clean(tostring(result.payment.credit_card.card_number))
    clean(cielo.to_json(result))
  end)

  it("is in the text of members the map does not know, or as numbers", function()
    local body = support.encode {
      MerchantOrderId = "2014111701", Note = tonumber(CARD),
      Payment = { Status = 1, PaymentId = "24bc8366-fc31-4d6c-8555-17049a836a07",
        ReturnMessage = "card " .. CARD .. " refused",
        CreditCard = { CardNumber = tonumber(CARD),
          SecurityCode = tonumber(CODE) },
        Strange = { CardNumber = CARD, SecurityCode = CODE, card_token = TOKEN },
        Links = { { Rel = "card", Href = "https://x/1/card/" .. TOKEN } } },
    }
    local result = assert(failing { status = 201, body = body }.sales:create(
      sale()))
    clean(tostring(result))
    clean(cielo.to_json(result))
    assert.matches('return_message = "card 409168******7641 refused"',
      tostring(result), 1, true)
    assert.matches("/1/card/***", cielo.to_json(result), 1, true)
    assert.equal(CARD, result.payment.strange.card_number:reveal())
    assert.equal(CARD, result.payment.credit_card.card_number:reveal())
  end)

  it("is in the text of what a secret member holds, or in a name", function()
    local body = support.encode {
      MerchantOrderId = "2014111701", [CARD] = 1, ["a\27b"] = 1,
      Senha = { Old = "hunter2", Older = { "hunter2", { Oldest = "hunter2" } } },
      CardToken = { TOKEN }, Payment = { Status = 1, Note = -tonumber(CARD) },
    }
    local result = assert(failing { status = 201, body = body }.sales:create(
      sale()))
    for _, text in ipairs { tostring(result), cielo.to_json(result) } do
      clean(text)
      assert.is_nil(text:find("hunter2", 1, true), text)
      assert.is_nil(text:find("\27", 1, true), text)
      assert.matches("409168******7641", text, 1, true)
      assert.matches('-409168******7641"', text, 1, true)
    end
    assert.matches("older = { \"***\", { oldest = \"***\" } }", tostring(result),
      1, true)
  end)

  it("is seen in an id", function()
    for last = 10, 99, stressed and 15 or 1 do
      local id = "24bc8366-fc31-4d6c-a251-3123456789" .. last
      local order = "20241118153045" .. last
      local body = support.answer { PaymentId = id, Url = "https://x/" .. id }
        :gsub("2014111701", order)
      local asked = sale()
      asked.merchant_order_id = order
      local result = assert(failing { status = 201, body = body }.sales:create(
        asked))
      local text = tostring(result) .. cielo.to_json(result)
      local _, ids = text:gsub(id:gsub("%-", "%%-"), "")
      local _, orders = text:gsub(order, "")
      assert.equal(4, ids)
      assert.equal(2, orders)
    end
  end)

  it("is in the text of a client", function()
    local client = failing {}
    walk(client)
    assert.is_nil(tostring(client):find(support.MERCHANT_ID, 1, true))
  end)

  it("is shown by a Secret", function()
    local secret = cielo.Secret(CARD)
    assert.equal("409168******7641", tostring(secret))
    assert.equal(CARD, secret:reveal())
    assert.equal("card 409168******7641", "card " .. secret)
    assert.equal("409168******7641 1 x", secret .. " " .. 1 .. " x")
    assert.equal("409168******7641***", secret .. cielo.Secret(CODE))
    for _, other in ipairs{ {}, true, print } do
      local joined, why = pcall(function() return secret .. other end)
      assert.is_false(joined)
      assert.is_truthy(tostring(why):find("attempt to concatenate a "
        .. type(other) .. " value", 1, true), why)
    end
    assert.equal("***", tostring(cielo.Secret(CODE)))
    assert.equal("***", tostring(cielo.Secret(support.MERCHANT_KEY)))
    assert.equal("***", tostring(cielo.Secret("")))
    assert.equal("409168******7641", tostring(cielo.Secret("409168******7641")))
    assert.equal("4091 68** **** 7641",
      tostring(cielo.Secret("4091 6886 2533 7641")))
    assert.equal("***", tostring(cielo.Secret(CARD .. "9999")))
    assert.is_true(secret == cielo.Secret(CARD))
    assert.is_false(secret == cielo.Secret(CODE))
    assert.equal("cielo.Secret", getmetatable(secret))
    assert.has_error(function() cielo.Secret(5) end)
    assert.has_error(function() secret.reveal("x") end)
  end)

  it("stays readable to who asks", function()
    local body = support.answer { CreditCard = {
      CardNumber = CARD, CardToken = TOKEN } }
    local card = assert(failing { status = 201, body = body }.sales:create(
      sale())).payment.credit_card
    assert.equal(CARD, card.card_number:reveal())
    assert.equal(TOKEN, card.card_token)
  end)
end)

-- ---- drawn cards in drawn answers ----

-- A generator of our own: the same draws on every Lua.
local function new_draw(seed)
  local state = seed
  local function draw(low, high)
    state = state * 16807 % 2147483647
    return low + state % (high - low + 1)
  end
  local function pick(list) return list[draw(1, #list)] end
  return draw, pick
end

-- With the check digit of a card number, which makes of its digits a sum that
-- ends in 0, every second of them taken twice.
local function draw_card(draw, size)
  local digits, sum = { draw(2, 6) }, 0
  for i = 2, size - 1 do digits[i] = draw(0, 9) end
  for i = 1, size - 1 do
    local twice = (size - i) % 2 == 1 and 2 * digits[i] or digits[i]
    sum = sum + (twice > 9 and twice - 9 or twice)
  end
  digits[size] = (10 - sum % 10) % 10
  return table.concat(digits)
end

-- JSON as it is given.
local function raw(text)
  return setmetatable({}, { __tojson = function() return text end })
end

local function grouped(card, pick)
  local separator = pick { " ", "-", ".", "/" }
  return (card:gsub("%d%d%d%d", "%0" .. separator):gsub("%D$", ""))
end

-- The ways in which a card number comes to stand in an answer.
local WAYS = {
  function(card) return card end,
  function(card) return raw(card) end,
  function(card) return raw("-" .. card) end,
  function(card) return raw(card .. ".0") end,
  function(card) return { [card] = 1 } end,
  function(card) return { 1, { card } } end,
  function(card, pick) return grouped(card, pick) end,
  function(card, pick)
    return pick { "card ", "cartão nº", "bad 987 ", "12/2030 ", "(" } .. card
      .. pick { "", " 12/2030", ",123", ")", "\n", " 987 e 12/30" }
  end,
  function(card, pick) return { Deep = { Deeper = { pick { "x", "y" }, card } } } end,
}

local function draw_answer(draw, pick, card)
  local value = pick(WAYS)(card, pick)
  local root = { MerchantOrderId = tostring(draw(1, 1000000000)), Note = "nota",
    Customer = { Name = "Comprador" }, Payment = { Status = draw(0, 3),
      Amount = draw(1, 1000000000), Tid = tostring(draw(1, 1000000000)),
      CreditCard = { Brand = "Visa" }, Links = { { Rel = "self" } } } }
  local holder = pick { root, root.Customer, root.Payment,
    root.Payment.CreditCard, root.Payment.Links[1] }
  holder[pick { "Note", "Name", "ReturnMessage", "CardNumber", "SecurityCode",
    "Holder", "Extra", "Brand", "Type" }] = value
  return root
end

-- No ten digits of it in a row, whatever stands between them: of those that may
-- be shown there are six, and four.
local function has_digits(text, card)
  local digits = text:gsub("[%s%-%./\\]", "")
  for i = 1, #card - 9 do
    if digits:find(card:sub(i, i + 9), 1, true) then return true end
  end
  return false
end

describe("a card number, wherever it stands in an answer,", function()
  it("is never in what is printed", function()
    local draw, pick = new_draw(20261127)
    for round = 1, stressed and 10 or 400 do
      local card = draw_card(draw, pick { 13, 15, 16, 16, 16, 19 })
      local body = support.encode(draw_answer(draw, pick, card))
      assert.is_true(has_digits(body, card), body)
      local result = assert(failing { status = 200, body = body }.sales:get(
        "24bc8366-fc31-4d6c-8555-17049a836a07"))
      local function look(text)
        assert.is_false(has_digits(text, card), round .. ": " .. card .. " of "
          .. body .. " in " .. text)
      end
      look(cielo.to_json(result))
      support.each_print(result, look)
    end
  end)
end)

describe("a token for a shop's page", function()
  it("is fetched each time and shown nowhere", function()
    local asked = 0
    local client = support.client(function(request)
      asked = asked + 1
      assert.equal("/v2/auth/token", request.target)
      return { body = '{"access_token":"' .. TOKEN .. asked .. '","token_type":"bearer"}' }
    end)
    for number = 1, 2 do
      local token = assert(client.browser:threeds_token("1006993069", "Loja", "0742"))
      assert.equal(TOKEN .. number, token.access_token)
      assert.is_nil(tostring(token):find(TOKEN, 1, true))
    end
    assert.equal(2, asked)
    assert.has_error(function() client.browser:threeds_token("1", "Loja", 742) end)
  end)
end)
