/* The module: what it exports, and its making. */
#include "state.h"

static int add_names(module_state *state)
{
    size_t i;

#define NAME(slot, text)                                  \
    if (!(state->slot = PyUnicode_InternFromString(text))) \
        return -1
    NAME(str_route, "_route");
    NAME(str_create_future, "create_future");
    NAME(str_done, "done");
    NAME(str_set_result, "set_result");
    NAME(str_set_exception, "set_exception");
    NAME(str_is_closed, "is_closed");
    NAME(str_call_soon_threadsafe, "call_soon_threadsafe");
    NAME(str_call_later, "call_later");
    NAME(str_cancel, "cancel");
    NAME(str_add_reader, "add_reader");
    NAME(str_add_writer, "add_writer");
    NAME(str_remove_reader, "remove_reader");
    NAME(str_remove_writer, "remove_writer");
    NAME(str_blocking, "_asyncio_future_blocking");
    NAME(str_adopt, "_adopt");
    NAME(str_is_enabled_for, "isEnabledFor");
    NAME(str_logging, "logging");
    NAME(str_level, "level");
    NAME(str_parent, "parent");
    NAME(str_debug, "debug");
    NAME(str_warning, "warning");
    NAME(str_found, "found");
    NAME(str_sent, "sent");
    NAME(str_message, "message");
    NAME(str_operation, "operation");
    NAME(str_merchant_order_id, "merchant_order_id");
    NAME(str_maybe, "maybe");
    NAME(str_yes, "yes");
    NAME(log_format, "%s %s -> %s in %s ms (request %s)");
    NAME(outcome_format, "%s (sent: %s, payments: %s)");
    for (i = 0; i < CIELO_OP_COUNT; i++)
        NAME(operations[i].name, cielo_operation_at((int)i)->name);
    for (i = 0; i < CIELO_FACT_COUNT; i++)
        NAME(fact_names[i], cielo_fact_at(i)->name);
#undef NAME
    state->log_level = PyLong_FromLong(LEVEL_DEBUG);
    return state->log_level ? 0 : -1;
}

/* __all__ is what does not begin with an underscore. */
static int add_all(PyObject *module)
{
    PyObject *names = PyDict_Keys(PyModule_GetDict(module));
    PyObject *all = PyList_New(0);
    Py_ssize_t i;
    int status = -1;

    if (!names || !all)
        goto done;
    for (i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);

        if (PyUnicode_READ_CHAR(name, 0) == '_')
            continue;
        if (PyList_Append(all, name) < 0)
            goto done;
    }
    if (PyList_Sort(all) < 0)
        goto done;
    status = add_object(module, "__all__", all);
done:
    Py_XDECREF(names);
    Py_XDECREF(all);
    return status;
}

static int core_exec(PyObject *module)
{
    module_state *state = PyModule_GetState(module);

    witness_add(state);
    state->make_member = member_to_python;
    state->make_problems = make_problems;
    state->make_advice = make_advice;
    if (add_names(state) < 0 ||
        add_type(module, &secret_spec, NULL, &state->secret_type) < 0 ||
        add_type(module, &call_spec, NULL, &state->call_type) < 0 ||
        add_type(module, &outcome_spec, NULL, &state->outcome_type) < 0 ||
        add_type(module, &roster_spec, NULL, &state->roster_type) < 0 ||
        add_type(module, &multi_spec, NULL, &state->multi_type) < 0 ||
        add_type(module, &watch_spec, NULL, &state->watch_type) < 0 ||
        add_type(module, &journal_spec, NULL, &state->journal_type) < 0 ||
        add_type(module, &records_spec, NULL, &state->records_type) < 0 ||
        kinds_add(module, state) < 0 || errors_add(module, state) < 0 ||
        nouns_add(module, state) < 0 || client_types_add(module, state) < 0 ||
        codes_add(module, state) < 0 || plan_add(module, state) < 0)
        return -1;
    state->restore = PyObject_GetAttrString(module, "_restore");
    state->restore_row = PyObject_GetAttrString(module, "_restore_row");
    if (!state->restore || !state->restore_row ||
        PyModule_AddStringConstant(module, "__version__", cielo_version()) < 0)
        return -1;
    return add_all(module);
}

