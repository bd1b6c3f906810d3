/* repr() of a result: what fits one screen, of a masked copy. */
#include "state.h"

#define WIDTH 88
#define LONGEST_TEXT 60
#define MOST_ITEMS 8
#define MOST_MEMBERS 100

typedef struct printer {
    module_state *state;
    int budget; /* members left to print, however deep */
} printer;

static PyObject *print_result(printer *p, ResultObject *self, int indent);

static PyObject *print_text(PyObject *value)
{
    PyObject *cut, *text;

    if (!PyUnicode_Check(value) || PyUnicode_GetLength(value) <= LONGEST_TEXT)
        return PyObject_Repr(value);
    cut = PyUnicode_Substring(value, 0, LONGEST_TEXT - 3);
    if (!cut)
        return NULL;
    text = PyUnicode_FromFormat("%R...", cut);
    Py_DECREF(cut);
    return text;
}

/* What was printed in parts, with commas. Takes the list, NULL for an error. */
static PyObject *join(PyObject *parts)
{
    PyObject *comma, *joined = NULL;

    if (!parts)
        return NULL;
    comma = PyUnicode_FromString(", ");
    if (comma)
        joined = PyUnicode_Join(comma, parts);
    Py_XDECREF(comma);
    Py_DECREF(parts);
    return joined;
}

static PyObject *print_value(printer *p, PyObject *value, int indent);

