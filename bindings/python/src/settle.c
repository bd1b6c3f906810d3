/* The call that looks at one entry of the journal, and what it came to. */
#include "state.h"

static cielo_call *settle_call(module_state *state, ClientObject *client,
                               const cielo_value *entry)
{
    cielo_call *call = NULL;
    cielo_entropy entropy;
    cielo_error err;

    if (logger_find(state) < 0)
        return NULL;
    if (atomic_get(&client->closed))
        raise_closed(state);
    else if (cielo_entropy_fill(&entropy) != CIELO_OK)
        PyErr_SetString(PyExc_OSError, "the system has no random bytes");
    else if (cielo_settle_new(&call, client->handle, entry, &entropy, &err)
             != CIELO_OK)
        raise_error(state, NULL, &err);
    return call;
}

/* The state, the result and the error of a look that ended: takes the result
 * and, where that is NULL, the exception that is set, if it is its error. */
static PyObject *tell_look(module_state *state, cielo_settled settled,
                           PyObject *result)
{
    PyObject *type = NULL, *error = NULL, *traceback = NULL, *told;

    if (!result) {
        if (settled == CIELO_SETTLED_NONE ||
            !PyErr_ExceptionMatches(state->error))
            return NULL;
        exception_take(&type, &error, &traceback);
    }
    told = Py_BuildValue("(sOO)", cielo_settled_name(settled),
                         result ? result : Py_None, error ? error : Py_None);
    Py_XDECREF(result);
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
    return told;
}

PyObject *journal_settle(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs)
{
    module_state *state = PyModule_GetState(module);
    PyObject *result;
    cielo_settled settled;
    cielo_value *entry;
    cielo_call *call;

    if (nargs != 3 || !Py_IS_TYPE(args[0], state->journal_type) ||
        (!PyObject_TypeCheck(args[1], state->client_type) &&
         !PyObject_TypeCheck(args[1], state->async_type))) {
        PyErr_SetString(PyExc_TypeError,
                        "_journal_settle() takes a _Journal, a client, an id");
        return NULL;
    }
    entry = journal_entry(state, args[0], args[2]);
    if (!entry && !PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "the journal has no such entry");
    call = entry ? settle_call(state, (ClientObject *)args[1], entry) : NULL;
    cielo_value_free(entry);
    if (!call)
        return NULL;
    if (((ClientObject *)args[1])->is_async)
        return call_object(state, (ClientObject *)args[1], call, NULL);
    result = call_work(state, (ClientObject *)args[1], call, NULL);
    settled = cielo_call_settled(call);
    cielo_call_free(call);
    return tell_look(state, settled, result);
}
