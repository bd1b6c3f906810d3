/* Running a call: blocking here, or handed to an event loop as a Call. */
#include "state.h"

#include <string.h>

/* Ctrl-C is looked at this often while a call waits. */
#define SLICE_MS 50

/* ---- the end of a call ---- */

/* A fact of a call; NULL without an exception when it has none of that name. */
static PyObject *make_fact(module_state *state, cielo_call *call,
                           const cielo_detail *fact)
{
    const cielo_value *made =
        cielo_value_get(cielo_call_facts(call), fact->name);
    cielo_advice advice;

    if (fact->type == CIELO_DETAIL_PROBLEMS)
        return make_problems(state, made);
    if (fact->type == CIELO_DETAIL_ADVICE)
        return cielo_call_advice(call, &advice) ? make_advice(state, &advice)
                                                : NULL;
    return made ? value_to_plain(made) : NULL;
}

/* What a call's result adds to its members; NULL when memory ran out. */
static PyObject *make_facts(module_state *state, cielo_call *call)
{
    PyObject *facts = cielo_call_facts(call) ? PyDict_New() : PyErr_NoMemory();
    size_t i;

    for (i = 0; facts && i < CIELO_FACT_COUNT; i++) {
        PyObject *fact = make_fact(state, call, cielo_fact_at(i));

        if (fact ? PyDict_SetItem(facts, state->fact_names[i], fact) < 0
                 : PyErr_Occurred() != NULL)
            Py_CLEAR(facts);
        Py_XDECREF(fact);
    }
    return facts;
}

static PyObject *make_result(module_state *state, cielo_call *call,
                             const cielo_value *value)
{
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(call));
    PyObject *facts = make_facts(state, call), *result;

    if (!facts)
        return NULL;
    result = value_to_python(state, value, row->object, facts);
    Py_DECREF(facts);
    return result;
}

static PyObject *finish(module_state *state, cielo_call *call)
{
    const cielo_value *value;
    cielo_error err;

    log_attempts(state, call);
    if (cielo_call_result(call, &value, &err) != CIELO_OK)
        return raise_error(state, call, &err);
    return make_result(state, call, value);
}

/* The OutcomeUnknownError of a call that ended before its caller was told, or
 * None when nothing can have taken effect. */
static PyObject *make_doubt(module_state *state, cielo_call *call)
{
    const cielo_operation *row =
        cielo_operation_at(cielo_call_operation(call));
    const cielo_value *value;
    cielo_error err;
    PyObject *error, *result, *found;
    int status = cielo_call_result(call, &value, &err);

    if (status == CIELO_EUNKNOWN)
        return make_error(state, call, &err);
    if (status != CIELO_OK || !row->is_write)
        Py_RETURN_NONE;
    /* It was answered, and nobody took the answer. */
    err.status = CIELO_EUNKNOWN;
    PyOS_snprintf(err.message, sizeof(err.message),
                  "the call took effect, but was cancelled before its caller "
                  "was told");
    error = make_error(state, call, &err);
    result = error ? make_result(state, call, value) : NULL;
    /* As a look-up shows it: the payment of a sale. */
    if (result && is_result(state, result)) {
        PyObject *payment = result_member(result, "payment");

        if (payment)
            Py_SETREF(result, payment);
        else if (PyErr_Occurred())
            Py_CLEAR(result);
    }
    found = result ? PyList_New(1) : NULL;
    if (found) {
        PyList_SET_ITEM(found, 0, Py_NewRef(result));
        if (PyObject_SetAttrString(error, "found", found) < 0)
            Py_CLEAR(error);
    } else {
        Py_CLEAR(error);
    }
    Py_XDECREF(result);
    Py_XDECREF(found);
    return error;
}

/* ---- blocking ---- */

/* A signal's handler raised: end the call, and if it may have taken effect let
 * the exception say so. */
static void interrupt(module_state *state, cielo_call *call)
{
    PyObject *type, *value, *traceback, *doubt;

    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    Py_BEGIN_ALLOW_THREADS
    cielo_call_cancel(call);
    Py_END_ALLOW_THREADS
    log_attempts(state, call);
    doubt = make_doubt(state, call);
    if (doubt && doubt != Py_None && value && PyExceptionInstance_Check(value))
        PyException_SetCause(value, doubt); /* takes it */
    else
        Py_XDECREF(doubt);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

PyObject *call_run(module_state *state, cielo_call *call)
{
    PyObject *result = NULL;
    cielo_error err;
    int status;

    do {
        Py_BEGIN_ALLOW_THREADS
        status = cielo_perform_slice(call, SLICE_MS, &err);
        Py_END_ALLOW_THREADS
    } while (status == CIELO_EAGAIN && PyErr_CheckSignals() == 0);
    if (status == CIELO_EAGAIN)
        interrupt(state, call);
    else
        result = finish(state, call);
    cielo_call_free(call);
    return result;
}

/* ---- the object an event loop holds ---- */

PyObject *call_object(module_state *state, cielo_call *call)
{
    PyTypeObject *type = state->call_type;
    CallObject *self = (CallObject *)type->tp_alloc(type, 0);

    if (self)
        self->handle = call;
    else
        cielo_call_free(call);
    return (PyObject *)self;
}

static int is_free(CallObject *self)
{
    if (!atomic_get(&self->in_multi))
        return 1;
    PyErr_SetString(PyExc_RuntimeError, "the call is under way");
    return 0;
}

static PyObject *call_result(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    CallObject *self = (CallObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)args;
    if (!state || !parse_none("result", nargs, kwnames) || !is_free(self))
        return NULL;
    return finish(state, self->handle);
}

static PyObject *call_doubt(PyObject *op, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames)
{
    CallObject *self = (CallObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)args;
    if (!state || !parse_none("doubt", nargs, kwnames) || !is_free(self))
        return NULL;
    cielo_call_cancel(self->handle);
    log_attempts(state, self->handle);
    return make_doubt(state, self->handle);
}

static PyObject *call_repr(PyObject *op)
{
    const cielo_operation *row = cielo_operation_at(
        cielo_call_operation(((CallObject *)op)->handle));

    return PyUnicode_FromFormat("<call of %s>", row->name);
}

static void call_dealloc(PyObject *op)
{
    cielo_call_free(((CallObject *)op)->handle);
    free_object(op);
}

static PyMethodDef call_methods[] = {
    {"result", METHOD(call_result), METHOD_FLAGS,
     "result($self)\n--\n\nWhat a call that ended gave; raises its error."},
    {"doubt", METHOD(call_doubt), METHOD_FLAGS,
     "doubt($self)\n--\n\n"
     "Ends the call: an OutcomeUnknownError if it may have taken effect."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot call_slots[] = {
    {Py_tp_doc, "A call on its way; the event loop's half of a client."},
    {Py_tp_dealloc, call_dealloc},
    {Py_tp_repr, call_repr},
    {Py_tp_methods, call_methods},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec call_spec = {
    .name = "cielo._core._Call",
    .basicsize = sizeof(CallObject),
    .flags = Py_TPFLAGS_DEFAULT | NO_NEW_FLAG | IMMUTABLE_FLAG,
    .slots = call_slots,
};