static PyObject *print_list(printer *p, PyObject *list, int indent)
{
    PyObject *parts = PyList_New(0), *joined, *text = NULL;
    Py_ssize_t i, size = PyList_GET_SIZE(list);

    for (i = 0; parts && i < size && i < MOST_ITEMS; i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *part = print_value(p, item, indent);

        Py_DECREF(item);
        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    joined = join(parts);
    if (joined)
        text = size > MOST_ITEMS
                   ? PyUnicode_FromFormat("[%U, ... %zd more]", joined,
                                          size - MOST_ITEMS)
                   : PyUnicode_FromFormat("[%U]", joined);
    Py_XDECREF(joined);
    return text;
}

/* Links are there for the machine; the relation is what a reader wants. */
static PyObject *print_links(PyObject *list)
{
    PyObject *parts = PyList_New(0), *joined, *text = NULL;
    Py_ssize_t i;

    for (i = 0; parts && i < PyList_GET_SIZE(list) && i < MOST_ITEMS; i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *rel = result_member(item, "rel");
        PyObject *part = NULL;

        Py_DECREF(item);
        if (!PyErr_Occurred())
            part = rel && PyUnicode_Check(rel) &&
                           PyUnicode_GetLength(rel) <= LONGEST_TEXT
                       ? Py_NewRef(rel)
                       : PyUnicode_FromString("?");
        Py_XDECREF(rel);
        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    joined = join(parts);
    if (joined)
        text = PyUnicode_FromFormat("<%U>", joined);
    Py_XDECREF(joined);
    return text;
}

static int is_link_list(module_state *state, PyObject *value)
{
    PyObject *first;

    if (!PyList_Check(value) || PyList_GET_SIZE(value) == 0)
        return 0;
    first = PyList_GET_ITEM(value, 0);
    return Py_IS_TYPE(first, state->result_types[CIELO_OBJECT_HYPERLINK]) ||
           Py_IS_TYPE(first, state->result_types[CIELO_OBJECT_ORDER_LINK]);
}

static int all_results(module_state *state, PyObject *list)
{
    Py_ssize_t i;

    for (i = 0; i < PyList_GET_SIZE(list); i++)
        if (!is_result(state, PyList_GET_ITEM(list, i)))
            return 0;
    return 1;
}

/* What is printed is masked already. */
static PyObject *print_value(printer *p, PyObject *value, int indent)
{
    PyObject *shown, *text;

    if (is_result(p->state, value))
        return print_result(p, (ResultObject *)value, indent);
    if (is_link_list(p->state, value) && all_results(p->state, value))
        return print_links(value);
    if (PyList_Check(value))
        return print_list(p, value, indent);
    if (!Py_IS_TYPE(value, p->state->secret_type))
        return print_text(value);
    shown = PyObject_Str(value);
    text = shown ? print_text(shown) : NULL;
    Py_XDECREF(shown);
    return text;
}

static int add_part(PyObject *parts, PyObject *name, PyObject *text)
{
    PyObject *part = PyUnicode_FromFormat("%U=%U", name, text);
    int status = part ? PyList_Append(parts, part) : -1;

    Py_XDECREF(part);
    return status;
}

static int print_member(printer *p, ResultObject *self, PyObject *wire,
                        PyObject *value, int indent, PyObject *parts)
{
    PyObject *host = field_host_name(self->object, wire);
    PyObject *text = host ? print_value(p, value, indent + 4) : NULL;
    int status = -1;

    if (text)
        status = add_part(parts, host, text);
    Py_XDECREF(text);
    Py_XDECREF(host);
    return status;
}

static int print_fact(const char *name, PyObject *fact, PyObject *parts)
{
    PyObject *shown = PyTuple_Check(fact) /* warnings are many and long */
                          ? PyLong_FromSsize_t(PyTuple_GET_SIZE(fact))
                          : Py_NewRef(fact);
    PyObject *part =
        shown ? PyUnicode_FromFormat("%s=%R", name, shown) : NULL;
    int status = part ? PyList_Append(parts, part) : -1;

    Py_XDECREF(part);
    Py_XDECREF(shown);
    return status;
}

/* What a reader of a sale or of a change asks first. */
static int print_facts(module_state *state, ResultObject *self, PyObject *parts)
{
    static const int numbers[] = {
        CIELO_FACT_approved,    CIELO_FACT_declined,   CIELO_FACT_pending,
        CIELO_FACT_status_name, CIELO_FACT_reconciled, CIELO_FACT_warnings};
    size_t i;
    int status = 0;

    for (i = 0; status == 0 && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        const char *name = cielo_fact_at((size_t)numbers[i])->name;
        PyObject *fact = facts_get(state, self, state->fact_names[numbers[i]]);
        int says = fact ? PyObject_IsTrue(fact) : 0;

        if (says < 0 || PyErr_Occurred() ||
            (says && print_fact(name, fact, parts) < 0))
            status = -1;
        Py_XDECREF(fact);
    }
    return status;
}

/* Adds what is to be read under a name, if anything is; 1 past the last that
 * fits. */
static int print_read(printer *p, ResultObject *self, PyObject *wire,
                      Py_ssize_t place, int indent, PyObject *parts)
{
    PyObject *read, *more;
    int status;

    if (member_is_hidden(wire))
        return 0;
    read = member_read(p->state, self, place);
    if (!read)
        return -1;
    if (read == Py_None) {
        status = 0; /* as if it were not there */
    } else if (p->budget-- > 0) {
        status = print_member(p, self, wire, read, indent, parts);
    } else {
        more = PyUnicode_FromString("...");
        status = more && PyList_Append(parts, more) == 0 ? 1 : -1;
        Py_XDECREF(more);
    }
    Py_DECREF(read);
    return status;
}

static PyObject *print_parts(printer *p, ResultObject *self, int indent)
{
    PyObject *parts = PyList_New(0), *key;
    Py_ssize_t position = 0;
    int status = parts ? print_facts(p->state, self, parts) : -1, more = 1;

    while (status == 0 && more > 0) {
        more = result_next(self, &position, &key, NULL);
        if (more > 0)
            status = print_read(p, self, key, position - 1, indent, parts);
    }
    if (status < 0 || more < 0)
        Py_CLEAR(parts);
    return parts;
}

static PyObject *spaces(int count)
{
    PyObject *text = PyUnicode_New(count, ' ');

    if (text && count > 0 && PyUnicode_Fill(text, 0, count, ' ') < 0)
        Py_CLEAR(text);
    return text;
}

/* Fills lines as a paragraph; a part of several lines has its own. */
static PyObject *fill_lines(PyObject *name, PyObject *parts, int indent)
{
    PyObject *outer = spaces(indent), *inner = spaces(indent + 4);
    PyObject *text = PyUnicode_FromFormat("%U(", name);
    Py_ssize_t i, column = WIDTH, length;
    int block = 1;

    for (i = 0; outer && inner && text && i < PyList_GET_SIZE(parts); i++) {
        PyObject *part = PyList_GET_ITEM(parts, i);
        int lines = PyUnicode_FindChar(part, '\n', 0,
                                       PyUnicode_GetLength(part), 1) >= 0;
        PyObject *grown;

        length = PyUnicode_GetLength(part) + 2;
        if (block || lines || column + length > WIDTH) {
            grown = PyUnicode_FromFormat("%U\n%U%U,", text, inner, part);
            column = indent + 4;
        } else {
            grown = PyUnicode_FromFormat("%U %U,", text, part);
        }
        Py_SETREF(text, grown);
        column += length;
        block = lines;
    }
    if (outer && inner && text) {
        PyObject *whole = PyUnicode_FromFormat("%U\n%U)", text, outer);

        Py_SETREF(text, whole);
    } else {
        Py_CLEAR(text);
    }
    Py_XDECREF(outer);
    Py_XDECREF(inner);
    return text;
}

static PyObject *print_result(printer *p, ResultObject *self, int indent)
{
    PyObject *name = PyUnicode_FromString(cielo_object_name(self->object));
    PyObject *parts = print_parts(p, self, indent);
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *joined = NULL, *text = NULL;

    if (name && parts && comma)
        joined = PyUnicode_Join(comma, parts);
    if (joined) {
        Py_ssize_t length = PyUnicode_GetLength(joined);

        if (length + PyUnicode_GetLength(name) + indent + 4 <= WIDTH &&
            PyUnicode_FindChar(joined, '\n', 0, length, 1) < 0)
            text = PyUnicode_FromFormat("%U(%U)", name, joined);
        else
            text = fill_lines(name, parts, indent);
    }
    Py_XDECREF(joined);
    Py_XDECREF(comma);
    Py_XDECREF(parts);
    Py_XDECREF(name);
    return text;
}

/* A result made of what may be shown of another. */
static PyObject *shown_copy(module_state *state, ResultObject *self)
{
    PyObject *facts = facts_all(state, self);
    cielo_value *shown = PyErr_Occurred() ? NULL : value_shown(state, self, 1);

    return shown ? value_to_python(state, shown, self->object, facts) : NULL;
}

PyObject *result_repr(PyObject *op)
{
    printer p = {PyType_GetModuleState(Py_TYPE(op)), MOST_MEMBERS};
    PyObject *copy = p.state ? shown_copy(p.state, (ResultObject *)op) : NULL;
    PyObject *text =
        copy ? print_result(&p, (ResultObject *)copy, 0) : NULL;

    result_note_reader(op);
    Py_XDECREF(copy);
    return text;
}
