/* The code books: entries that read the core's static rows. */
#include "state.h"

#include <string.h>

enum row_kind { ROW_CODE, ROW_STATUS, ROW_DENIAL, ROW_ADVICE };

/* An entry is a row and nothing else: made anew for each look-up, equal to any
 * other of the same row. */
typedef struct RowObject {
    PyObject_HEAD
    int kind;
    int book; /* of a status */
    union {
        const void *any;
        const cielo_code *code;
        const cielo_status *status;
        const cielo_denial *denial;
        const cielo_merchant_code *advice;
    } row;
} RowObject;

static PyStructSequence_Field retry_fields[] = {
    {"kind", "'never', 'limited', 'limited_next_day', 'after', 'allowed' or "
             "'unknown'"},
    {"max_attempts", "repeats allowed in the window, or None"},
    {"window_days", "the window, or None"},
    {"after_hours", "hours to wait after the latest attempt, or None"},
    {NULL, NULL},
};

static PyStructSequence_Desc retry_desc = {
    "cielo.Retry", "May the same sale be sent again?", retry_fields, 4};

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

static const char *const book_names[] = {
#define CIELO_X(id, name) name,
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
};

static PyObject *make_row(module_state *state, int kind, int book,
                          const void *row)
{
    PyTypeObject *type = state->code_types[kind];
    RowObject *self;

    if (!row)
        Py_RETURN_NONE;
    self = (RowObject *)type->tp_alloc(type, 0);
    if (self) {
        self->kind = kind;
        self->book = book;
        self->row.any = row;
    }
    return (PyObject *)self;
}

/* ---- reading an entry ---- */

static PyObject *figure(int number)
{
    if (number == 0)
        Py_RETURN_NONE;
    return PyLong_FromLong(number);
}

static PyObject *make_retry(module_state *state, const cielo_retry *retry)
{
    PyObject *tuple = PyStructSequence_New(state->retry_type), *item;
    int figures[3], i;

    if (!tuple)
        return NULL;
    figures[0] = retry->max_attempts;
    figures[1] = retry->window_days;
    figures[2] = retry->after_hours;
    item = PyUnicode_FromString(cielo_retry_name(retry->kind));
    PyStructSequence_SetItem(tuple, 0, item);
    for (i = 0; item && i < 3; i++) {
        item = figure(figures[i]);
        PyStructSequence_SetItem(tuple, i + 1, item);
    }
    if (item)
        return tuple;
    Py_DECREF(tuple);
    return NULL;
}

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
    items[2] = figure(advice->not_before_hours);
    items[3] = PyUnicode_FromString(cielo_change_name(advice->change));
    items[4] = make_sources(state, advice);
    return fill(state->advice_type, items, 5);
}

static PyObject *get_code(PyObject *op, void *closure)
{
    RowObject *self = (RowObject *)op;

    (void)closure;
    if (self->kind == ROW_CODE)
        return PyUnicode_FromString(self->row.code->code);
    if (self->kind == ROW_DENIAL)
        return PyUnicode_FromString(self->row.denial->code);
    return PyUnicode_FromString(self->row.advice->code);
}

static PyObject *get_operation(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(
        cielo_code_operation_name(((RowObject *)op)->row.code->operation));
}

static PyObject *get_category(PyObject *op, void *closure)
{
    RowObject *self = (RowObject *)op;

    (void)closure;
    return PyUnicode_FromString(self->kind == ROW_CODE
                                    ? self->row.code->category
                                    : self->row.denial->category);
}

static PyObject *get_retry(PyObject *op, void *closure)
{
    RowObject *self = (RowObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)closure;
    return make_retry(state, self->kind == ROW_CODE ? &self->row.code->retry
                                                    : &self->row.advice->retry);
}

static PyObject *get_change(PyObject *op, void *closure)
{
    RowObject *self = (RowObject *)op;
    int change = self->kind == ROW_CODE     ? self->row.code->change
                 : self->kind == ROW_DENIAL ? self->row.denial->change
                                            : self->row.advice->change;

    (void)closure;
    return PyUnicode_FromString(cielo_change_name(change));
}

static PyObject *get_brand(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(((RowObject *)op)->row.denial->brand);
}

static PyObject *get_reversible(PyObject *op, void *closure)
{
    (void)closure;
    return PyBool_FromLong(((RowObject *)op)->row.denial->reversible);
}

static PyObject *get_number(PyObject *op, void *closure)
{
    (void)closure;
    return PyLong_FromLong(((RowObject *)op)->row.status->number);
}

