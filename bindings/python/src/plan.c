/* Advice: may a sale be tried again, and when. */
#include "state.h"

#include <string.h>

static PyStructSequence_Field source_fields[] = {
    {"table", "the table that says so"},
    {"retry", "its rule"},
    {"change", "what it asks to alter"},
    {NULL, NULL},
};

static PyStructSequence_Desc source_desc = {
    "cielo.AdviceSource", "What one table says.", source_fields, 3};

static PyStructSequence_Field advice_fields[] = {
    {"code", "the entry of the return code, or None"},
    {"retry", "the strictest of the rules that apply"},
    {"not_before_hours", "hours to wait after the latest attempt, or None"},
    {"change", "what to alter first: 'nothing', 'amount', 'data', 'card' or "
               "'means'"},
    {"sources", "what each table says"},
    {NULL, NULL},
};

static PyStructSequence_Desc advice_desc = {
    "cielo.Advice", "May a sale be tried again, when, and with what changed?",
    advice_fields, 5};

/* Items come in order, each a new reference or NULL with an exception set. */
static PyObject *fill(PyTypeObject *type, PyObject *const *items, int count)
{
    PyObject *tuple = PyStructSequence_New(type);
    int i, whole = tuple != NULL;

    for (i = 0; i < count; i++) {
        whole = whole && items[i];
        if (tuple)
            PyStructSequence_SetItem(tuple, i, items[i]);
        else
            Py_XDECREF(items[i]);
    }
    if (whole)
        return tuple;
    Py_XDECREF(tuple);
    return NULL;
}

static PyObject *make_sources(module_state *state, const cielo_advice *advice)
{
    PyObject *sources = PyTuple_New((Py_ssize_t)advice->source_count);
    size_t i;

    for (i = 0; sources && i < advice->source_count; i++) {
        const cielo_advice_source *source = &advice->sources[i];
        PyObject *items[3], *item;

        items[0] = PyUnicode_FromString(source->table);
        items[1] = make_retry(state, &source->retry);
        items[2] = PyUnicode_FromString(cielo_change_name(source->change));
        item = fill(state->source_type, items, 3);
        if (item)
            PyTuple_SET_ITEM(sources, (Py_ssize_t)i, item);
        else
            Py_CLEAR(sources);
    }
    return sources;
}

PyObject *make_advice(module_state *state, const cielo_advice *advice)
{
    PyObject *items[5];

    items[0] = make_row(state, ROW_CODE, 0, advice->code);
    items[1] = make_retry(state, &advice->retry);
    items[2] = make_figure(advice->not_before_hours);
    items[3] = PyUnicode_FromString(cielo_change_name(advice->change));
    items[4] = make_sources(state, advice);
    return fill(state->advice_type, items, 5);
}

static int read_figure(PyObject *value, int *out)
{
    long number = value == Py_None ? 0 : PyLong_AsLong(value);

    if (number == -1 && PyErr_Occurred())
        return 0;
    if (number < 0 || number > 100000) {
        PyErr_SetString(PyExc_ValueError, "a figure of a rule is out of range");
        return 0;
    }
    *out = (int)number;
    return 1;
}

static int read_retry(module_state *state, PyObject *value, cielo_retry *out)
{
    PyObject *kind;

    if (!Py_IS_TYPE(value, state->retry_type)) {
        PyErr_SetString(PyExc_TypeError, "not a cielo.Retry");
        return 0;
    }
    kind = PyStructSequence_GetItem(value, 0);
    if (!PyUnicode_Check(kind)) {
        PyErr_SetString(PyExc_TypeError, "the kind of a rule must be str");
        return 0;
    }
    for (out->kind = 0; out->kind < CIELO_RETRY_END; out->kind++)
        if (PyUnicode_CompareWithASCIIString(
                kind, cielo_retry_name(out->kind)) == 0)
            break;
    if (out->kind == CIELO_RETRY_END)
        out->kind = CIELO_RETRY_UNKNOWN;
    return read_figure(PyStructSequence_GetItem(value, 1),
                       &out->max_attempts) &&
           read_figure(PyStructSequence_GetItem(value, 2),
                       &out->window_days) &&
           read_figure(PyStructSequence_GetItem(value, 3), &out->after_hours);
}

static int read_advice(module_state *state, PyObject *value, cielo_advice *out)
{
    PyObject *sources = PyStructSequence_GetItem(value, 4);
    Py_ssize_t i;

    memset(out, 0, sizeof(*out));
    if (!read_retry(state, PyStructSequence_GetItem(value, 1), &out->retry) ||
        !read_figure(PyStructSequence_GetItem(value, 2),
                     &out->not_before_hours))
        return 0;
    if (!PyTuple_Check(sources) ||
        PyTuple_GET_SIZE(sources) > CIELO_ADVICE_END) {
        PyErr_SetString(PyExc_TypeError, "not a cielo.Advice");
        return 0;
    }
    for (i = 0; i < PyTuple_GET_SIZE(sources); i++) {
        PyObject *source = PyTuple_GET_ITEM(sources, i);

        if (!Py_IS_TYPE(source, state->source_type)) {
            PyErr_SetString(PyExc_TypeError, "not a cielo.AdviceSource");
            return 0;
        }
        if (!read_retry(state, PyStructSequence_GetItem(source, 1),
                        &out->sources[i].retry))
            return 0;
    }
    out->source_count = (size_t)PyTuple_GET_SIZE(sources);
    return 1;
}

