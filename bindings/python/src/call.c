/* The end of a call, and running one here, blocking. */
#include "state.h"

#include <string.h>

/* Ctrl-C is looked at this often while a call waits. */
#define SLICE_MS 50

/* ---- the end of a call ---- */

/* The result, which takes the answer out of the call: what was sent goes with
 * that. */
static PyObject *make_result(module_state *state, cielo_call *call)
{
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(call));
    result_facts *facts = facts_take(call);

    return facts ? answer_to_python(state, cielo_call_take_result(call),
                                    row->object, facts)
                 : NULL;
}

/* What the core says of the call, raised. */
static PyObject *raise_outcome(module_state *state, cielo_call *call,
                               PyObject *witness, const cielo_error *err)
{
    raise_error(state, call, err);
    if (witness && err->status == CIELO_EUNKNOWN &&
        PyErr_ExceptionMatches(PyExc_MemoryError))
        outcome_keep(state, witness);
    return NULL;
}

/* The result, with the witness inside until somebody reads it. */
static PyObject *give_result(module_state *state, cielo_call *call,
                             PyObject *witness)
{
    PyObject *result = make_result(state, call);

    if (witness && !result) {
        witness_answered(state, witness);
        outcome_keep(state, witness);
    } else if (witness && is_result(state, result)) {
        ((ResultObject *)result)->witness = Py_NewRef(witness);
    }
    return result;
}

/* Tells the log of the attempts; an exception that is set stays so, if only as
 * the context of another. */
static void log_beside(module_state *state, cielo_call *call)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback);
    log_attempts(state, call);
    exception_restore(type, value, traceback);
}

/* An exception of a signal's handler is set, instead of an error. Takes
 * that. */
static void replace_error(module_state *state, PyObject *witness,
                          PyObject *type, PyObject *value, PyObject *traceback)
{
    if (witness && value &&
        PyErr_GivenExceptionMatches(value,
                                    state->status_errors[-CIELO_EUNKNOWN]))
        outcome_drop(state, witness, value);
    else if (witness && value)
        outcome_attach(value);
    exception_restore(type, value, traceback);
}

/* Signals are handled when the outcome is at hand: before a logger's code could
 * take what they raise for its own. That has the outcome of a write as its
 * cause, and an error of a read as its context. */
static PyObject *handle_signals(module_state *state, cielo_call *call,
                                PyObject *witness, PyObject *result,
                                int *interrupted)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback); /* NULLs beside a result */
    PyErr_CheckSignals();
    log_beside(state, call);
    if (!PyErr_Occurred()) {
        PyErr_Restore(type, value, traceback);
        return result;
    }
    *interrupted = 1;
    if (type)
        replace_error(state, witness, type, value, traceback);
    if (witness && result && !is_result(state, result))
        witness_drop(state, witness, result);
    Py_XDECREF(result); /* its witness speaks */
    return NULL;
}

/* A collection runs code of the application's, and what a signal raises there
 * is lost with it: none while an outcome is made. 3.9 cannot be asked. */
#if PY_VERSION_HEX >= 0x030A0000
#  define pause_collections() PyGC_Disable()
#  define resume_collections(were_on) ((were_on) ? PyGC_Enable() : 0)
#else
#  define pause_collections() 0
#  define resume_collections(were_on) ((void)(were_on))
#endif

PyObject *call_conclude(module_state *state, cielo_call *call,
                        PyObject *witness, int *interrupted)
{
    const cielo_value *value;
    cielo_error err;
    PyObject *result;
    int were_on = pause_collections();

    result = cielo_call_result(call, &value, &err) == CIELO_OK
                 ? give_result(state, call, witness)
                 : raise_outcome(state, call, witness, &err);
    resume_collections(were_on);
    return handle_signals(state, call, witness, result, interrupted);
}

PyObject *call_finish(module_state *state, cielo_call *call, PyObject *witness)
{
    int interrupted = 0;

    return call_conclude(state, call, witness, &interrupted);
}

/* The OutcomeUnknownError of a write that ended before its caller was told;
 * NULL when nothing can have taken effect, or without memory. */
static PyObject *make_doubt(module_state *state, cielo_call *call,
                            PyObject *witness)
{
    const cielo_value *value;
    cielo_error err;
    PyObject *result;
    int status = cielo_call_result(call, &value, &err), told;

    if (status == CIELO_EUNKNOWN)
        return make_error(state, call, &err);
    if (status != CIELO_OK)
        return NULL;
    /* It was answered, and nobody took the answer. */
    witness_answered(state, witness);
    result = make_result(state, call);
    told = result ? witness_tell(state, witness, result) : -1;
    Py_XDECREF(result);
    return told < 0 ? NULL : Py_NewRef(witness);
}

void call_drop(module_state *state, cielo_call *call, PyObject *witness)
{
    PyObject *type, *value, *traceback, *doubt;
    int starved;

    exception_take(&type, &value, &traceback);
    doubt = witness ? make_doubt(state, call, witness) : NULL;
    starved = PyErr_Occurred() != NULL;
    if (starved) {
        PyErr_Clear();
        doubt = Py_NewRef(witness);
    }
    PyErr_Restore(type, value, traceback);
    log_beside(state, call);
    if (starved)
        outcome_keep(state, doubt);
    else if (doubt)
        outcome_drop(state, witness, doubt);
    Py_XDECREF(doubt);
}

/* ---- blocking ---- */

/* A signal's handler raised: end the call, and if it may have taken effect, or
 * did, let the exception say so. */
static void interrupt(module_state *state, cielo_call *call, PyObject *witness)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    Py_BEGIN_ALLOW_THREADS
    cielo_call_cancel(call);
    Py_END_ALLOW_THREADS
    PyErr_Restore(type, value, traceback);
    call_drop(state, call, witness);
}

PyObject *call_work(module_state *state, ClientObject *client,
                    cielo_call *call, PyObject *witness)
{
    PyObject *result = NULL;
    cielo_error err;
    int status;

    do {
        Py_BEGIN_ALLOW_THREADS
        status = cielo_perform_slice(call, SLICE_MS, &err);
        Py_END_ALLOW_THREADS
    } while (attempts_tell(client->on_attempt, call) == 0
             && status == CIELO_EAGAIN && PyErr_CheckSignals() == 0);
    if (status == CIELO_EAGAIN || PyErr_Occurred())
        interrupt(state, call, witness);
    else
        result = call_finish(state, call, witness);
    return result;
}

PyObject *call_run(module_state *state, ClientObject *client, cielo_call *call,
                   PyObject *witness)
{
    PyObject *result = call_work(state, client, call, witness);

    cielo_call_free(call);
    Py_XDECREF(witness);
    return result;
}