static PyObject *get_name(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(((RowObject *)op)->row.status->name);
}

static PyObject *get_wire(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(((RowObject *)op)->row.status->wire);
}

static PyObject *get_book(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(book_names[((RowObject *)op)->book]);
}

/* 0 for Portuguese, 1 for English, -1 with an exception set. */
static int parse_language(const char *function, PyObject *const *args,
                          Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"language", 0, 0}};
    PyObject *language;

    if (!parse_args(function, specs, 1, args, nargs, kwnames, &language))
        return -1;
    if (!language)
        return 0;
    if (!PyUnicode_Check(language)) {
        PyErr_Format(PyExc_TypeError, "language must be str, not %.100s",
                     Py_TYPE(language)->tp_name);
        return -1;
    }
    if (PyUnicode_CompareWithASCIIString(language, "pt") == 0)
        return 0;
    if (PyUnicode_CompareWithASCIIString(language, "en") == 0)
        return 1;
    PyErr_SetString(PyExc_ValueError, "language must be 'pt' or 'en'");
    return -1;
}

static PyObject *row_meaning(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    RowObject *self = (RowObject *)op;
    int english = parse_language("meaning", args, nargs, kwnames);
    const char *texts[2] = {NULL, NULL};

    if (english < 0)
        return NULL;
#define TEXTS(row) (texts[0] = (row)->meaning_pt, texts[1] = (row)->meaning_en)
    switch (self->kind) {
    case ROW_CODE:
        TEXTS(self->row.code);
        break;
    case ROW_STATUS:
        TEXTS(self->row.status);
        break;
    case ROW_DENIAL:
        TEXTS(self->row.denial);
        break;
    default:
        TEXTS(self->row.advice);
        break;
    }
#undef TEXTS
    return PyUnicode_FromString(texts[english]);
}

static PyObject *row_shopper(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    const cielo_code *code = ((RowObject *)op)->row.code;
    int english = parse_language("shopper", args, nargs, kwnames);

    if (english < 0)
        return NULL;
    return PyUnicode_FromString(english ? code->shopper_en : code->shopper_pt);
}

static PyObject *row_compare(PyObject *op, PyObject *other, int how)
{
    int same;

    if ((how != Py_EQ && how != Py_NE) || !Py_IS_TYPE(other, Py_TYPE(op)))
        Py_RETURN_NOTIMPLEMENTED;
    same = ((RowObject *)op)->row.any == ((RowObject *)other)->row.any;
    return PyBool_FromLong(how == Py_EQ ? same : !same);
}

static Py_hash_t row_hash(PyObject *op)
{
    Py_hash_t hash = (Py_hash_t)((uintptr_t)((RowObject *)op)->row.any >> 4);

    return hash == -1 ? -2 : hash;
}

static PyObject *row_repr(PyObject *op)
{
    RowObject *self = (RowObject *)op;

    switch (self->kind) {
    case ROW_CODE:
        return PyUnicode_FromFormat(
            "ReturnCode(code='%s', operation='%s', category='%s', retry='%s')",
            self->row.code->code,
            cielo_code_operation_name(self->row.code->operation),
            self->row.code->category,
            cielo_retry_name(self->row.code->retry.kind));
    case ROW_STATUS:
        return PyUnicode_FromFormat("StatusEntry(book='%s', number=%d, "
                                    "name='%s')",
                                    book_names[self->book],
                                    self->row.status->number,
                                    self->row.status->name);
    case ROW_DENIAL:
        return PyUnicode_FromFormat(
            "Denial(brand='%s', code='%s', reversible=%s)",
            self->row.denial->brand, self->row.denial->code,
            self->row.denial->reversible ? "True" : "False");
    default:
        return PyUnicode_FromFormat(
            "MerchantAdvice(code='%s', retry='%s')", self->row.advice->code,
            cielo_retry_name(self->row.advice->retry.kind));
    }
}

static PyObject *row_reduce(PyObject *op, PyObject *ignored)
{
    RowObject *self = (RowObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)ignored;
    if (self->kind == ROW_STATUS)
        return Py_BuildValue("O(isi)", state->restore_row, self->kind,
                             book_names[self->book], self->row.status->number);
    if (self->kind == ROW_CODE)
        return Py_BuildValue("O(iss)", state->restore_row, self->kind,
                             cielo_code_operation_name(
                                 self->row.code->operation),
                             self->row.code->code);
    if (self->kind == ROW_DENIAL)
        return Py_BuildValue("O(iss)", state->restore_row, self->kind,
                             self->row.denial->brand, self->row.denial->code);
    return Py_BuildValue("O(iss)", state->restore_row, self->kind, "",
                         self->row.advice->code);
}

