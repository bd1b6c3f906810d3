/* Both ends of a call without a network, for tests and for
 * bench/json_python.py: what a program would send, and what it reads. */
#include "state.h"

#include <string.h>

static int find_object(PyObject *name)
{
    int object;

    for (object = CIELO_OBJECT_ANY; object < CIELO_OBJECT_COUNT; object++)
        if (PyUnicode_CompareWithASCIIString(name, cielo_object_name(object))
            == 0)
            return object;
    PyErr_SetString(PyExc_ValueError, "no such kind of result");
    return -1;
}

PyObject *trial_read(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    cielo_value *tree;
    cielo_error err;
    char *body;
    Py_ssize_t length;
    int object;

    if (nargs != 2 || !PyUnicode_Check(args[1])
        || PyBytes_AsStringAndSize(args[0], &body, &length) < 0) {
        PyErr_SetString(PyExc_TypeError, "_read() takes bytes and a str");
        return NULL;
    }
    object = find_object(args[1]);
    if (object < 0)
        return NULL;
    if (cielo_value_parse(&tree, body, (size_t)length, &err) != CIELO_OK)
        return raise_error(state, NULL, &err);
    return value_to_python(state, tree, object, NULL);
}

static int find_operation(PyObject *name)
{
    int i;

    for (i = 0; i < CIELO_OP_COUNT; i++)
        if (PyUnicode_CompareWithASCIIString(name, cielo_operation_at(i)->name)
            == 0)
            return i;
    PyErr_SetString(PyExc_ValueError, "no such operation");
    return -1;
}

/* The body that parameters make. */
static PyObject *body_of(module_state *state, const ClientObject *client,
                         int operation, const cielo_value *params)
{
    cielo_value *problems;
    PyObject *body = NULL;
    cielo_error err;
    char *text;
    size_t length;
    int status = cielo_fields_check(&text, &length, &problems, client->handle,
                                    operation, params, &err);

    if (text)
        body = PyBytes_FromStringAndSize(text, (Py_ssize_t)length);
    else if (status == CIELO_OK)
        PyErr_SetString(PyExc_ValueError, "the operation sends no fields");
    else if (problems)
        raise_problems(state, &err, problems);
    else
        raise_error(state, NULL, &err);
    cielo_text_free(text, length);
    cielo_value_free(problems);
    return body;
}

PyObject *trial_checked(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    ClientObject *client;
    cielo_value *params;
    PyObject *body;
    int operation;

    if (nargs < 2 || !PyUnicode_Check(args[1])
        || (!PyObject_TypeCheck(args[0], state->client_type)
            && !PyObject_TypeCheck(args[0], state->async_type))) {
        PyErr_SetString(PyExc_TypeError,
                        "_checked() takes a client, a str and parameters");
        return NULL;
    }
    client = (ClientObject *)args[0];
    operation = find_operation(args[1]);
    if (operation < 0)
        return NULL;
    params = operation_params(state, client, operation, args + 2, nargs - 2,
                              NULL);
    body = params ? body_of(state, client, operation, params) : NULL;
    cielo_value_free(params);
    return body;
}
