-- JSON alone, beside lua-cjson (Debian: lua-cjson), which checks nothing:
--
--   tools/lua.sh 5.4 bench/json_lua.lua            as `make bench` runs it
--   tools/lua.sh 5.4 bench/json_lua.lua --quick    fewer rounds; also 5.3, 5.1, jit
--
-- The bytes of an answer to a table, and a table of fields to checked bytes.
-- Microseconds of CPU per conversion, the medians of rounds that take turns, and
-- the ratio to lua-cjson's.

local core = require "cielo.core"
local cielo = require "cielo"
local has_cjson, cjson = pcall(require, "cjson")

local ROUNDS, COUNT = arg[1] == "--quick" and 5 or 25, 2000
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
local function own_write() return core._checked(CREATE, sales, fields) end
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

local function compare(title, aim, own, other)
  local mine, theirs = {}, {}
  spend(own)
  spend(other)
  for i = 1, ROUNDS do
    mine[i] = spend(own)
    theirs[i] = spend(other)
  end
  local us, peer = median(mine), median(theirs)
  print(("\n%s (aim: %s)\n"):format(title, aim))
  print "| | µs | ratio |\n| --- | ---: | ---: |"
  print(("| libcielo | %.2f | %.2f |"):format(us, us / peer))
  print(("| `lua-cjson` | %.2f | 1.00 |"):format(peer))
end

assert(own_read() == answer:match '"PaymentId":"([^"]+)"')
local sent = own_write()
assert(sent:find('"Amount":15700', 1, true))
if not has_cjson then
  print("JSON in Lua: not measured, lua-cjson is missing")
  return
end
local LUA = rawget(_G, "jit") and "LuaJIT" or _VERSION
compare(("%d bytes of an answer to a table, %s"):format(#answer, LUA), "0.6 of lua-cjson",
  own_read, cjson_read)
compare(("a table to %d checked bytes, %s"):format(#sent, LUA),
  "0.9 of lua-cjson, which checks nothing", own_write, cjson_write)
