-- The methods of a client that are no operations of Cielo's: what cielo.help and
-- the client itself say of each.

return {
  { of = "client", name = "many",
    takes = "verb, calls [, {concurrency=, progress=}]",
    about = "The outcomes of one verb for many items, a few of them at once, in "
      .. 'the order in which they end: for outcome in client:many("sales.capture", '
      .. "calls) do ... end. `calls` is a list or an iterator, which may be "
      .. "endless. An item is a value, the first argument; a table by position, "
      .. "{payment_id, 5000}; or one by name, {payment_id=, amount=, timeout=}. "
      .. "Where the first parameter is `fields`, a table without a first item is "
      .. "the fields. One failure stops nothing. Voids of one payment are five "
      .. "seconds apart, and others go on meanwhile. progress(done, failed, "
      .. "total) is told of what the loop was given; total is nil until it is "
      .. "known. Who leaves the loop starts nothing more, and what is under way "
      .. "is finished: in Lua 5.4 at once, elsewhere by the iterator's close() or "
      .. "when it is collected. What nobody is told of then is named on standard "
      .. "error, under nginx in its error log, within seconds.",
    gives = "an iterator of outcomes {index=, call=, result=} or {index=, call=, "
      .. "error=}, where error is what a verb gives as err; nil, message, err "
      .. "for a closed client. `concurrency` is 1 to 10000, 16 when left out" },
  { of = "client", name = "confirm", takes = "notification [, options]",
    about = "Asks Cielo for the real state of what a notification is about.",
    gives = "a sale, a recurrence or an order; nil, message, err" },
  { of = "client", name = "with_options", takes = "options",
    about = "A client that shares connections, token and void times, and differs "
      .. "in timeout, connect_timeout, max_retries, reconcile or validate.",
    gives = "client; nil, message, err" },
  { of = "client", name = "close", takes = "",
    about = "Closes the client; calls made through it later fail with the kind "
      .. "closed.",
    gives = "nothing" },
  { of = "client.journal", name = "in_doubt", takes = "",
    about = "The writes of which nobody knows the end: there is no outcome, or "
      .. "it is unknown, and the process that wrote them is dead or their time "
      .. "is over. Never a call in flight.",
    gives = "a list of entries, the oldest first; nil, message, err" },
  { of = "client.journal", name = "settle", takes = "[entry]",
    about = "Looks once what became of an entry that is in doubt (it, or its "
      .. "id), or of all of them, and notes what it saw. The state of an outcome "
      .. "is adopted (result is what the call would have given), absent (after "
      .. "two looks ten minutes apart that saw nothing) or unknown. One process "
      .. "settles at a time: another waits for it as long as the client's "
      .. "time-out.",
    gives = "a list of {entry=, outcome={state=, result=, why=, error=}}, where "
      .. "[1] and [2] are those two as well; nil, message, err" },
  { of = "client.journal", name = "entries", takes = "",
    about = "All writes that the journal knows of, the oldest first.",
    gives = "an iterator of entries {id=, at=, operation=, merchant_order_id=, "
      .. "payment_id=, amount=, process=, state=, looks=, intent=, outcome=, "
      .. "settled=}, where at is text as 2026-11-27T20:48:44.123Z; nil, message, "
      .. "err" },
}
