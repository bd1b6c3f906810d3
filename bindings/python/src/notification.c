/* What Cielo posts: read without trusting it, and confirmed by a read. */
#include "state.h"

static PyObject *parse(module_state *state, PyObject *body, const char *type)
{
    cielo_value *tree = NULL;
    cielo_error err;
    PyObject *bytes = NULL;
    Py_buffer view = {0};
    const char *text;
    Py_ssize_t length;
    int status;

    if (PyUnicode_Check(body)) {
        /* Halves of surrogate pairs pass: the core has a sign for them, as for
         * other bytes that are not UTF-8. */
        bytes = PyUnicode_AsEncodedString(body, "utf-8", "surrogatepass");
        if (!bytes)
            return NULL;
        text = PyBytes_AS_STRING(bytes);
        length = PyBytes_GET_SIZE(bytes);
    } else {
        if (PyObject_GetBuffer(body, &view, PyBUF_SIMPLE) < 0)
            return NULL;
        text = view.buf;
        length = view.len;
    }
    status =
        cielo_notification_parse(&tree, text, (size_t)length, type, &err);
    if (view.obj)
        PyBuffer_Release(&view);
    Py_XDECREF(bytes);
    if (status != CIELO_OK)
        return raise_error(state, NULL, &err);
    return value_to_python(state, tree, CIELO_OBJECT_NOTIFICATION, NULL);
}

PyObject *parse_notification(PyObject *module, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"body", 1, 0}, {"content_type", 0, 0}};
    module_state *state = PyModule_GetState(module);
    PyObject *given[2];
    const char *type = NULL;

    if (!parse_args("parse_notification", specs, 2, args, nargs, kwnames,
                    given))
        return NULL;
    if (given[1] && given[1] != Py_None) {
        type = parse_text(state, "content_type", given[1], 0);
        if (!type)
            return NULL;
    }
    return parse(state, given[0], type);
}

cielo_value *notification_tree(module_state *state, PyObject *notification)
{
    PyTypeObject *type = state->result_types[CIELO_OBJECT_NOTIFICATION];

    if (Py_IS_TYPE(notification, type))
        return value_from_python(state, notification,
                                 CIELO_OBJECT_NOTIFICATION);
    PyErr_Format(PyExc_TypeError,
                 "notification must be a cielo.Notification, not %.100s",
                 Py_TYPE(notification)->tp_name);
    return NULL;
}
