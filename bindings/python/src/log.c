/* The logger `cielo`: every attempt of a call in a line. */
#include "state.h"

#include <string.h>

/* The handler keeps a program that set no logging up quiet. `*is_plain`: not of
 * a class of the application's. */
static PyObject *make_logger(int *is_plain)
{
    PyObject *logging = PyImport_ImportModule("logging"), *added = NULL;
    PyObject *kind = NULL, *logger = NULL, *handler = NULL;

    if (logging)
        kind = PyObject_GetAttrString(logging, "Logger");
    if (kind)
        logger = PyObject_CallMethod(logging, "getLogger", "s", "cielo");
    if (logger)
        handler = PyObject_CallMethod(logging, "NullHandler", NULL);
    if (handler)
        added = PyObject_CallMethod(logger, "addHandler", "O", handler);
    if (!added)
        Py_CLEAR(logger);
    *is_plain = logger && (PyObject *)Py_TYPE(logger) == kind;
    Py_XDECREF(added);
    Py_XDECREF(handler);
    Py_XDECREF(kind);
    Py_XDECREF(logging);
    return logger;
}

/* Nothing listens in a program that never imported the module. Threads that
 * meet here are given the same logger by the module that has them all. */
int logger_find(module_state *state)
{
    PyObject *modules = PyImport_GetModuleDict(), *logging, *logger;
    int is_plain;

    if (atomic_peek(&state->logger))
        return 0;
    logging = PyDict_GetItemWithError(modules, state->str_logging);
    if (!logging || logging == Py_None)
        return PyErr_Occurred() ? -1 : 0;
    logger = make_logger(&is_plain);
    if (!logger)
        return -1;
    state->is_plain_logger = is_plain;
    if (!atomic_put(&state->logger, logger))
        Py_DECREF(logger);
    return 0;
}

static PyObject *attempt_member(const cielo_value *attempt, const char *name,
                                const char *other)
{
    const cielo_value *value = cielo_value_get(attempt, name);

    if (cielo_value_type(value) == CIELO_NULL)
        value = cielo_value_get(attempt, other);
    return value_to_plain(value);
}

/* Attributes of the line's record, for handlers that write JSON or spans. */
static const struct {
    const char *name;
    int is_calls; /* else the attempt's */
    const char *member;
} extras[] = {{"operation", 1, "operation"}, {"order", 1, "merchant_order_id"},
              {"status", 0, "http_status"},  {"ms", 0, "ms"},
              {"request_id", 0, "request_id"}, {"sent", 0, "sent"}};

/* The keywords of the logger's method. */
static PyObject *make_extra(const cielo_value *details,
                            const cielo_value *attempt)
{
    PyObject *extra = PyDict_New();
    size_t i;

    for (i = 0; extra && i < sizeof(extras) / sizeof(*extras); i++) {
        const cielo_value *from = extras[i].is_calls ? details : attempt;
        PyObject *value =
            value_to_plain(cielo_value_get(from, extras[i].member));

        if (!value || PyDict_SetItemString(extra, extras[i].name, value) < 0)
            Py_CLEAR(extra);
        Py_XDECREF(value);
    }
    return extra ? Py_BuildValue("{s:N}", "extra", extra) : NULL;
}

/* A factory of records may have set one of the names itself, which `logging`
 * refuses: its own stays. */
static PyObject *tell(PyObject *method, PyObject *args, PyObject *extra)
{
    PyObject *done = PyObject_Call(method, args, extra);

    if (done || !PyErr_ExceptionMatches(PyExc_KeyError))
        return done;
    PyErr_Clear();
    return PyObject_CallObject(method, args);
}

