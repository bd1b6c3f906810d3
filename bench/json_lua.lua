-- JSON alone, beside lua-cjson (Debian: lua-cjson), which checks nothing:
--
--   tools/lua.sh 5.4 bench/json_lua.lua [ROUNDS]      also: 5.3, 5.1, jit
--
-- The bytes of an answer to a table, and a table of fields to checked bytes;
-- the latter makes the call and its request as well. Microseconds of CPU per
-- conversion, the median of rounds that take turns, and the ratio to lua-cjson's.

local core = require "cielo.core"
local cielo = require "cielo"
local has_cjson, cjson = pcall(require, "cjson")

local ROUNDS, COUNT = tonumber(arg[1]) or 15, 4000
local HERE = arg[0]:match "^(.*)/[^/]*$" or "."

local file = assert(io.open(HERE .. "/answer.json"))
local answer = file:read("*a"):gsub("%s+$", "")
file:close()

local client = assert(cielo.new{
  base_url = "http://127.0.0.1:1", merchant_id = "00000000-0000-0000-0000-000000000001",
  merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA",
})
local sales = client.sales

local CREATE
for _, row in ipairs(core.operations()) do
  if row.name == "sale_create" then CREATE = row.number end
end
local SALE = 0
while getmetatable(core._read("{}", SALE)) ~= "cielo.Sale" do SALE = SALE + 1 end

local fields = {
  MerchantOrderId = "bench0001",
  Customer = { Name = "Comprador Teste" },
  Payment = {
    Type = "CreditCard", Amount = 15700, Installments = 1, SoftDescriptor = "123456789ABCD",
    CreditCard = {
      CardNumber = "4024007153763191", Holder = "Teste Holder", ExpirationDate = "12/2035",
      SecurityCode = "123", Brand = "Visa",
    },
  },
}

local function own_read() return core._read(answer, SALE).payment.payment_id end
local function own_write() return core._checked(core.call(CREATE, sales, fields)) end
local function cjson_read() return cjson.decode(answer).Payment.PaymentId end
local function cjson_write() return cjson.encode(fields) end

local function spend(convert)
  collectgarbage()
  local before = os.clock()
  for _ = 1, COUNT do convert() end
  return (os.clock() - before) / COUNT * 1e6
end

local function median(list)
  table.sort(list)
  return list[math.floor((#list + 1) / 2)]
end

local function compare(title, own, other)
  local mine, theirs = {}, {}
  for i = 1, ROUNDS do
    mine[i] = spend(own)
    if other then theirs[i] = spend(other) end
  end
  local us = median(mine)
  if other then
    local peer = median(theirs)
    print(("%-28s %6.2f us   lua-cjson %6.2f us   %.2f times"):format(title, us, peer, us / peer))
  else
    print(("%-28s %6.2f us"):format(title, us))
  end
end

assert(own_read() == answer:match '"PaymentId":"([^"]+)"')
assert(own_write():find('"Amount":15700', 1, true))
print(rawget(_G, "jit") and rawget(_G, "jit").version or _VERSION)
if not has_cjson then print("not beside lua-cjson: " .. tostring(cjson):match "^[^\n]*") end
compare("answer to a table", own_read, has_cjson and cjson_read)
compare("table to checked bytes", own_write, has_cjson and cjson_write)
