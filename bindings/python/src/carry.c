/* What an error carries in `args`: its facts as data that JSON keeps, since a
 * task queue makes it again from these alone, in another process. */
#include "state.h"

#include <string.h>

/* A row of the details that an error has; NULL for a name that it has not. */
static const cielo_detail *detail_of(const char *name)
{
    const cielo_detail *detail;
    size_t i;

    for (i = 0; (detail = cielo_detail_at(i)) != NULL; i++)
        if (detail->owner == CIELO_OF_ERROR && strcmp(detail->name, name) == 0)
            return detail;
    return NULL;
}

/* Whose details a tuple of ours has; -1 for what is none. */
static int owner_of(module_state *state, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);

    if (type == state->problem_type)
        return CIELO_OF_PROBLEM;
    if (type == state->answer_type)
        return CIELO_OF_ENTRY;
    return type == state->attempt_type ? CIELO_OF_ATTEMPT : -1;
}

/* ---- out ---- */

/* A value as JSON has it; NULL without an exception for what it cannot say. */
static PyObject *plain(module_state *state, PyObject *value);

/* The same for an item of something, which keeps its place. */
static PyObject *plain_item(module_state *state, PyObject *value)
{
    PyObject *made = plain(state, value);

    return made || PyErr_Occurred() ? made : Py_NewRef(Py_None);
}

static PyObject *plain_row(module_state *state, PyObject *row, int owner)
{
    PyObject *dict = PyDict_New();
    const cielo_detail *detail;
    Py_ssize_t place = 0;
    size_t i;

    for (i = 0; dict && (detail = cielo_detail_at(i)) != NULL; i++) {
        PyObject *item;

        if (detail->owner != owner)
            continue;
        item = plain_item(state, PyStructSequence_GetItem(row, place++));
        if (!item || PyDict_SetItemString(dict, detail->name, item) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(item);
    }
    return dict;
}

static PyObject *plain_list(module_state *state, PyObject *sequence)
{
    PyObject *items = PySequence_List(sequence);
    Py_ssize_t i;

    for (i = 0; items && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = plain_item(state, PyList_GET_ITEM(items, i));

        if (!item || PyList_SetItem(items, i, item) < 0)
            Py_CLEAR(items);
    }
    return items;
}

static PyObject *plain_dict(module_state *state, PyObject *dict)
{
    PyObject *made = PyDict_New(), *key, *value;
    Py_ssize_t position = 0;

    while (made && PyDict_Next(dict, &position, &key, &value)) {
        PyObject *item;

        if (!PyUnicode_Check(key))
            continue;
        item = plain_item(state, value);
        if (!item || PyDict_SetItem(made, key, item) < 0)
            Py_CLEAR(made);
        Py_XDECREF(item);
    }
    return made;
}

static PyObject *plain_container(module_state *state, PyObject *value)
{
    int owner = owner_of(state, value);

    if (owner >= 0)
        return plain_row(state, value, owner);
    if (is_result(state, value))
        return result_masked(value);
    if (PyList_Check(value) || PyTuple_Check(value))
        return plain_list(state, value);
    return PyDict_Check(value) ? plain_dict(state, value) : NULL;
}

static PyObject *plain(module_state *state, PyObject *value)
{
    PyObject *made;

    if (value == Py_None || PyUnicode_Check(value) || PyLong_Check(value) ||
        PyFloat_Check(value))
        return Py_NewRef(value);
    if (Py_IS_TYPE(value, state->secret_type))
        return PyObject_Str(value);
    if (Py_EnterRecursiveCall(" in the facts of an error"))
        return NULL;
    made = plain_container(state, value);
    Py_LeaveRecursiveCall();
    return made;
}

PyObject *facts_carried(module_state *state, PyObject *attributes)
{
    PyObject *facts = PyDict_New();
    const cielo_detail *detail;
    size_t i;

    for (i = 0; facts && (detail = cielo_detail_at(i)) != NULL; i++) {
        PyObject *value, *made;

        /* The message goes by itself. */
        if (detail->owner != CIELO_OF_ERROR ||
            strcmp(detail->name, "message") == 0)
            continue;
        value = PyDict_GetItemString(attributes, detail->name);
        made = value ? plain(state, value) : NULL;
        if (made ? PyDict_SetItemString(facts, detail->name, made) < 0
                 : PyErr_Occurred() != NULL)
            Py_CLEAR(facts);
        Py_XDECREF(made);
    }
    return facts;
}

/* ---- back ---- */

static PyObject *row_of(PyTypeObject *type, int owner, PyObject *members)
{
    PyObject *row = PyStructSequence_New(type);
    const cielo_detail *detail;
    Py_ssize_t place = 0;
    size_t i;

    for (i = 0; row && (detail = cielo_detail_at(i)) != NULL; i++) {
        PyObject *value;

        if (detail->owner != owner)
            continue;
        value = PyDict_GetItemString(members, detail->name);
        PyStructSequence_SetItem(row, place++,
                                 Py_NewRef(value ? value : Py_None));
    }
    return row;
}

/* What a look-up saw; what does not read as a payment stays as it is. */
static PyObject *make_payment(module_state *state, PyObject *members)
{
    cielo_value *value =
        value_from_pickle(state, members, CIELO_OBJECT_PAYMENT);

    if (!value) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError))
            return NULL;
        PyErr_Clear();
        return Py_NewRef(members);
    }
    return value_to_python(state, value, CIELO_OBJECT_PAYMENT, NULL);
}

static PyObject *item_of(module_state *state, int type, PyObject *item)
{
    if (!PyDict_Check(item))
        return Py_NewRef(item);
    switch (type) {
    case CIELO_DETAIL_PROBLEMS:
        return row_of(state->problem_type, CIELO_OF_PROBLEM, item);
    case CIELO_DETAIL_ERRORS:
        return row_of(state->answer_type, CIELO_OF_ENTRY, item);
    case CIELO_DETAIL_ATTEMPTS:
        return row_of(state->attempt_type, CIELO_OF_ATTEMPT, item);
    case CIELO_DETAIL_FOUND:
        return make_payment(state, item);
    default:
        return Py_NewRef(item);
    }
}

static PyObject *restore(module_state *state, int type, PyObject *value)
{
    PyObject *items;
    Py_ssize_t i;

    if (!PyList_Check(value))
        return Py_NewRef(value);
    items = PySequence_List(value);
    for (i = 0; items && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = item_of(state, type, PyList_GET_ITEM(items, i));

        if (!item || PyList_SetItem(items, i, item) < 0)
            Py_CLEAR(items);
    }
    return items;
}

int facts_restore(module_state *state, PyObject *attributes, PyObject *facts)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    int status = 0;

    while (status == 0 && PyDict_Next(facts, &position, &name, &value)) {
        const char *text
            = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
        /* A fact that a later version had is kept as it came. */
        const cielo_detail *detail = text ? detail_of(text) : NULL;
        PyObject *made;

        if (!text) {
            PyErr_Clear();
            continue;
        }
        made = detail ? restore(state, detail->type, value) : Py_NewRef(value);
        status = made ? PyDict_SetItem(attributes, name, made) : -1;
        Py_XDECREF(made);
    }
    return status;
}