/* ---- looking up ---- */

static const char *text_of(const char *name, PyObject *value, size_t *length)
{
    Py_ssize_t size;
    const char *text;

    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be str, not %.100s", name,
                     Py_TYPE(value)->tp_name);
        return NULL;
    }
    text = PyUnicode_AsUTF8AndSize(value, &size);
    *length = (size_t)size;
    return text;
}

PyObject *codes_return_code(PyObject *module, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"code", 1, 0}, {"operation", 0, 0}};
    PyObject *given[2];
    const char *code, *name;
    size_t length, name_length;
    int operation = CIELO_CODE_SALE;

    if (!parse_args("return_code", specs, 2, args, nargs, kwnames, given))
        return NULL;
    code = text_of("code", given[0], &length);
    if (!code)
        return NULL;
    if (given[1]) {
        name = text_of("operation", given[1], &name_length);
        if (!name)
            return NULL;
        operation = cielo_code_operation(name, name_length);
        if (operation < 0) {
            PyErr_SetString(PyExc_ValueError,
                            "operation must be 'sale', 'capture' or 'void'");
            return NULL;
        }
    }
    return make_row(PyModule_GetState(module), ROW_CODE, 0,
                    cielo_return_code(code, length, operation));
}

PyObject *codes_abecs(PyObject *module, PyObject *const *args,
                      Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"brand", 1, 0}, {"code", 1, 0}};
    PyObject *given[2];
    const char *brand, *code;
    size_t brand_length, length;

    if (!parse_args("abecs", specs, 2, args, nargs, kwnames, given))
        return NULL;
    brand = text_of("brand", given[0], &brand_length);
    code = brand ? text_of("code", given[1], &length) : NULL;
    if (!code)
        return NULL;
    return make_row(PyModule_GetState(module), ROW_DENIAL, 0,
                    cielo_abecs(brand, brand_length, code, length));
}

PyObject *codes_merchant_advice(PyObject *module, PyObject *const *args,
                                Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"code", 1, 0}};
    PyObject *given;
    const char *code;
    size_t length;

    if (!parse_args("merchant_advice", specs, 1, args, nargs, kwnames, &given))
        return NULL;
    code = text_of("code", given, &length);
    if (!code)
        return NULL;
    return make_row(PyModule_GetState(module), ROW_ADVICE, 0,
                    cielo_merchant_advice(code, length));
}

static PyObject *look_up(PyObject *module, const char *function, int book,
                         PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    static const arg_spec specs[] = {{"value", 1, 0}};
    const cielo_status *row;
    PyObject *given;
    const char *word;
    size_t length;
    int overflow;
    long number;

    if (!parse_args(function, specs, 1, args, nargs, kwnames, &given))
        return NULL;
    if (PyLong_Check(given) && !PyBool_Check(given)) {
        number = PyLong_AsLongAndOverflow(given, &overflow);
        if (number == -1 && PyErr_Occurred())
            return NULL;
        row = overflow || number > 1000000 || number < -1000000
                  ? NULL
                  : cielo_book_get(book, (int)number);
    } else if (PyUnicode_Check(given)) {
        word = text_of("value", given, &length);
        if (!word)
            return NULL;
        row = cielo_book_word(book, word, length);
    } else {
        PyErr_Format(PyExc_TypeError, "value must be int or str, not %.100s",
                     Py_TYPE(given)->tp_name);
        return NULL;
    }
    return make_row(PyModule_GetState(module), ROW_STATUS, book, row);
}

#define LOOK_UP(BOOK, name)                                               \
    PyObject *codes_##name(PyObject *module, PyObject *const *args,       \
                           Py_ssize_t nargs, PyObject *kwnames)           \
    {                                                                     \
        return look_up(module, #name, CIELO_BOOK_##BOOK, args, nargs,     \
                       kwnames);                                          \
    }
LOOK_UP(SALE_STATUS, sale_status)
LOOK_UP(ORDER_STATUS, order_status)
LOOK_UP(RECURRENCE_STATUS, recurrence_status)
LOOK_UP(ORDER_RECURRENCE_STATUS, order_recurrence_status)
LOOK_UP(ANTIFRAUD_STATUS, antifraud_status)
LOOK_UP(ORDER_ANTIFRAUD_STATUS, order_antifraud_status)
LOOK_UP(REASON_CODE, reason_code)
LOOK_UP(API_ERROR, api_error)

