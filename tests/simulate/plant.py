"""Plants known defects in the core, one at a time, and sees whether the simulator finds each.

    make plant
    python tests/simulate/plant.py [WORD]     those whose name has the word
    python tests/simulate/plant.py --places   only whether each has its one place in the core

Each is what once was wrong, or what the fast suites once let live. The core is built with
it, without sanitizers; worlds are played until one breaks a rule, then every sequence of
five events. What cannot show in a simulation is listed with the reason.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITES = "1000000"
#: What the simulator brings in itself (process.c), or replaces (lines.c, files.c, syncer.c).
REPLACED = ("call/shared.c", "http/clock.c", "http/file_posix.c", "http/line_curl.c",
            "http/net_curl.c", "http/syncer.c", "http/way_curl.c")
FLAGS = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-O2", "-w", "-DCIELO_BUILD"]


class Defect(NamedTuple):
    name: str
    file: str
    was: str
    becomes: str


DEFECTS = (
    Defect("a write that may have gone is tried again", "call/step.c",
           "else if (write && e->sent != CIELO_SENT_NO)",
           "else if (write && e->sent == CIELO_SENT_YES)"),
    Defect("a 5xx to a write is a refusal", "call/step.c",
           "(class == 3 || class == 4)", "(class >= 3)"),
    Defect("408, 409, 425 and 499 are refusals", "call/retry.c",
           "return http_status == 408", "return 0 && http_status == 408"),
    Defect("a token renewed in a look-up resumes the write", "call/step.c",
           "cielo__call_start_job(call, call->job);\n    return 1;",
           "cielo__call_start_job(call, CIELO__JOB_MAIN);\n    return 1;"),
    Defect("a token fetched in a look-up resumes the write", "call/step.c",
           "cielo__call_start_job(call, call->resume);",
           "cielo__call_start_job(call, CIELO__JOB_MAIN);"),
    Defect("one card by its first six or its last four digits", "call/match.c",
           "memcmp(sent, seen, 6) == 0\n        && memcmp",
           "memcmp(sent, seen, 6) == 0\n        || memcmp"),
    Defect("any card is the same", "call/match.c",
           "&& same_installments(sent, payment) && same_card(intent, sent, payment)",
           "&& same_installments(sent, payment)"),
    Defect("any amount is the same", "call/match.c",
           "if (!same_amount(intent, seen)\n        ||", "if ("),
    Defect("an unseen candidate does not matter", "call/settle.c",
           "s->matches == 1 && !s->unseen", "s->matches == 1"),
    Defect("any of several that fit is taken", "call/settle.c",
           "    if (s->matches > 1) {\n"
           "        again = verdict(CIELO__VERDICT_UNKNOWN, \"several sales fit\");\n"
           "        again.saw = CIELO__SAW_SEVERAL;\n        return again;\n    }\n"
           "    if (s->matches == 1 &&", "    if (s->matches >= 1 &&"),
    Defect("a sale told before is a candidate", "call/settle.c",
           ": !cielo__is_told(shared, id);", ": 1;"),
    Defect("a claim is made twice", "call/settle.c",
           ": cielo__claim(shared, id);", ": cielo__claim(shared, id) || 1;"),
    Defect("no date is too early", "call/match.c",
           "return begin >= 0 && received >= begin - TOLERANCE_MS;", "return begin >= 0;"),
    Defect("a minute of tolerance for dates", "call/match.c",
           "#define TOLERANCE_MS 2000", "#define TOLERANCE_MS 60000"),
    Defect("a refusal is adopted as a payment is", "call/settle.c",
           "|| is_sure_refusal(s, intent, shared, look, match))", "|| 1)"),
    Defect("a refusal needs one look", "call/settle.c",
           "    if (!again) {\n        note_refusal(s, look, id, date, status);\n"
           "        return 0;\n    }\n"
           "    return look->now - s->refused_at >= REFUSAL_MS;",
           "    (void)again;\n    return 1;"),
    Defect("a refusal that the process knows is adopted", "call/settle.c",
           "|| cielo__is_told_here(id) ||", "||"),
    Defect("a refusal of any age is adopted", "call/settle.c",
           "&& (s->bound < 0 || date < s->bound / 1000 * 1000))", "&& 0)"),
    Defect("a refusal may be two seconds older", "call/settle.c",
           "date < s->bound / 1000 * 1000", "date < s->bound / 1000 * 1000 - 2000"),
    Defect("by hand, an old refusal is told at once", "call/settle.c",
           "return cielo__intent_is_manual(intent) && is_payment(seen);",
           "return cielo__intent_is_manual(intent);"),
    Defect("by hand, not_before does not matter", "call/match.c",
           "|| (received >= 0 && received / 1000 >= seconds);", "|| 1;"),
    Defect("whose answer it is does not matter", "call/report.c",
           "if (status == CIELO_OK && is_foreign(call))", "if (0)"),
    Defect("links do not say whose answer it is", "call/answer.c",
           "if (address && !is_link_of(id, length, address))", "if (0)"),
    Defect("a change that the answer does not tell is done", "call/step.c",
           "if (call->change == CIELO__CHANGE_DOUBT)", "if (0)"),
    Defect("a reason against it does not matter", "call/change.c",
           "return t->reason > 0;", "return 0;"),
    Defect("a capture of any amount is the one", "call/settle.c",
           "return known && captured == asked;", "return known;"),
    Defect("a part void is told by any growth", "call/settle.c",
           "voided - before == asked", "voided >= before"),
    Defect("the sale of another order is read for the newest", "call/settle.c",
           "if (!is_of_order(intent, tree)) {", "if (0) {"),
    Defect("links name ids of one form alone", "call/answer.c",
           "        else if (c != '-')\n            return 0;",
           "        else\n            return 0;"),
    Defect("an order number is taken for a card's", "base/cards.c",
           "else if (is_bare_id(text, length, at))", "else if (0)"),
    Defect("the total before a part void is not read", "call/settle.c",
           "return rule_of(intent)->shows == is_voided\n        && param",
           "return 0\n        && param"),
    Defect("the gap between voids counts from the sending", "call/step.c",
           "    call->void_at = call->now;\n", ""),
    Defect("a void that was given up does not count", "call/call.c",
           "    call->void_at = call->send_deadline;\n    call->void_left = 1;", ""),
    Defect("no gap between voids", "call/shared.c", "VOID_GAP = 5100,", "VOID_GAP = 0,"),
    Defect("a cancelled write is no doubt", "call/call.c",
           "    if (doubtful) {", "    if (doubtful && call->phase == CIELO__PHASE_BACK) {"),
    Defect("look-ups go on past their limit", "call/step.c",
           "if (delay >= call->settle_limit - call->now)", "if (0)"),
    Defect("a request may last past the time-out", "call/send.c",
           "call->send_deadline = send_deadline(call, limit);",
           "call->send_deadline = send_deadline(call, limit) + 1000;"),
    Defect("a 401 in a look-up is no end", "call/settle.c",
           "if (seen->http_status == 401 || seen->http_status == 403)", "if (0)"),
    Defect("a doubt names nothing", "call/call.c",
           "outcome unknown (%s): look %s up before repeating\", why, what);",
           "outcome unknown (%s)%.0s\", why, what);"),
    Defect("a recurrence's change is told by anything", "call/settle.c",
           "&& change->same(cielo__member(tree, change->path), intent->body);", ";"),
    Defect("a lease is not given back", "call/call.c", "if (call->holds_token)", "if (0)"),
    Defect("a blocking call takes an idle line as it is", "http/perform.c",
           "            && cielo__line_is_sound(line))", ")"),
    Defect("a loop takes an idle line as it is", "http/multi.c",
           "           && !cielo__line_is_sound(line))", "           && 0)"),
    Defect("a line may be idle for as long as it likes", "http/idle.c",
           "        if (line->idle_since > oldest)", "        if (oldest)"),
    Defect("an idle line that ended is not looked at", "http/multi.c",
           "    if (!cielo__line_is_sound(line))\n        cielo__idle_drop",
           "    if (0)\n        cielo__idle_drop"),
    Defect("a line is kept after the answer to another request", "http/exchange.c",
           "return told != CIELO_EDECODE && cielo_wire_keep(x->wire);",
           "return cielo_wire_keep(x->wire);"),
    Defect("a line is kept although more came than the answer", "http/exchange.c",
           "return told != CIELO_EDECODE && cielo_wire_keep(x->wire);",
           "return told != CIELO_EDECODE;"),
    Defect("a line serves whichever place", "http/idle.c",
           "size_t number = cielo__place_number(place);",
           "size_t number = 0 * cielo__place_number(place);"),
    Defect("a request is sent anew although it was taken whole", "http/exchange.c",
           "cause == CIELO_CAUSE_CLOSED\n"
           "        && cielo_wire_sent_state(x->wire) == CIELO_SENT_NO;",
           "cause == CIELO_CAUSE_CLOSED;"),
    Defect("a request is sent anew after a new line too", "http/exchange.c",
           "return x->reused && !x->again", "return !x->again"),
    Defect("a request that was taken whole was not sent", "http/exchange.c",
           "(void)cielo_call_on_failure(call, cielo_wire_sent_state(x->wire), x->cause,",
           "(void)cielo_call_on_failure(call, CIELO_SENT_NO, x->cause,"),
    Defect("out of time is not sent", "http/exchange.c",
           "(void)cielo_call_on_failure(call, cielo_wire_sent_state(x->wire), x->cause,",
           "(void)cielo_call_on_failure(call, x->cause == CIELO_CAUSE_TIMEOUT"
           " ? CIELO_SENT_NO : cielo_wire_sent_state(x->wire), x->cause,"),
    Defect("what the last piece of a request tells is doubt", "http/wire.c",
           "return wire->heard || is_whole(wire) ?", "return wire->heard || 1 ?"),
    Defect("a line is closed politely in the middle of a request", "http/exchange.c",
           "cielo__line_free(line, 1);", "cielo__line_free(line, 0);"),
    Defect("what was taken is sent again", "http/exchange.c",
           "(void)cielo_wire_sent(x->wire, (size_t)taken);",
           "if ((size_t)taken == length)\n"
           "            (void)cielo_wire_sent(x->wire, (size_t)taken);"),
    Defect("nobody waits for room", "http/multi.c", "events |= CIELO_WRITABLE;", "events |= 0;"),
    Defect("room is waited for as long as there is none", "http/multi.c",
           "case CIELO__WAIT_READ:\n        break;",
           "case CIELO__WAIT_READ:\n        events |= CIELO_WRITABLE;\n        break;"),
    Defect("a line is read once, not to its end", "http/exchange.c",
           "while (is_open(x)) {", "for (int once = 1; once && is_open(x); once = 0) {"),
    Defect("more connections than are allowed", "http/pool.c",
           "if (place && place->used < pool->limit) {",
           "if (place && place->used <= pool->limit) {"),
    Defect("the last in the queue is the next", "http/pool.c",
           "cielo__lease *next = place->queue.first;", "cielo__lease *next = place->queue.last;"),
    Defect("a turn that nobody hears of", "http/pool.c",
           "    if (next->board)\n        enqueue(next->board, next);",
           "    if (next->board)\n        next->posted = 0;"),
    Defect("a turn that is not given on", "http/pool.c",
           "else if (lease->state == CIELO__LEASE_HELD)\n            pass_on",
           "else if (lease->state == CIELO__LEASE_HELD && !lease->board)\n            pass_on"),
    Defect("who gave up is in the queue still", "http/pool.c",
           "            dequeue(&lease->place->queue, lease);\n        else if",
           "            lease->next = NULL;\n        else if"),
    Defect("turns of other threads are not asked for", "http/multi.c",
           "(multi->lists[WAITING].first || multi->lists[QUEUED].first)",
           "(multi->lists[WAITING].first)"),
    Defect("a queued call waits past its time", "http/multi.c",
           "        e->exchange->lease.owner = e;\n"
           "        time_entry(multi, e, e->exchange->limit);",
           "        e->exchange->lease.owner = e;\n"
           "        time_entry(multi, e, e->exchange->limit + 500);"),
    Defect("a number that was opened again seems the same", "http/watch.c",
           "    slot->closed = 1;", "    slot->closed = 0;"),
    Defect("a number that was opened again is in the list at once", "http/watch.c",
           "if (slot->gone != GONE_CLOSED || !w->listed)", "if (1)"),
    Defect("idle lines are not closed when that is asked for", "http/pool.c",
           "        idle = take_all_idle(pool);",
           "        idle = idle_only ? NULL : take_all_idle(pool);"),
    Defect("a line of the blocking is kept past the closing", "http/pool.c",
           "    if (pool->age != age) {", "    if (0) {"),
    Defect("a kept line is not watched", "http/multi.c",
           "    cielo__watch_set(&multi->watches, line, cielo__line_fd(line),\n"
           "                     CIELO_READABLE);",
           "    cielo__watch_set(&multi->watches, line, cielo__line_fd(line),\n"
           "                     0);"),
    Defect("a loop sends before the intent is on disk", "http/multi.c",
           "    if (why || !e->ticket) {", "    if (1) {"),
    Defect("a loop sends although the sync failed", "http/multi.c",
           "(void)cielo_call_on_record(e->call, status == CIELO_OK, err.message);",
           "(void)cielo_call_on_record(e->call, 1, err.message);"),
    Defect("a loop waits for the disk itself", "http/multi.c",
           "        || cielo_journal_sync_start(multi->client, ticket, NULL) == CIELO_OK)",
           "        || 0)"),
    Defect("a loop asks for no sync", "http/multi.c",
           "    multi->unasked = e->ticket;", "    multi->unasked = 0;"),
    Defect("a blocking call does not wait for its disk", "http/perform.c",
           "if (status == CIELO_OK && ticket)", "if (status == CIELO_OK && 0 * ticket)"),
    Defect("a blocking call is sent unrecorded", "http/perform.c",
           "(void)cielo_call_on_record(call, status == CIELO_OK, err.message);",
           "(void)cielo_call_on_record(call, 1, err.message);"),
    Defect("what cannot be recorded is sent all the same", "call/recording.c",
           "if (cielo__client_needs_journal(call->client)) {", "if (0) {"),
    Defect("a write is not recorded", "call/send.c",
           "return call->job == CIELO__JOB_MAIN && call->recording == CIELO__RECORD_NONE",
           "return call->job == CIELO__JOB_MAIN && call->recording != CIELO__RECORD_NONE"),
    Defect("a fdatasync that failed is done", "http/journal.c",
           "error = cielo__file_sync(s->file);", "error = 0 * cielo__file_sync(s->file);"),
    Defect("a segment is used on after a failed fdatasync", "http/journal.c",
           "        if (w->current == s)\n            w->current = NULL;\n    } else {",
           "    } else {"),
    Defect("what is appended during a fdatasync is on disk", "http/journal.c",
           "        w->settled = w->target;", "        w->settled = s->last;"),
    Defect("nobody hears that the disk is done", "http/journal.c",
           "        cielo__bell_ring(at->bell);", "        (void)at;"),
    Defect("a segment is let go of while its calls are under way", "http/journal.c",
           "s->until + GRACE_MS > now", "s->until < 0"),
    Defect("a record begins on the line of the one before", "call/record.c",
           "opening[] = \"\\n{", "opening[] = \"{"),
    Defect("a record has no end of its line", "call/record.c",
           "\\\"}\\n\";", "\\\"}\";"),
    Defect("the sum of a line does not matter", "http/records.c",
           "|| !has_sum(tail, line))", "|| 0)"),
    Defect("a damaged line is the end", "http/records.c",
           "    r->too_long = 0;\n    pass(r, length + feed);",
           "    if (status != CIELO_OK && length > 0)\n        length = r->to - r->from - feed;\n"
           "    r->too_long = 0;\n    pass(r, length + feed);"),
    Defect("whether the writer lives is not asked", "http/records.c",
           "r->whole = !cielo__file_is_held(r->file);", "r->whole = 1;"),
    Defect("who wrote on before he died is not read on", "http/records.c",
           "    return was_whole;", "    (void)was_whole;\n    return r->whole;"),
    Defect("an unknown outcome is an end", "http/journal_index.c",
           "\"unknown\") ? CIELO__ENDING_UNKNOWN", "\"unknown\") ? CIELO__ENDING_DONE"),
    Defect("what is settled is not read", "http/journal_index.c",
           "        entry->settled = CIELO__ENDING_ADOPTED;", "        entry->settled = 0;"),
    Defect("an absent one is adopted, in the index", "http/journal_index.c",
           "int adopted = is_word(record, \"state\", \"adopted\");", "int adopted = 1;"),
    Defect("what others of the order made is not known", "http/journal_read.c",
           "if (other != entry && other->made)", "if (0 && other->made)"),
    Defect("another void of the payment does not matter", "http/journal_read.c",
           "cielo__index_is_overtaken(&j->index, entry))", "0 * (int)(size_t)entry)"),
    Defect("calls are in doubt before their time is over", "http/journal_read.c",
           "s->read_at > entry->deadline + LATE_MS", "s->read_at > entry->at"),
    Defect("two may settle at once", "http/journal_prune.c",
           "    if (!error) {\n        *out = lock;",
           "    if (!error || error == EWOULDBLOCK) {\n        *out = lock;"),
    Defect("what is in doubt is pruned", "http/journal_prune.c",
           "&& cielo__entry_ending(&index->entries[i]) <= CIELO__ENDING_UNKNOWN)",
           "&& cielo__entry_ending(&index->entries[i]) < CIELO__ENDING_NONE)"),
    Defect("one look says absent", "call/entry.c",
           "    return since >= 0 && now - since >= APART_MS && now - since >= r->lasts;",
           "    return since >= -1;"),
    Defect("nine minutes are ten", "call/entry.c",
           "#define APART_MS (10 * INT64_C(60000))", "#define APART_MS (9 * INT64_C(60000))"),
    Defect("any look that adopts nothing saw nothing", "call/settle.c",
           "    return s->matches > 0 || s->unseen || s->too_many || s->maybe",
           "    return 0"),
    Defect("a look that was not answered begins the ten minutes anew", "call/entry.c",
           "cielo__is_word(saw, \"unread\")", "0"),
    Defect("a look without a date is of its machine's clock", "call/settling.c",
           "cielo__last_absence(call->recorded);", "-1;"),
    Defect("a record whose line feed rotted is a torn one", "http/records.c",
           "        status = take_inside(r, length, from);\n        if", "        if"),
    Defect("a record that rotted at its end is a torn one", "http/records.c",
           "(r->damaged > before && !was_whole)", "r->damaged > before"),
    Defect("an error hides an id's digits", "call/shown.c",
           "cielo__is_id(text, length) ? CIELO_FIELD_ID", "length == 0 ? CIELO_FIELD_ID"),
    Defect("a look that another answered counts on", "call/entry.c",
           "    int64_t other = find_look(looks, 0, 0, -1, now);", "    int64_t other = -1;"),
    Defect("the clock of the writer is Cielo's", "call/entry.c",
           "        r->begin = at + ahead + within;\n        r->earliest = at + ahead;",
           "        r->begin = r->earliest = at;"),
    Defect("what Cielo's clock may be more ahead is not read", "call/entry.c",
           "        r->begin = at + ahead + within;", "        r->begin = at + ahead;"),
    Defect("what Cielo's clock may be more ahead is not noted", "call/record.c",
           "        put_integer(l, within);", "        put_integer(l, 0 * within);"),
    Defect("an answer is dated when it comes", "call/shared.c",
           "most = date + SECOND - sent;", "most = date + SECOND - now + 0 * sent;"),
    Defect("a date has no second in which it was written", "call/shared.c",
           "SECOND = 999,", "SECOND = 0,"),
    Defect("of dates that contradict each other the last counts", "call/shared.c",
           "        s->clock_least = lesser(least, s->clock_least);\n"
           "        s->clock_most = greater(most, s->clock_most);",
           "        s->clock_least = least;\n        s->clock_most = most;"),
    Defect("without Cielo's clock any refusal is one's own", "call/entry.c",
           "        r->earliest = at - DAY_MS;", "        r->begin = r->earliest = at - DAY_MS;"),
    Defect("no sale is too late for a record", "call/match.c",
           "return !intent->recorded || received <= intent->recorded->latest;", "return 1;"),
    Defect("the total before a recorded part void is not known", "call/entry.c",
           "        r->voided_before = -1;", "        r->voided_before = 0;"),
    Defect("a void by order number is told absent", "call/settle.c",
           "is_voided, as_change, cannot_be_denied,", "is_voided, as_change, is_not_voided,"),
    Defect("an order number of Checkout is masked in a record", "call/record.c",
           "    if (cielo__is_guid(text, length) || cielo__is_bare_id(text, length))\n"
           "        return 1;", "    if (0)\n        return 1;"),
    Defect("a card's number is recorded", "call/record.c",
           "put_plain(l, digits, FIRST);", "put_plain(l, digits, count);"),
    Defect("a record has the whole of a stored card", "call/record.c",
           "        NAME(l, \"stored\");\n        put_flag(l, 1);",
           "        NAME(l, \"stored\");\n"
           "        put_string(l, cielo_value_text(CIELO__GET(card, \"CardToken\"), NULL));"),
)

#: Not planted, or planted and not found, and why that is as it should be.
UNSEEN = {
    "an unseen candidate does not matter":
        "of two that fit the look at one must fail: not once in a million writes; "
        "tests/core/test_settle.c",
    "a refusal of any age is adopted":
        "the two seconds that no clock can tell nearly hide it: some seeds find it, the first"
        " million of writes does not; tests/core/test_settle.c plays every age",
    "a refusal may be two seconds older":
        "as the one before",
    "an order number is taken for a card's":
        "what is left of it still names the order here; tests/core/test_shown.c",
    "a void by order number is told absent":
        "that needs a newest sale that the list does not show yet, twice;"
        " tests/core/test_settle_entry.c",
    "an order number of Checkout is masked in a record":
        "few of the simulated ids have so many digits in a row; tests/core/test_record.c",
    "a look that was not answered begins the ten minutes anew":
        "it needs a clock that is ahead: one world of some 68,000, which seeds.txt has",
    "a look without a date is of its machine's clock":
        "it needs a client that had no date from Cielo; tests/core/test_settle_entry.c",
    "a record whose line feed rotted is a torn one":
        "few bits rot, and of a line few are its line feeds: tests/core/test_records.c",
    "a record that rotted at its end is a torn one":
        "two bits of one line: one world of some 68,000, which seeds.txt has",
    "an error hides an id's digits":
        "few of the simulated ids have so many digits in a row: two worlds of some 68,000,"
        " which seeds.txt has",
    "a lease is not given back":
        "it ends with its holder's time: others wait longer and are told in time;"
        " tests/core/test_call.c",
    "a refusal that the process knows is adopted":
        "the claim that follows counts who was told, and refuses it too",
    "a sale told before is a candidate":
        "the claim that follows refuses it too: planted there it is found",
    "by hand, an old refusal is told at once":
        "what a refusal needs, by hand too, refuses it before: planted there it is found",
    "a reason against it does not matter":
        "Cielo's code says the same beside it; where it does not, the change is looked up",
    "a 401 in a look-up is no end":
        "nothing is told wrong by it: the look-ups go on to their limit, then it is a doubt",
    "more candidates than are looked at":
        "no world has seventeen sales of one number; tests/core/test_settle.c",
    "a 404 in a look-up, and no wait between look-ups":
        "nothing is told wrong by them, only sooner or later; tests/core/test_call.c",
    "no memory while settling": "memory does not fail here; tests/core/fail_alloc.c makes it fail",
    "a segment is used on after a failed fdatasync":
        "its later tickets fail with it, so that nothing is told to be on disk",
    "another void of the payment does not matter":
        "what it tells wrong is counted as another's void of the same part",
    "a look that another answered counts on":
        "what it tells wrong is counted as an answer that names nothing",
    "who wrote on before he died is not read on":
        "the next who reads sees it; tests/core/test_records.c",
    "of dates that contradict each other the last counts":
        "what an answer of another moment tells is excused; tests/core/test_record.c",
    "the total before a recorded part void is not known":
        "it takes a look ahead that was lost, and an earlier void of the same part;"
        " tests/core/test_settle_entry.c",
    "a forked child writes to its parent's segment":
        "no process forks here; tests/core/test_journal.c",
    "a forked child uses its parent's connections":
        "no process forks here; tests/core/test_multi.c and test_perform.c",
    "what libcurl does with a connection":
        "the network here is another; tests/core/test_lines.c and test_tls.c",
    "a card of 19 digits, the largest amount":
        "what is refused before it is sent is no event; tests/core/test_validate.c",
    "the very edge of the tolerance for dates":
        "one millisecond of two seconds: tests/core/test_settle.c plays both sides of it",
    "another's void of the same part in between":
        "no client can know of it: counted among the residue, not found",
}


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)


class Bench:
    """A folder with the core and the simulator built, in which one file at a time is changed."""

    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plant."))
        shutil.copytree(ROOT / "core/src", self.folder / "src")
        flags = run(["pkg-config", "--cflags", "libcurl", "libcjson"]).stdout.split()
        self.compile = ["cc", *FLAGS, f"-I{ROOT}/core/include", f"-I{self.folder}/src",
                        f"-I{ROOT}/tests/simulate", *flags, "-c"]
        self.sources = sorted((self.folder / "src").glob("*/*.c"))
        for name in REPLACED:
            self.sources.remove(self.folder / "src" / name)
        rules = (ROOT / "Makefile").read_text(encoding="utf-8")
        self.wraps = ["-Wl," + wrap for wrap in re.findall(r"--wrap=cielo\w+", rules)]
        self.simulator = sorted((ROOT / "tests/simulate").glob("*.c"))
        for source in (*self.sources, *self.simulator):
            self.build(source)

    def object_of(self, source: pathlib.Path) -> pathlib.Path:
        return self.folder / (source.stem + "." + source.parent.name + ".o")

    def build(self, source: pathlib.Path) -> None:
        done = run([*self.compile, str(source), "-o", str(self.object_of(source))])
        if done.returncode:
            sys.exit(done.stdout)

    def rebuild(self, source: pathlib.Path) -> None:
        changed = ROOT / "tests/simulate/process.c" if source.name == "shared.c" else source
        self.build(changed)

    def play(self) -> str | None:
        """What the simulator says of it; None when it finds nothing."""
        program = str(self.folder / "simulate")
        objects = [str(self.object_of(source)) for source in (*self.sources, *self.simulator)]
        done = run(["cc", *objects, *self.wraps, "-o", program, "-lcjson", "-lpthread"])
        if done.returncode:
            sys.exit(done.stdout)
        for command in ([program, "--writes", WRITES, "--jobs", "2", "--first"],
                        [program, "--walk", "5"]):
            told = run(command)
            if told.returncode:
                writes = re.search(r" (\d+) writes", told.stdout)
                seed = re.search(r"^seed (\d+) BROKE: (.*)", told.stdout, re.M)
                walk = re.search(r"^\w+, variant \d: (.*)", told.stdout, re.M)
                if seed and writes:
                    return f"within {writes[1]} writes, seed {seed[1]}: {seed[2]}"
                return f"by the walk: {walk[1]}" if walk else "a crash or a leak"
        return None

    def plant(self, defect: Defect) -> str | None:
        path = self.folder / "src" / defect.file
        source = path.read_text(encoding="utf-8")
        if not has_place(defect):
            sys.exit(f"{defect.name}: not one place in {defect.file}: {defect.was}")
        path.write_text(source.replace(defect.was, defect.becomes), encoding="utf-8")
        self.rebuild(path)
        try:
            return self.play()
        finally:
            path.write_text(source, encoding="utf-8")
            self.rebuild(path)


def has_place(defect: Defect) -> bool:
    source = (ROOT / "core" / "src" / defect.file).read_text(encoding="utf-8")
    return source.count(defect.was) == 1


def check_places() -> int:
    lost = [defect for defect in DEFECTS if not has_place(defect)]
    for defect in lost:
        print(f"{defect.name}: not one place in {defect.file}: {defect.was}")
    print(f"{len(DEFECTS) - len(lost)} passed, {len(lost)} failed")
    return 1 if lost else 0


def main() -> int:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    if word == "--places":
        return check_places()
    bench = Bench()
    found = missed = 0
    try:
        if bench.play():
            sys.exit("the core breaks a rule as it is")
        for defect in DEFECTS:
            if word not in defect.name:
                continue
            told = bench.plant(defect)
            if told:
                found += 1
                print(f"{defect.name}: found {told}", flush=True)
            elif defect.name in UNSEEN:
                print(f"{defect.name}: not found, {UNSEEN[defect.name]}", flush=True)
            else:
                missed += 1
                print(f"{defect.name}: NOT FOUND", flush=True)
    finally:
        shutil.rmtree(bench.folder)
    for name, reason in UNSEEN.items():
        if not any(defect.name == name for defect in DEFECTS):
            print(f"{name}: not planted, {reason}")
    print(f"{found} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
