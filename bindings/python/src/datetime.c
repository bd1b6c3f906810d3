/* Cielo's dates as datetimes, for who asks: results keep them as text. */
#include "state.h"

static PyObject *parse(module_state *state, const char *text, size_t length)
{
    cielo_time time;
    cielo_error err;

    if (cielo_time_parse(&time, text, length, &err) != CIELO_OK)
        return raise_error(state, NULL, &err);
    if (time.year == 0)
        Py_RETURN_NONE;
    if (import_values(state) < 0)
        return NULL;
    return PyObject_CallFunction(state->datetime_class, "iiiiiii", time.year,
                                 time.month, time.day, time.hour, time.minute,
                                 time.second, time.microsecond);
}

PyObject *parse_time(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                     PyObject *kwnames)
{
    static const arg_spec specs[] = {{"text", 1, 0}};
    module_state *state = PyModule_GetState(module);
    PyObject *given;
    Py_ssize_t length;
    const char *text;

    if (!parse_args("parse_time", specs, 1, args, nargs, kwnames, &given))
        return NULL;
    if (given == Py_None) /* a member that the answer does not have */
        Py_RETURN_NONE;
    if (!PyUnicode_Check(given))
        return PyErr_Format(PyExc_TypeError,
                            "text must be str or None, not %.100s",
                            Py_TYPE(given)->tp_name);
    text = PyUnicode_AsUTF8AndSize(given, &length);
    return text ? parse(state, text, (size_t)length) : NULL;
}