static int64_t *read_times(PyObject *attempts, size_t *count)
{
    PyObject *items = PySequence_Tuple(attempts);
    int64_t *times;
    Py_ssize_t i;

    if (!items)
        return NULL;
    *count = (size_t)PyTuple_GET_SIZE(items);
    times = PyMem_Calloc(*count + 1, sizeof(*times));
    if (!times)
        PyErr_NoMemory();
    for (i = 0; times && i < PyTuple_GET_SIZE(items); i++) {
        if (!parse_moment(PyTuple_GET_ITEM(items, i), &times[i])) {
            PyMem_Free(times);
            times = NULL;
        }
    }
    Py_DECREF(items);
    return times;
}

/* Of a result alone: when Cielo received it, else now. */
static int64_t *read_own_time(module_state *state, PyObject *sale, int64_t now,
                              size_t *count)
{
    PyObject *payment = is_result(state, sale)
                            ? result_member(sale, "payment")
                            : NULL;
    PyObject *received = payment && is_result(state, payment)
                             ? result_member(payment, "received_date")
                             : NULL;
    Py_ssize_t length = 0;
    const char *text = received && PyUnicode_Check(received)
                           ? PyUnicode_AsUTF8AndSize(received, &length)
                           : NULL;
    int64_t *times = PyErr_Occurred() ? NULL : PyMem_Calloc(1, sizeof(*times));

    if (times)
        *times = cielo_attempted_at(text, (size_t)length, now);
    else if (!PyErr_Occurred())
        PyErr_NoMemory();
    *count = 1;
    Py_XDECREF(received);
    Py_XDECREF(payment);
    return times;
}

static int system_time(int64_t *now)
{
    PyObject *module = PyImport_ImportModule("time"), *seconds;
    int known;

    if (!module)
        return 0;
    seconds = PyObject_CallMethod(module, "time", NULL);
    Py_DECREF(module);
    known = seconds && parse_moment(seconds, now);
    Py_XDECREF(seconds);
    return known;
}

static PyObject *as_datetime(module_state *state, int64_t seconds)
{
    if (import_values(state) < 0)
        return NULL;
    return PyObject_CallMethod(state->datetime_class, "fromtimestamp", "LO",
                               (long long)seconds, state->utc);
}

/* 1 with `*next`, 0 when there is no such time, -1 with an exception set. */
static int plan(module_state *state, PyObject *rule, const int64_t *times,
                size_t count, int64_t now, int64_t *next)
{
    cielo_advice advice;
    cielo_retry retry;

    if (Py_IS_TYPE(rule, state->retry_type))
        return read_retry(state, rule, &retry)
                   ? cielo_retry_plan(&retry, times, count, now, next)
                   : -1;
    return read_advice(state, rule, &advice)
               ? cielo_advice_plan(&advice, times, count, now, next)
               : -1;
}

/* The advice of a result, the rule of an entry of a code book, or what is one
 * of the two itself. */
static PyObject *rule_of(module_state *state, PyObject *sale)
{
    PyTypeObject *type = Py_TYPE(sale);

    if (type == state->retry_type || type == state->advice_type)
        return Py_NewRef(sale);
    if (type == state->code_types[ROW_CODE] ||
        type == state->code_types[ROW_ADVICE])
        return PyObject_GetAttrString(sale, "retry");
    if (is_result(state, sale)) {
        PyObject *advice = PyObject_GetAttrString(sale, "advice");

        if (advice && Py_IS_TYPE(advice, state->advice_type))
            return advice;
        Py_XDECREF(advice);
        if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_AttributeError))
            return NULL;
        PyErr_Clear();
    }
    PyErr_Format(PyExc_TypeError, "sale must be a result with advice, a "
                 "cielo.Advice, a cielo.Retry, a cielo.ReturnCode or a "
                 "cielo.MerchantAdvice, not %.100s", type->tp_name);
    return NULL;
}

PyObject *codes_retry_plan(PyObject *module, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {
        {"sale", 1, 0}, {"attempts", 0, 0}, {"now", 0, 0}};
    module_state *state = PyModule_GetState(module);
    PyObject *given[3], *rule, *answer = NULL;
    int64_t *times, now, next;
    size_t count;
    int allowed;

    if (!parse_args("retry_plan", specs, 3, args, nargs, kwnames, given))
        return NULL;
    if (!(given[2] && given[2] != Py_None ? parse_moment(given[2], &now)
                                          : system_time(&now)))
        return NULL;
    rule = rule_of(state, given[0]);
    if (!rule)
        return NULL;
    times = given[1] && given[1] != Py_None
                ? read_times(given[1], &count)
                : read_own_time(state, given[0], now, &count);
    if (times) {
        allowed = plan(state, rule, times, count, now, &next);
        if (allowed == 0)
            answer = Py_NewRef(Py_None);
        else if (allowed > 0)
            answer = as_datetime(state, next);
    }
    PyMem_Free(times);
    Py_DECREF(rule);
    return answer;
}

int plan_add(PyObject *module, module_state *state)
{
    if (add_struct(module, &source_desc, &state->source_type) < 0)
        return -1;
    if (add_struct(module, &advice_desc, &state->advice_type) < 0)
        return -1;
    return advice_prints(state->advice_type);
}
