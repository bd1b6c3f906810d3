/* The code books: entries that read the core's static rows. */
#include "state.h"

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

static const char *const book_names[] = {
#define CIELO_X(id, name) name,
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
};

const char *book_name(int book)
{
    return book_names[book];
}

PyObject *make_row(module_state *state, int kind, int book, const void *row)
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

PyObject *make_figure(int number)
{
    if (number == 0)
        Py_RETURN_NONE;
    return PyLong_FromLong(number);
}

PyObject *make_retry(module_state *state, const cielo_retry *retry)
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
        item = make_figure(figures[i]);
        PyStructSequence_SetItem(tuple, i + 1, item);
    }
    if (item)
        return tuple;
    Py_DECREF(tuple);
    return NULL;
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
    return PyUnicode_FromString(book_name(((RowObject *)op)->book));
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
                                    book_name(self->book),
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
                             book_name(self->book), self->row.status->number);
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

int codes_add(PyObject *module, module_state *state)
{
    int kind;

    if (add_struct(module, &retry_desc, &state->retry_type) < 0)
        return -1;
    for (kind = 0; kind < ROW_KINDS; kind++)
        if (add_row_type(module, state, kind) < 0)
            return -1;
    return add_list(module, state);
}