static int log_attempt(module_state *state, const cielo_value *details,
                       const cielo_value *attempt)
{
    PyObject *method = PyObject_GetAttr(state->logger, state->str_debug);
    PyObject *extra = method ? make_extra(details, attempt) : NULL;
    PyObject *args = NULL, *done = NULL;

    if (extra)
        args = Py_BuildValue(
            "(ONNNNN)", state->log_format,
            attempt_member(attempt, "method", "method"),
            attempt_member(attempt, "url", "url"),
            attempt_member(attempt, "http_status", "cause"),
            attempt_member(attempt, "ms", "ms"),
            attempt_member(attempt, "request_id", "request_id"));
    if (args)
        done = tell(method, args, extra);
    Py_XDECREF(method);
    Py_XDECREF(extra);
    Py_XDECREF(args);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* The level that the nearest of a logger and those above it sets. A plain
 * logger's are read as it reads them itself, without its Python code. May set
 * an exception. */
static long level_of(module_state *state)
{
    PyObject *at = Py_NewRef(state->logger);
    long level = 0;

    while (at && at != Py_None && level == 0) {
        PyObject *number = PyObject_GetAttr(at, state->str_level);

        level = number ? PyLong_AsLong(number) : -1;
        Py_XDECREF(number);
        if (level == 0)
            Py_SETREF(at, PyObject_GetAttr(at, state->str_parent));
    }
    Py_XDECREF(at);
    return level;
}

static int is_logged(module_state *state)
{
    PyObject *answer;
    int enabled;
    long level;

    if (!atomic_peek(&state->logger))
        return 0;
    if (state->is_plain_logger) {
        level = level_of(state);
        if (PyErr_Occurred())
            return -1;
        if (level > LEVEL_DEBUG)
            return 0;
    }
    answer = PyObject_CallMethodObjArgs(
        state->logger, state->str_is_enabled_for, state->log_level, NULL);
    enabled = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return enabled;
}

/* Signals are handled wherever Python code runs, in a logger's too, and what
 * a handler of theirs raises is the caller's: the exceptions that no `except
 * Exception` keeps, and any out of a question that raises nothing by itself.
 * What an application's filter raises must not hide what became of a
 * payment. */
static int is_for_caller(int asked)
{
    return PyErr_ExceptionMatches(PyExc_Exception)
               ? asked && !PyErr_ExceptionMatches(PyExc_MemoryError)
               : 1;
}

static int end_log(module_state *state, int asked)
{
    if (is_for_caller(asked))
        return -1;
    PyErr_WriteUnraisable(state->logger);
    return 0;
}

/* What became known after the other warnings had been told, and when the
 * outcome was at hand: what a filter makes an exception of does not take its
 * place. */
static int warn_late(module_state *state, const char *name,
                     const char *message)
{
    if (atomic_peek(&state->logger)) {
        PyObject *done = PyObject_CallMethod(state->logger, "warning", "sss",
                                             "%s: %s", name, message);

        Py_XDECREF(done);
        if (!done && end_log(state, 0) < 0)
            return -1;
    }
    return PyErr_WarnFormat(state->field_warning, 1, "journal: %s", message) < 0
               ? end_log(state, 0)
               : 0;
}

/* Of a write that was sent and the journal could not note, or whose outcome. */
static int warn_unrecorded(module_state *state, const cielo_call *call)
{
    const char *name = cielo_operation_at(cielo_call_operation(call))->name;
    const cielo_value *warning = cielo_value_first(cielo_call_warnings(call));
    const cielo_value *value;
    int status = 0;

    if (!warning || cielo_call_result(call, &value, NULL) == CIELO_EJOURNAL)
        return 0;
    for (; warning && status == 0; warning = cielo_value_next(warning))
        if (strcmp(cielo_value_text(cielo_value_get(warning, "rule"), NULL),
                   "unrecorded") == 0)
            status = warn_late(state, name,
                               cielo_value_text(
                                   cielo_value_get(warning, "message"), NULL));
    return status;
}

int log_attempts(module_state *state, cielo_call *call)
{
    const cielo_value *details = NULL, *attempt = NULL;
    int enabled;

    if (warn_unrecorded(state, call) < 0)
        return -1;
    enabled = is_logged(state);
    if (enabled < 0)
        return end_log(state, 1);
    if (enabled > 0) { /* the details are made for who looks */
        details = cielo_call_details(call);
        attempt = cielo_value_first(cielo_value_get(details, "attempts"));
    }
    for (; attempt; attempt = cielo_value_next(attempt))
        if (log_attempt(state, details, attempt) < 0)
            return end_log(state, 0);
    return 0;
}

/* The ids of the payments that were found. */
static PyObject *list_ids(PyObject *outcome)
{
    PyObject *found = PyObject_GetAttrString(outcome, "found");
    PyObject *ids = found ? PySequence_List(found) : NULL;
    Py_ssize_t i;

    for (i = 0; ids && i < PyList_GET_SIZE(ids); i++) {
        PyObject *id = PyObject_GetAttrString(PyList_GET_ITEM(ids, i),
                                              "payment_id");

        if (!id) {
            PyErr_Clear(); /* what names it is in the message */
            id = Py_NewRef(Py_None);
        }
        PyList_SetItem(ids, i, id);
    }
    Py_XDECREF(found);
    return ids;
}

/* The last of a chain, borrowed: each is held by the one before it. */
static PyObject *last_of(PyObject *outcome)
{
    PyObject *former;

    while ((former = PyException_GetContext(outcome)) != NULL) {
        Py_DECREF(former);
        outcome = former;
    }
    return outcome;
}

/* Takes a chain of outcomes, as a list would need memory. Other threads may add
 * to those that wait, or take them, meanwhile. */
static void put_unlogged(module_state *state, PyObject *outcome)
{
    while (!atomic_put(&state->unlogged, outcome))
        PyException_SetContext(last_of(outcome),
                               atomic_take(&state->unlogged));
}

void log_later(module_state *state, PyObject *outcome)
{
    PyException_SetContext(outcome, NULL);
    put_unlogged(state, Py_NewRef(outcome));
}

static int warn(module_state *state, PyObject *witness, PyObject *outcome)
{
    PyObject *sent = PyObject_GetAttr(outcome, state->str_sent);
    PyObject *ids = sent ? list_ids(outcome) : NULL, *done = NULL;

    if (ids)
        done = PyObject_CallMethodObjArgs(state->logger, state->str_warning,
                                          state->outcome_format, witness, sent,
                                          ids, NULL);
    Py_XDECREF(done);
    Py_XDECREF(ids);
    Py_XDECREF(sent);
    return done ? 0 : -1;
}

void log_outcome(module_state *state, PyObject *witness, PyObject *outcome)
{
    int status = logger_find(state);

    if (status == 0 && atomic_peek(&state->logger))
        status = warn(state, witness, outcome);
    if (status == 0)
        return;
    if (PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_Clear();
        log_later(state, outcome);
    } else if (!is_for_caller(0)) {
        PyErr_WriteUnraisable(state->logger);
    }
}

int log_unlogged(module_state *state)
{
    PyObject *outcome = atomic_take(&state->unlogged);

    while (outcome && !PyErr_Occurred()) {
        PyObject *former = PyException_GetContext(outcome);

        PyException_SetContext(outcome, NULL);
        log_outcome(state, outcome, outcome);
        if (PyErr_Occurred()) /* what logs raised: it waits on */
            log_later(state, outcome);
        Py_SETREF(outcome, former);
    }
    if (outcome)
        put_unlogged(state, outcome);
    return PyErr_Occurred() ? -1 : 0;
}
