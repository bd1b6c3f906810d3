/* on_attempt: the application is told of each attempt of a call, as it ends. */
#include "state.h"

int attempt_check(PyObject *callback)
{
    if (!callback || callback == Py_None || PyCallable_Check(callback))
        return 1;
    PyErr_Format(PyExc_TypeError, "on_attempt must be callable, not %.100s",
                 Py_TYPE(callback)->tp_name);
    return 0;
}

/* In the context of whoever made the call: a span knows its parent by it. */
static PyObject *call_in(PyObject *context, PyObject *callback, PyObject *facts)
{
    PyObject *done;

    if (!context)
        return PyObject_CallOneArg(callback, facts);
    if (PyContext_Enter(context) < 0)
        return NULL;
    done = PyObject_CallOneArg(callback, facts);
    if (PyContext_Exit(context) < 0)
        Py_CLEAR(done);
    return done;
}

/* What it raises must not hide what became of a payment; a signal's handler
 * runs here too, and what that raises is the caller's. */
int attempt_tell(PyObject *callback, PyObject *context, cielo_value *attempt)
{
    PyObject *facts = attempt && callback ? value_to_plain(attempt) : NULL;
    PyObject *done = facts ? call_in(context, callback, facts) : NULL;

    cielo_value_free(attempt);
    Py_XDECREF(facts);
    Py_XDECREF(done);
    if (!PyErr_Occurred())
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1;
    PyErr_WriteUnraisable(callback);
    return 0;
}

int attempts_tell(PyObject *callback, cielo_call *call)
{
    cielo_value *attempt;
    int status = 0;

    while (callback && status == 0
           && (attempt = cielo_call_attempt(call)) != NULL)
        status = attempt_tell(callback, NULL, attempt);
    return status;
}