static PyMethodDef core_methods[] = {
    {"return_code", METHOD(codes_return_code), METH_FASTCALL | METH_KEYWORDS,
     "return_code(code, operation='sale')\n--\n\n"
     "What a return code of Cielo's means, or None when no book holds it.\n\n"
     "The text is exact: '4' is a success and '04' a blocked card. operation\n"
     "is 'sale', 'capture' or 'void': each has a book of its own."},
    {"abecs", METHOD(codes_abecs), METH_FASTCALL | METH_KEYWORDS,
     "abecs(brand, code)\n--\n\n"
     "A brand's denial code in the table of ABECS, or None."},
    {"merchant_advice", METHOD(codes_merchant_advice),
     METH_FASTCALL | METH_KEYWORDS,
     "merchant_advice(code)\n--\n\n"
     "What Mastercard advises the merchant to do, or None."},
#define BOOK(name, text)                                                  \
    {#name, METHOD(codes_##name), METH_FASTCALL | METH_KEYWORDS,          \
     #name "(value)\n--\n\n" text " by its number or its word, or None."}
    BOOK(sale_status, "The status of a sale (API 3.0)"),
    BOOK(order_status, "The status of a Checkout order"),
    BOOK(recurrence_status, "The status of a recurrence (API 3.0)"),
    BOOK(order_recurrence_status, "The status of a Checkout recurrence"),
    BOOK(antifraud_status, "The status of a fraud analysis (API 3.0)"),
    BOOK(order_antifraud_status, "The status of a Checkout fraud analysis"),
    BOOK(reason_code, "The reason of an answer (API 3.0)"),
    BOOK(api_error, "An error of API 3.0"),
#undef BOOK
    {"retry_plan", METHOD(codes_retry_plan), METH_FASTCALL | METH_KEYWORDS,
     "retry_plan(sale, attempts=None, now=None)\n--\n\n"
     "When a sale may be tried again, or None when it may not.\n\n"
     "sale: a result with advice, an Advice, a Retry, or an entry of a code\n"
     "book that has one: ReturnCode, MerchantAdvice\n"
     "attempts: the times of those made so far, the first among them; when\n"
     "left out, this one alone: when Cielo received the sale, else now\n"
     "now: the caller's clock; when left out, the system's\n\n"
     "Times are datetime.datetime with a zone or seconds since 1970; the\n"
     "answer is a datetime in UTC, never before now. Raises ValueError for a\n"
     "datetime without a zone, which parse_time gives: Cielo's clock is\n"
     "Brasilia's, three hours behind UTC. Raises TypeError for anything\n"
     "else."},
    {"next_charge", METHOD(next_charge), METH_FASTCALL | METH_KEYWORDS,
     "next_charge(sale, merchant_order_id, amount, *, reason=None, "
     "transaction_link_id=None)\n--\n\n"
     "The fields of a stored card's next charge that the store makes by\n"
     "itself, for client.sales.create: token, brand and what the brand wants\n"
     "to see again. A dict in wire names; add what your sales carry "
     "besides.\n\n"
     "sale: the result of the last approved sale of that card, or a dict\n"
     "that keeps what it said, secrets revealed\n"
     "reason: Recurring, Unscheduled or Installments; left out, the sale's,\n"
     "and where that has none Recurring after a sale marked recurrent, else\n"
     "Unscheduled\n"
     "transaction_link_id: Mastercard's of the first sale, the one that the\n"
     "shopper took part in; needed once sale is a later one, '' if that had\n"
     "none\n\n"
     "Raises ValidationError with every problem."},
    {"parse_time", METHOD(parse_time), METH_FASTCALL | METH_KEYWORDS,
     "parse_time(text)\n--\n\n"
     "A date or moment of a result or a notification, as a datetime.\n\n"
     "text: in any of Cielo's styles, such as '2026-11-22 12:00:05',\n"
     "'2026-11-22T12:00:05.42', '2026-11-22' or '22/11/2026 12:00:05'\n\n"
     "The datetime has no zone, since Cielo gives none. None for None and for\n"
     "Cielo's '" CIELO_NEVER "'. Raises DecodeError for other texts."},
    {"parse_notification", METHOD(parse_notification),
     METH_FASTCALL | METH_KEYWORDS,
     "parse_notification(body, content_type=None)\n--\n\n"
     "Reads what Cielo posted, bytes or text of any shape.\n\n"
     "Raises DecodeError for what is no notification. Nothing in it is\n"
     "proof: client.confirm() asks Cielo."},
    {"_restore", METHOD(result_restore), METH_FASTCALL, NULL},
    {"_restore_row", METHOD(codes_restore), METH_FASTCALL, NULL},
    {"_read", METHOD(trial_read), METH_FASTCALL, NULL},
    {"_checked", METHOD(trial_checked), METH_FASTCALL, NULL},
    {"_journal_segments", journal_segments, METH_O, NULL},
    {"_journal_prune", journal_prune, METH_VARARGS, NULL},
    {"_journal_settle", METHOD(journal_settle), METH_FASTCALL, NULL},
    {"_fits", fits, METH_O,
     "_fits($module, name, /)\n--\n\nHow well a name fits which objects."},
    {"_schema", schema, METH_NOARGS,
     "_schema($module)\n--\n\nThe maps of the core, for the stub's generator."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, core_exec},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

PyMODINIT_FUNC PyInit__core(void)
{
    core_module.m_methods = core_methods;
    core_module.m_slots = core_slots;
    return PyModuleDef_Init(&core_module);
}
