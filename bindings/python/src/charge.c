/* cielo.next_charge: the fields of a stored card's next charge. */
#include "state.h"

#include <string.h>

/* Adds a parameter of the core's under its name. */
static int add_param(module_state *state, cielo_value *given, const char *name,
                     PyObject *value)
{
    const cielo_param *param = cielo_param_find(name, strlen(name));
    cielo_value *made = param_value(state, param, value, CIELO_OBJECT_NONE);

    if (!made)
        return 0;
    if (cielo_value_set(given, name, made) != CIELO_OK) {
        PyErr_NoMemory();
        return 0;
    }
    return 1;
}

static int add_text(module_state *state, cielo_value *given, const char *name,
                    PyObject *value)
{
    const char *text;

    if (!value || value == Py_None)
        return 1;
    text = parse_text(state, name, value, 1);
    if (text
        && cielo_value_set(given, name,
                           cielo_value_new_text(text, strlen(text)))
               != CIELO_OK)
        PyErr_NoMemory();
    return text && !PyErr_Occurred();
}

static PyObject *item_of(PyObject *dict, const char *name)
{
    return dict ? PyDict_GetItemString(dict, name) : NULL;
}

/* The token prints masked: the fields may well end in a log. */
static int hide_token(module_state *state, PyObject *fields)
{
    PyObject *payment = item_of(fields, "Payment");
    PyObject *card = item_of(payment, "CreditCard"), *token, *secret;
    const char *text;
    Py_ssize_t length;
    int status;

    if (!card)
        card = item_of(payment, "DebitCard");
    token = item_of(card, "CardToken");
    text = token ? PyUnicode_AsUTF8AndSize(token, &length) : NULL;
    if (!text)
        return PyErr_Occurred() ? -1 : 0;
    secret = secret_new(state->secret_type, text, (size_t)length);
    if (!secret)
        return -1;
    status = PyDict_SetItemString(card, "CardToken", secret);
    Py_DECREF(secret);
    return status;
}

static PyObject *build(module_state *state, const cielo_value *sale,
                       const cielo_value *given)
{
    cielo_value *made, *problems;
    PyObject *fields;
    cielo_error err;
    int status = cielo_next_charge(&made, &problems, sale, given, &err);

    if (problems) {
        raise_problems(state, &err, problems);
        cielo_value_free(problems);
        return NULL;
    }
    if (status != CIELO_OK)
        return raise_error(state, NULL, &err);
    fields = value_to_plain(made);
    cielo_value_free(made);
    if (fields && hide_token(state, fields) < 0)
        Py_CLEAR(fields);
    return fields;
}

/* A result, or a mapping that keeps what one said. */
static cielo_value *sale_tree(module_state *state, PyObject *sale)
{
    static const char name[] = "fields"; /* what takes any mapping */
    const cielo_param *param = cielo_param_find(name, strlen(name));

    if (PyDict_Check(sale) || is_result(state, sale))
        return param_value(state, param, sale, CIELO_OBJECT_SALE);
    PyErr_Format(PyExc_TypeError,
                 "sale must be a cielo.Sale or a dict, not %.100s",
                 Py_TYPE(sale)->tp_name);
    return NULL;
}

PyObject *next_charge(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames)
{
    static const arg_spec specs[] = {{"sale", 1, 0},
                                     {"merchant_order_id", 1, 0},
                                     {"amount", 1, 0},
                                     {"reason", 0, 1},
                                     {"transaction_link_id", 0, 1}};
    module_state *state = PyModule_GetState(module);
    PyObject *values[5], *fields = NULL;
    cielo_value *sale, *given;

    if (!parse_args("next_charge", specs, 5, args, nargs, kwnames, values))
        return NULL;
    sale = sale_tree(state, values[0]);
    given = sale ? cielo_value_new_object() : NULL;
    if (sale && !given)
        PyErr_NoMemory();
    if (given && add_param(state, given, "merchant_order_id", values[1])
        && add_param(state, given, "amount", values[2])
        && add_text(state, given, "reason", values[3])
        && add_text(state, given, "transaction_link_id", values[4]))
        fields = build(state, sale, given);
    cielo_value_free(given);
    cielo_value_free(sale);
    return fields;
}
