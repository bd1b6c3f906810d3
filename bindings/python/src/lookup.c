/* Look-ups in the code books, and what unpickles their entries. */
#include "state.h"

#include <string.h>

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
        if (strcmp(book_name(book), name) == 0)
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
