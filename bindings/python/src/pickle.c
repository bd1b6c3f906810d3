/* Copies of results, masked unless asked: plain ones, JSON, pickles. */
#include "state.h"

PyObject *result_masked(PyObject *op)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    cielo_value *shown =
        state ? value_shown(state, (ResultObject *)op, 0) : NULL;
    PyObject *copy = shown ? value_to_plain(shown) : NULL;

    cielo_value_free(shown);
    return copy;
}

static PyObject *revealed(module_state *state, PyObject *value);

static PyObject *revealed_members(module_state *state, ResultObject *self)
{
    PyObject *dict = PyDict_New(), *key, *value;
    Py_ssize_t position = 0;
    int more = dict ? 1 : -1;

    while (more > 0) {
        PyObject *copy;

        more = result_next(self, &position, &key, &value);
        if (more <= 0)
            break;
        copy = revealed(state, value);
        if (!copy || PyDict_SetItem(dict, key, copy) < 0)
            more = -1;
        Py_XDECREF(copy);
    }
    if (more < 0)
        Py_CLEAR(dict);
    return dict;
}

static PyObject *revealed_items(module_state *state, PyObject *list)
{
    PyObject *copy = PyList_New(0);
    Py_ssize_t i;

    for (i = 0; copy && i < PyList_GET_SIZE(list); i++) {
        PyObject *item = Py_NewRef(PyList_GET_ITEM(list, i));
        PyObject *value = revealed(state, item);

        Py_DECREF(item);
        if (!value || PyList_Append(copy, value) < 0)
            Py_CLEAR(copy);
        Py_XDECREF(value);
    }
    return copy;
}

static PyObject *revealed(module_state *state, PyObject *value)
{
    PyObject *copy;

    if (Py_IS_TYPE(value, state->secret_type)) {
        size_t length;
        const char *text = secret_text(value, &length);

        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "strict");
    }
    if (Py_EnterRecursiveCall(" while copying a result"))
        return NULL;
    if (is_result(state, value))
        copy = revealed_members(state, (ResultObject *)value);
    else if (PyList_Check(value))
        copy = revealed_items(state, value);
    else
        copy = Py_NewRef(value);
    Py_LeaveRecursiveCall();
    return copy;
}

static PyObject *plain(module_state *state, PyObject *op, int reveal)
{
    return reveal ? revealed(state, op) : result_masked(op);
}

static int parse_reveal(const char *function, PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"reveal", 0, 0}};
    PyObject *reveal;

    if (!parse_args(function, specs, 1, args, nargs, kwnames, &reveal))
        return -1;
    return reveal ? PyObject_IsTrue(reveal) : 0;
}

PyObject *result_to_dict(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    int reveal = parse_reveal("to_dict", args, nargs, kwnames);

    if (!state || reveal < 0)
        return NULL;
    return plain(state, op, reveal);
}

PyObject *result_to_json(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    int reveal = parse_reveal("to_json", args, nargs, kwnames);
    PyObject *dict, *empty = NULL, *options = NULL, *text = NULL;

    if (!state || reveal < 0 || import_values(state) < 0)
        return NULL;
    dict = plain(state, op, reveal);
    if (!dict)
        return NULL;
    empty = PyTuple_Pack(1, dict);
    options = Py_BuildValue("{s:O,s:(ss)}", "ensure_ascii", Py_False,
                            "separators", ",", ":");
    if (empty && options)
        text = PyObject_Call(state->json_dumps, empty, options);
    Py_XDECREF(empty);
    Py_XDECREF(options);
    Py_DECREF(dict);
    return text;
}

/* ---- pickling ---- */

PyObject *result_reduce(PyObject *op, PyObject *ignored)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *facts = state ? facts_all(state, self) : NULL;
    PyObject *members = PyErr_Occurred() ? NULL : result_masked(op);

    (void)ignored;
    if (!members)
        return NULL;
    return Py_BuildValue("O(sNO)", state->restore,
                         cielo_object_name(self->object), members,
                         facts ? facts : Py_None);
}

PyObject *result_restore(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    cielo_value *value;
    int object;

    if (nargs != 3 || !PyUnicode_Check(args[0]) || !PyDict_Check(args[1]) ||
        (args[2] != Py_None && !PyDict_Check(args[2]))) {
        PyErr_SetString(PyExc_TypeError, "not a pickled result");
        return NULL;
    }
    for (object = CIELO_OBJECT_ANY; object < CIELO_OBJECT_COUNT; object++)
        if (PyUnicode_CompareWithASCIIString(args[0],
                                             cielo_object_name(object)) == 0)
            break;
    /* A kind that a later version had. */
    if (object == CIELO_OBJECT_COUNT)
        object = CIELO_OBJECT_ANY;
    value = value_from_pickle(state, args[1], object);
    if (!value)
        return NULL;
    return value_to_python(state, value, object,
                           args[2] == Py_None ? NULL : args[2]);
}

PyObject *result_copy(PyObject *op, PyObject *ignored)
{
    (void)ignored;
    return Py_NewRef(op);
}
