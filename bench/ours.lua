-- The same sale through lua-cielo:  lua ours.lua URL WARM COUNT [CA_FILE]
local cielo = require "cielo"
local core = require "cielo.core"

local url, warm, count = arg[1], tonumber(arg[2]), tonumber(arg[3])
local client = assert(cielo.new{
  base_url = url, merchant_id = "00000000-0000-0000-0000-000000000001",
  merchant_key = "LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA", ca_file = arg[4],
  journal_sync = os.getenv "BENCH_JOURNAL_SYNC",
})

local function once()
  local sale = assert(client.sales:create{
    MerchantOrderId = "bench0001",
    Customer = { Name = "Comprador Teste" },
    Payment = {
      Type = "CreditCard", Amount = 15700, Installments = 1, SoftDescriptor = "123456789ABCD",
      CreditCard = {
        CardNumber = "4024007153763191", Holder = "Teste Holder", ExpirationDate = "12/2035",
        SecurityCode = "123", Brand = "Visa",
      },
    },
  })
  assert(sale.payment.payment_id)
end

local function memory_kb(name)
  for line in io.lines "/proc/self/status" do
    local kb = line:match("^" .. name .. ":%s*(%d+)")
    if kb then return tonumber(kb) end
  end
end

memory_kb "VmRSS" -- what reading it takes the first time is not the client's
for _ = 1, warm do once() end
local early = memory_kb "VmRSS"
local clock = core.now() -- in milliseconds
local before = os.clock() -- user and system time of the process
for _ = 1, count do once() end
print(("%.3f %d %d %d %.3f"):format((os.clock() - before) / count * 1e6, early,
  memory_kb "VmRSS", memory_kb "VmHWM", (core.now() - clock) / count * 1e3))