static PyObject *restore_status(module_state *state, const char *name,
                                PyObject *number)
{
    long value = PyLong_AsLong(number);
    int book;

    if (value == -1 && PyErr_Occurred())
        return NULL;
    for (book = 0; book < CIELO_BOOK_END; book++)
        if (strcmp(book_names[book], name) == 0)
            return make_row(state, ROW_STATUS, book,
                            cielo_book_get(book, (int)value));
    Py_RETURN_NONE;
}

PyObject *codes_restore(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    const char *book, *code;
    size_t book_length, length;
    long kind;

    if (nargs != 3) {
        PyErr_SetString(PyExc_TypeError, "not a pickled entry");
        return NULL;
    }
    kind = PyLong_AsLong(args[0]);
    if (kind == -1 && PyErr_Occurred())
        return NULL;
    book = text_of("book", args[1], &book_length);
    if (!book)
        return NULL;
    if (kind == ROW_STATUS)
        return restore_status(state, book, args[2]);
    code = text_of("code", args[2], &length);
    if (!code)
        return NULL;
    if (kind == ROW_CODE)
        return make_row(state, ROW_CODE, 0,
                        cielo_return_code(
                            code, length,
                            cielo_code_operation(book, book_length)));
    if (kind == ROW_DENIAL)
        return make_row(state, ROW_DENIAL, 0,
                        cielo_abecs(book, book_length, code, length));
    return make_row(state, ROW_ADVICE, 0, cielo_merchant_advice(code, length));
}

/* ---- when to try again ---- */

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

/* Without a zone a datetime means another time on each host. */
static int has_zone(PyObject *value)
{
    PyObject *offset = PyObject_CallMethod(value, "utcoffset", NULL);
    int naive = offset == Py_None;

    Py_XDECREF(offset);
    if (naive)
        PyErr_SetString(PyExc_ValueError,
                        "a datetime without a zone: give it one, such as "
                        "replace(tzinfo=timezone.utc)");
    else if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear(); /* no datetime: its caller says so */
    return !PyErr_Occurred();
}

/* Seconds since 1970 of a datetime or a number. */
static int read_time(PyObject *value, int64_t *out)
{
    PyObject *number;
    double seconds;

    if (PyNumber_Check(value) && !PyBool_Check(value))
        number = PyNumber_Float(value);
    else if (has_zone(value))
        number = PyObject_CallMethod(value, "timestamp", NULL);
    else
        return 0;
    if (!number) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
            PyErr_Format(PyExc_TypeError, "a time must be a datetime or "
                         "seconds, not %.100s", Py_TYPE(value)->tp_name);
        }
        return 0;
    }
    seconds = PyFloat_AsDouble(number);
    Py_DECREF(number);
    if (seconds == -1.0 && PyErr_Occurred())
        return 0;
    if (!(seconds > -1e11 && seconds < 1e11)) {
        PyErr_SetString(PyExc_ValueError, "a time is out of range");
        return 0;
    }
    *out = (int64_t)seconds - (seconds < (double)(int64_t)seconds);
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
        if (!read_time(PyTuple_GET_ITEM(items, i), &times[i])) {
            PyMem_Free(times);
            times = NULL;
        }
    }
    Py_DECREF(items);
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
    known = seconds && read_time(seconds, now);
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
        return get_retry(sale, NULL);
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
        {"sale", 1, 0}, {"attempts", 1, 0}, {"now", 0, 0}};
    module_state *state = PyModule_GetState(module);
    PyObject *given[3], *rule, *answer = NULL;
    int64_t *times, now, next;
    size_t count;
    int allowed;

    if (!parse_args("retry_plan", specs, 3, args, nargs, kwnames, given))
        return NULL;
    if (!(given[2] && given[2] != Py_None ? read_time(given[2], &now)
                                          : system_time(&now)))
        return NULL;
    rule = rule_of(state, given[0]);
    if (!rule)
        return NULL;
    times = read_times(given[1], &count);
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

/* ---- the types ---- */

#define MEANING                                                          \
    {"meaning", METHOD(row_meaning), METHOD_FLAGS,                       \
     "meaning($self, language='pt')\n--\n\n"                             \
     "What it means to the merchant, in 'pt' or 'en'."}
#define REDUCE {"__reduce__", row_reduce, METH_NOARGS, NULL}

