-- The functions of the module: what cielo.help and the annotations say of each.

local core = require "cielo.core"

local functions = {
  { name = "new", takes = "[options]",
    about = "Makes a client; nil, message, err for options that break a rule. "
      .. "The environment's CIELO_... variables stand in for what is left out.",
    gives = "client" },
  { name = "next_charge",
    takes = "sale, merchant_order_id, amount "
      .. "[, {reason=, transaction_link_id=}]",
    about = "The fields of a stored card's next charge that the store makes by "
      .. "itself, in wire names, for client.sales:create; nil, message, err with "
      .. "every problem. A reason left out is the sale's, and where that has "
      .. "none Recurring after a sale marked recurrent, else Unscheduled.",
    gives = "a table of fields" },
  { name = "retry_plan", takes = "sale [, attempts [, now]]",
    about = "When a sale may be tried again: a time as os.time() gives it, never "
      .. "before `now`; nil when it may not. Attempts left out are this one alone: "
      .. "when Cielo received the sale, else `now`.",
    gives = "a number" },
  { name = "return_code", takes = "code [, operation]",
    about = "What a return code means; nil for one that no book holds. The text "
      .. "is exact, and sale, capture and void have a book each.",
    gives = "cielo.ReturnCode" },
  { name = "abecs", takes = "brand, code",
    about = "A brand's denial code in the table of ABECS, or nil.",
    gives = "cielo.Denial" },
  { name = "merchant_advice", takes = "code",
    about = "What Mastercard advises the merchant to do, or nil.",
    gives = "cielo.MerchantAdvice" },
  { name = "parse_notification", takes = "body [, content_type]",
    about = "Reads what Cielo posted, which is no proof: client:confirm asks "
      .. "Cielo.",
    gives = "cielo.Notification" },
  { name = "parse_time", takes = "text",
    about = "The fields that os.time takes, of a date or moment as Cielo writes "
      .. "it; no zone is given and none assumed. nil for nil and for Cielo's "
      .. '"never".',
    gives = "cielo.Time" },
  { name = "to_json", takes = "result [, {reveal=}]",
    about = "The answer of a call as Cielo wrote it, masked unless told "
      .. "otherwise.",
    gives = "a string" },
  { name = "array", takes = "[list]",
    about = "Marks a table as a list, even when it is empty.",
    gives = "the list" },
  { name = "Secret", takes = "text",
    about = "Text that prints masked; its reveal() gives it.",
    gives = "cielo.Secret" },
  { name = "journal.read", takes = "folder",
    about = "The entries of a journal, the oldest first, for who has no client: "
      .. "for entry in assert(cielo.journal.read(folder)) do ... end.",
    gives = "an iterator of entries; nil, message, err" },
  { name = "journal.count", takes = "folder",
    about = "How much there is in a journal; damaged are the lines that were torn "
      .. "or changed, and are skipped.",
    gives = "{segments=, entries=, in_doubt=, damaged=}; nil, message, err" },
  { name = "journal.segments", takes = "folder",
    about = "The files of a journal, the oldest first; live says that the process "
      .. "that writes one is alive.",
    gives = "a list of {name=, size=, live=}; nil, message, err" },
  { name = "journal.records", takes = "folder, segment [, from]",
    about = "The records of one file as they were written, each with the offset "
      .. "behind it, for who keeps a copy: from there on it goes on later.",
    gives = "an iterator of record, offset, whose damaged() tells how many lines "
      .. "were skipped, and close() closes the file; nil, message, err" },
  { name = "journal.prune", takes = "folder, days",
    about = "Removes the files of dead processes that nobody wrote to for so "
      .. "many days and whose writes all have a known end.",
    gives = "how many were removed; nil, message, err" },
  { name = "help", takes = "[subject]",
    about = "Prints what there is to know about the module, one of its "
      .. 'functions, a client, a noun, one operation ("sales.create", or the verb '
      .. 'itself), or the members of an object that is sent ("payment").',
    gives = "nothing" },
}

local books = {}
for name in pairs(core.books) do books[#books + 1] = name end
table.sort(books)
for _, name in ipairs(books) do
  functions[#functions + 1] = { name = name, takes = "status",
    about = "The entry of a code by its number or the word of an answer; nil for "
      .. "one that the book does not hold.",
    gives = "cielo.Status" }
end

return functions
