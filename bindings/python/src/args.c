/* One parser for every method: what was given, sorted by name. */
#include "state.h"

#include <math.h>
#include <string.h>

/* Keywords come interned from the compiler, but not from ** of a dict. */
static int find_keyword(const arg_spec *specs, int count, PyObject *key)
{
    int i;

    for (i = 0; i < count; i++)
        if (PyUnicode_CompareWithASCIIString(key, specs[i].name) == 0)
            return i;
    return -1;
}

static int take_keywords(const char *function, const arg_spec *specs, int count,
                         PyObject *const *values, PyObject *kwnames,
                         PyObject **out)
{
    Py_ssize_t k;

    for (k = 0; k < PyTuple_GET_SIZE(kwnames); k++) {
        PyObject *key = PyTuple_GET_ITEM(kwnames, k);
        int i = find_keyword(specs, count, key);

        if (i < 0) {
            PyErr_Format(PyExc_TypeError,
                         "%s() got an unexpected keyword argument '%U'",
                         function, key);
            return 0;
        }
        if (out[i]) {
            PyErr_Format(PyExc_TypeError,
                         "%s() got multiple values for argument '%s'",
                         function, specs[i].name);
            return 0;
        }
        out[i] = values[k];
    }
    return 1;
}

/* A function that is given a result has it, though it may want another. */
static void note_readers(PyObject *const *args, Py_ssize_t count)
{
    Py_ssize_t i;

    for (i = 0; i < count; i++)
        result_note_reader(args[i]);
}

int parse_args(const char *function, const arg_spec *specs, int count,
               PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
               PyObject **out)
{
    Py_ssize_t room = 0;
    int i;

    note_readers(args, nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0));
    for (i = 0; i < count; i++) {
        out[i] = NULL;
        room += !specs[i].keyword_only;
    }
    if (nargs > room) {
        PyErr_Format(PyExc_TypeError,
                     "%s() takes at most %zd positional argument%s "
                     "(%zd given)",
                     function, room, room == 1 ? "" : "s", nargs);
        return 0;
    }
    for (i = 0; i < nargs; i++)
        out[i] = args[i];
    if (kwnames && !take_keywords(function, specs, count, args + nargs, kwnames,
                                  out))
        return 0;
    for (i = 0; i < count; i++) {
        if (specs[i].required && !out[i]) {
            PyErr_Format(PyExc_TypeError,
                         "%s() missing required argument: '%s'", function,
                         specs[i].name);
            return 0;
        }
    }
    return 1;
}

int keywords_check(PyObject *names)
{
    Py_ssize_t i;

    for (i = 0; i < PyTuple_GET_SIZE(names); i++) {
        if (!PyUnicode_Check(PyTuple_GET_ITEM(names, i))) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return 0;
        }
    }
    return 1;
}

int parse_none(const char *function, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs == 0 && (!kwnames || PyTuple_GET_SIZE(kwnames) == 0))
        return 1;
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments", function);
    return 0;
}

static int wrong_type(const char *name, const char *wanted, PyObject *value)
{
    PyErr_Format(PyExc_TypeError, "%s must be %s, not %.100s", name, wanted,
                 Py_TYPE(value)->tp_name);
    return 0;
}

int parse_seconds(module_state *state, const char *name, PyObject *value,
                  int64_t *out)
{
    double seconds;

    if (PyFloat_Check(value)) {
        seconds = PyFloat_AS_DOUBLE(value);
    } else if (PyLong_Check(value) && !PyBool_Check(value)) {
        seconds = PyLong_AsDouble(value);
    } else {
        PyObject *total;
        int is_delta;

        if (import_values(state) < 0)
            return 0;
        is_delta = PyObject_IsInstance(value, state->timedelta_class);
        if (is_delta < 0)
            return 0;
        if (!is_delta)
            return wrong_type(name, "a number of seconds", value);
        total = PyObject_CallMethod(value, "total_seconds", NULL);
        if (!total)
            return 0;
        seconds = PyFloat_AsDouble(total);
        Py_DECREF(total);
    }
    if (seconds == -1.0 && PyErr_Occurred())
        return 0;
    if (!(seconds < 1e9) || !(seconds > -1e9)) {
        PyErr_Format(PyExc_ValueError, "%s is out of range", name);
        return 0;
    }
    /* The core judges it; a negative number would mean "not given" there. */
    *out = seconds > 0.0 ? (int64_t)ceil(seconds * 1000.0) : 0;
    return 1;
}

const char *parse_text(module_state *state, const char *name, PyObject *value,
                       int secret)
{
    const char *text;
    Py_ssize_t length;

    if (secret && Py_IS_TYPE(value, state->secret_type)) {
        size_t size;

        text = secret_text(value, &size);
        length = (Py_ssize_t)size;
    } else if (PyUnicode_Check(value)) {
        text = PyUnicode_AsUTF8AndSize(value, &length);
        if (!text) {
            /* The codec's own message quotes the text. */
            PyErr_Clear();
            PyErr_Format(PyExc_ValueError, "%s cannot be encoded as UTF-8",
                         name);
            return NULL;
        }
    } else {
        wrong_type(name, secret ? "str or cielo.Secret" : "str", value);
        return NULL;
    }
    if (strlen(text) != (size_t)length) {
        PyErr_Format(PyExc_ValueError, "%s holds a null character", name);
        return NULL;
    }
    return text;
}

/* Without a zone a datetime means another time on each host. */
static int has_zone(PyObject *value)
{
    PyObject *offset = PyObject_CallMethod(value, "utcoffset", NULL);
    int naive = offset == Py_None;

    Py_XDECREF(offset);
    if (naive)
        PyErr_SetString(PyExc_ValueError,
                        "a datetime without a zone: give it one, by "
                        "astimezone() where it is this machine's time, by "
                        "replace(tzinfo=timezone(timedelta(hours=-3))) where "
                        "it is Cielo's");
    else if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear(); /* no datetime: its caller says so */
    return !PyErr_Occurred();
}

int parse_moment(PyObject *value, int64_t *out)
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