static PyMethodDef code_methods[] = {
    MEANING,
    {"shopper", METHOD(row_shopper), METHOD_FLAGS,
     "shopper($self, language='pt')\n--\n\n"
     "A sentence that may be shown to whoever is paying, in 'pt' or 'en'."},
    REDUCE,
    {NULL, NULL, 0, NULL},
};

static PyMethodDef row_methods[] = {MEANING, REDUCE, {NULL, NULL, 0, NULL}};

#define CODE {"code", get_code, NULL, "As Cielo writes it.", NULL}
#define CATEGORY {"category", get_category, NULL, "What it is about.", NULL}
#define RETRY {"retry", get_retry, NULL, "May it be tried again?", NULL}
#define CHANGE \
    {"change", get_change, NULL, "What to alter before trying again.", NULL}
#define END {NULL, NULL, NULL, NULL, NULL}

static PyGetSetDef code_getset[] = {
    CODE,
    {"operation", get_operation, NULL, "'sale', 'capture' or 'void'.", NULL},
    CATEGORY,
    RETRY,
    CHANGE,
    END,
};

static PyGetSetDef status_getset[] = {
    {"book", get_book, NULL, "The book, such as 'sale_status'.", NULL},
    {"number", get_number, NULL, "Cielo's number.", NULL},
    {"name", get_name, NULL, "A name in snake_case.", NULL},
    {"wire", get_wire, NULL, "Cielo's own word, '' if it has none.", NULL},
    END,
};

static PyGetSetDef denial_getset[] = {
    {"brand", get_brand, NULL, "'elo', 'visa', 'master' or 'amex'.", NULL},
    CODE,
    CATEGORY,
    {"reversible", get_reversible, NULL, "May it be tried again?", NULL},
    CHANGE,
    END,
};

static PyGetSetDef advice_getset[] = {CODE, RETRY, CHANGE, END};

typedef struct row_type {
    const char *name;
    const char *doc;
    PyMethodDef *methods;
    PyGetSetDef *getset;
} row_type;

static const row_type row_types[] = {
    {"cielo.ReturnCode", "An entry of Cielo's return codes.", code_methods,
     code_getset},
    {"cielo.StatusEntry", "A status of one of the books.", row_methods,
     status_getset},
    {"cielo.Denial", "A brand's denial code in the table of ABECS.",
     row_methods, denial_getset},
    {"cielo.MerchantAdvice", "What Mastercard advises the merchant to do.",
     row_methods, advice_getset},
};

static int add_row_type(PyObject *module, module_state *state, int kind)
{
    const row_type *row = &row_types[kind];
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)row->doc},
        {Py_tp_dealloc, free_object},
        {Py_tp_repr, row_repr},
        {Py_tp_richcompare, row_compare},
        {Py_tp_hash, row_hash},
        {Py_tp_methods, row->methods},
        {Py_tp_getset, row->getset},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = row->name,
        .basicsize = sizeof(RowObject),
        .flags = Py_TPFLAGS_DEFAULT | NO_NEW_FLAG | IMMUTABLE_FLAG,
        .slots = slots,
    };

    return add_type(module, &spec, NULL, &state->code_types[kind]);
}

/* `return_codes`: every entry of the return codes' books. */
static int add_list(PyObject *module, module_state *state)
{
    PyObject *list = PyList_New(0), *all;
    const void *row;
    size_t i;
    int status = 0;

    for (i = 0; list && status == 0 && (row = cielo_return_code_at(i)); i++) {
        PyObject *entry = make_row(state, ROW_CODE, 0, row);

        status = entry ? PyList_Append(list, entry) : -1;
        Py_XDECREF(entry);
    }
    all = list && status == 0 ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    status = all ? add_object(module, "return_codes", all) : -1;
    Py_XDECREF(all);
    return status;
}

static int add_tuple(PyObject *module, PyStructSequence_Desc *desc,
                     PyTypeObject **slot)
{
    *slot = PyStructSequence_NewType(desc);
    return *slot ? PyModule_AddType(module, *slot) : -1;
}

int codes_add(PyObject *module, module_state *state)
{
    int kind;

    if (add_tuple(module, &retry_desc, &state->retry_type) < 0 ||
        add_tuple(module, &source_desc, &state->source_type) < 0 ||
        add_tuple(module, &advice_desc, &state->advice_type) < 0)
        return -1;
    for (kind = 0; kind < 4; kind++)
        if (add_row_type(module, state, kind) < 0)
            return -1;
    return add_list(module, state);
}
