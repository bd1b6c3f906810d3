-- A server that sends one answer too many: nobody is told another's sale, and
-- its connection is not used again.

local support = dofile("tests/lua/support.lua")
support.stress()

local TURNS = 8

-- What each operation must give, if it gives something.
local OPERATIONS = {
  create = function(client, _, order)
    local sale, _, err = client.sales:create(support.sale(order))
    return sale and sale.merchant_order_id, err, order
  end,
  get = function(client, id)
    local sale, _, err = client.sales:get(id)
    return sale and sale.payment.payment_id, err, id
  end,
  void = function(client, id)
    local void, _, err = client.sales:void(id)
    return void and void.approved, err, true
  end,
}

-- When the answer too many comes: glued to the one before it, while the next
-- request may be under way, and while the connection lies idle.
local TIMES = {
  { name = "glued to another", path = "/1/extra" },
  { name = "5 ms after another", path = "/1/extra?ms=5" },
  { name = "before the next request", path = "/1/extra?ms=5", pause = 0.1 },
}

-- The id of a sale to work with. Where the answer before it was another's,
-- libcurl may still try the connection that we shut: it is in doubt then, under
-- a number that nobody uses again.
local made = 0
local function new_sale(client)
  for _ = 1, 5 do
    made = made + 1
    local sale = client.sales:create(support.sale("for" .. made))
    if sale then return sale.payment.payment_id end
  end
  error "no sale can be made"
end

describe("an answer too many", function()
  local server = assert(support.start("python3 tests/support/extra_answers.py"
    .. " > OUTPUT 2>/dev/null"))
  local client = support.connect(server, { timeout = 1500, max_retries = 0 })

  for _, time in ipairs(TIMES) do
    for name, operation in pairs(OPERATIONS) do
      it(time.name .. " is not taken for that to " .. name, function()
        for _ = 1, time.pause and 2 or TURNS do
          local id = new_sale(client)
          local order = name .. made
          assert(client:request("GET", time.path))
          if time.pause then os.execute("sleep " .. time.pause) end
          local told, err, expected = operation(client, id, order)
          os.execute "sleep 0.02" -- it has come by then, whatever the time
          if err then
            assert.equal("get", name)
            assert.equal("decode", err.kind)
            assert.is_nil(err.body)
          else
            assert.equal(expected, told)
          end
        end
      end)
    end
  end

  -- libcurl may send a request where there is something to read; its answer is
  -- then found to be another's, and that is the end of it.
  it("ends its connection", function()
    -- Asked on a connection of its own: libcurl may try one that we shut.
    local asker = support.connect(server, { timeout = 1500 })
    local told = assert(asker:request("GET", "/1/told"))
    asker:close()
    assert.equal(0, #told.again, told.again[1])
    assert.is_true(told.extra >= 3 * (2 * TURNS + 2))
  end)

  teardown(function()
    client:close()
    server:stop()
  end)
end)
