/* What Cielo posts: read without trusting it, and confirmed by a read. */
#include "state.h"

#include <string.h>

/* The order of attributes; every one is a member of the core's tree. */
static PyStructSequence_Field fields[] = {
    {"kind", "'sale', 'recurrence', 'order', 'order_reference' or "
             "'order_status'"},
    {"payment_id", NULL},
    {"recurrent_payment_id", NULL},
    {"change_type", "a number of API 3.0, or None"},
    {"change", "its name"},
    {"checkout_order_number", NULL},
    {"merchant_order_number", NULL},
    {"merchant_id", NULL},
    {"amount", "cents"},
    {"payment_status", "a number of Checkout's"},
    {"status_name", "its name"},
    {"test_transaction", NULL},
    {"fields", "what else was posted, as it came"},
    {NULL, NULL},
};

#define FIELD_COUNT ((Py_ssize_t)(sizeof(fields) / sizeof(*fields)) - 1)

static PyStructSequence_Desc desc = {
    "cielo.Notification",
    "What Cielo posted. Nothing in it is proof: client.confirm() asks Cielo.",
    fields, (int)FIELD_COUNT};

int notification_add(PyObject *module, module_state *state)
{
    state->notification_type = PyStructSequence_NewType(&desc);
    return state->notification_type
               ? PyModule_AddType(module, state->notification_type)
               : -1;
}

static PyObject *from_tree(module_state *state, const cielo_value *tree)
{
    PyObject *row = PyStructSequence_New(state->notification_type);
    Py_ssize_t i;

    for (i = 0; row && i < FIELD_COUNT; i++) {
        PyObject *value = value_to_plain(cielo_value_get(tree, fields[i].name));

        if (!value) {
            Py_DECREF(row);
            return NULL;
        }
        PyStructSequence_SetItem(row, i, value);
    }
    return row;
}

static PyObject *parse(module_state *state, PyObject *body, const char *type)
{
    cielo_value *tree = NULL;
    cielo_error err;
    PyObject *notification;
    Py_buffer view = {0};
    const char *text;
    Py_ssize_t length;
    int status;

    if (PyUnicode_Check(body)) {
        text = PyUnicode_AsUTF8AndSize(body, &length);
        if (!text)
            return NULL;
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
    if (status != CIELO_OK)
        return raise_error(state, NULL, &err);
    notification = from_tree(state, tree);
    cielo_value_free(tree);
    return notification;
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
    cielo_value *tree;
    Py_ssize_t i;

    if (!Py_IS_TYPE(notification, state->notification_type)) {
        PyErr_Format(PyExc_TypeError,
                     "notification must be a cielo.Notification, not %.100s",
                     Py_TYPE(notification)->tp_name);
        return NULL;
    }
    tree = cielo_value_new_object();
    for (i = 0; tree && i < FIELD_COUNT; i++) {
        PyObject *item = PyStructSequence_GetItem(notification, i);
        cielo_value *value;

        if (item == Py_None)
            continue;
        value = value_from_python(state, item, CIELO_OBJECT_ANY);
        if (!value || cielo_value_set(tree, fields[i].name, value) < 0) {
            if (value)
                PyErr_NoMemory();
            cielo_value_free(tree);
            return NULL;
        }
    }
    if (!tree)
        PyErr_NoMemory();
    return tree;
}
