/* A call of an asynchronous client: what a verb gives, to be awaited. It has
 * the methods of a coroutine, and waits for one future of its loop. */
#include "state.h"

#include <string.h>

PyObject *call_object(module_state *state, ClientObject *client,
                      cielo_call *call, PyObject *witness)
{
    PyTypeObject *type = state->call_type;
    CallObject *self = (CallObject *)type->tp_alloc(type, 0);

    if (!self) {
        cielo_call_free(call);
        Py_XDECREF(witness);
        return NULL;
    }
    self->handle = call;
    self->witness = witness;
    self->client = Py_NewRef(client);
    cielo_call_set_user(call, self);
    return (PyObject *)self;
}

static const char *name_of(CallObject *self)
{
    return cielo_operation_at(cielo_call_operation(self->handle))->name;
}

/* ---- its end ---- */

/* What only a call under way needs. The connections may go with it. */
static void let_go(CallObject *self)
{
    Py_CLEAR(self->future);
    Py_CLEAR(self->multi);
    Py_CLEAR(self->family);
    Py_CLEAR(self->client);
    Py_CLEAR(self->context);
}

/* Its caller does not wait any more: for the exception that is set, if one is,
 * which has the outcome of a write as its cause. */
static void stop(module_state *state, CallObject *self)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback);
    if (self->multi)
        multi_drop(self->multi, self);
    exception_restore(type, value, traceback);
    cielo_call_cancel(self->handle);
    call_drop(state, self->handle, self->witness);
    let_go(self);
}

static PyObject *take_result(module_state *state, CallObject *self)
{
    PyObject *result = call_finish(state, self->handle, self->witness);

    let_go(self);
    return result;
}

/* ---- its start ---- */

/* Where it runs; -1 with an exception set. */
static int find_place(module_state *state, CallObject *self)
{
    PyObject *loop = loop_running(state);
    int status = loop ? client_route(state, (ClientObject *)self->client, loop,
                                     &self->multi, &self->family)
                      : -1;

    if (status == 0)
        self->future = PyObject_CallMethodNoArgs(loop,
                                                 state->str_create_future);
    Py_XDECREF(loop);
    if (self->future && ((ClientObject *)self->client)->on_attempt) {
        self->context = PyContext_CopyCurrent();
        if (!self->context)
            Py_CLEAR(self->future);
    }
    return self->future ? 0 : -1;
}

/* The future that its task is to wait for; NULL with an exception set. */
static PyObject *start(module_state *state, CallObject *self)
{
    PyObject *future = NULL;

    if (find_place(state, self) == 0) {
        future = Py_NewRef(self->future); /* the multi may take it */
        if (PyObject_SetAttr(future, state->str_blocking, Py_True) < 0 ||
            multi_add(state, self->multi, self) < 0 ||
            multi_advance(self->multi, -1, 0) < 0)
            Py_CLEAR(future);
    }
    if (!future) {
        atomic_swap(&self->told, 1);
        stop(state, self);
    }
    return future;
}

/* ---- one of many ---- */

PyObject *call_begin(module_state *state, CallObject *self)
{
    atomic_swap(&self->started, 1);
    return start(state, self);
}

PyObject *call_take(module_state *state, CallObject *self, int *interrupted)
{
    PyObject *result;

    atomic_swap(&self->told, 1);
    result = call_conclude(state, self->handle, self->witness, interrupted);
    let_go(self);
    return result;
}

void call_leave(module_state *state, CallObject *self)
{
    if (!atomic_swap(&self->told, 1))
        stop(state, self);
}

/* ---- the protocol of coroutines ---- */

enum turn { RAISED = -1, OVER, WAITS };

static enum turn fail_with(const char *format, CallObject *self)
{
    PyErr_Format(PyExc_RuntimeError, format, name_of(self));
    return RAISED;
}

static enum turn fail_again(CallObject *self)
{
    return fail_with("cannot reuse an already awaited call of %s", self);
}

/* Goes on: `*out` is the future to wait for, or the result. */
static enum turn go_on(CallObject *self, PyObject *value, PyObject **out)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(self));

    *out = NULL;
    if (!state)
        return RAISED;
    if (!atomic_get(&self->started) && value != Py_None) {
        PyErr_SetString(PyExc_TypeError,
                        "can't send a value to a call that has not started");
        return RAISED;
    }
    if (!atomic_swap(&self->started, 1)) {
        *out = start(state, self);
        return *out ? WAITS : RAISED;
    }
    if (atomic_get(&self->linked))
        return fail_with("the call of %s is being awaited already", self);
    if (atomic_swap(&self->told, 1))
        return fail_again(self);
    *out = take_result(state, self);
    return *out ? OVER : RAISED;
}

#if PY_VERSION_HEX >= 0x030A0000
static PySendResult call_am_send(PyObject *op, PyObject *value, PyObject **out)
{
    switch (go_on((CallObject *)op, value, out)) {
    case WAITS:
        return PYGEN_NEXT;
    case OVER:
        return PYGEN_RETURN;
    default:
        return PYGEN_ERROR;
    }
}
#endif

/* An instance is made here: Python would take a tuple apart. */
static void raise_stop(PyObject *result)
{
    PyObject *ended = PyObject_CallOneArg(PyExc_StopIteration, result);

    if (ended)
        PyErr_SetObject(PyExc_StopIteration, ended);
    Py_XDECREF(ended);
}

static PyObject *send_value(CallObject *self, PyObject *value)
{
    PyObject *out;

    if (go_on(self, value, &out) == OVER) {
        raise_stop(out);
        Py_CLEAR(out);
    }
    return out;
}

static PyObject *call_next(PyObject *op)
{
    return send_value((CallObject *)op, Py_None);
}

static PyObject *call_await(PyObject *op)
{
    CallObject *self = (CallObject *)op;

    if (!atomic_get(&self->linked))
        return Py_NewRef(op);
    fail_with("the call of %s is being awaited already", self);
    return NULL;
}

static PyObject *call_send(PyObject *op, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"value", 1, 0}};
    PyObject *value;

    return parse_args("send", specs, 1, args, nargs, kwnames, &value)
               ? send_value((CallObject *)op, value)
               : NULL;
}

/* Sets what throw() was given; 0 with another exception set. */
static int set_thrown(PyObject *kind, PyObject *value, PyObject *traceback)
{
    PyObject *type, *thrown, *own;

    if (value == Py_None)
        value = NULL;
    if (traceback == Py_None)
        traceback = NULL;
    if (PyExceptionInstance_Check(kind) && !value) {
        PyErr_Restore(Py_NewRef(Py_TYPE(kind)), Py_NewRef(kind),
                      PyException_GetTraceback(kind));
    } else if (PyExceptionClass_Check(kind)) {
        Py_XINCREF(value);
        PyErr_Restore(Py_NewRef(kind), value, NULL);
    } else {
        PyErr_SetString(PyExc_TypeError,
                        "throw() takes an exception, or its class and value");
        return 0;
    }
    if (traceback) {
        exception_take(&type, &thrown, &own);
        Py_XDECREF(own);
        PyErr_Restore(type, thrown, Py_NewRef(traceback));
    }
    return 1;
}

static PyObject *call_throw(PyObject *op, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {
        {"kind", 1, 0}, {"value", 0, 0}, {"traceback", 0, 0}};
    CallObject *self = (CallObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *given[3];

    if (!state || !parse_args("throw", specs, 3, args, nargs, kwnames, given))
        return NULL;
    if (atomic_get(&self->told)) {
        fail_again(self);
        return NULL;
    }
    if (!set_thrown(given[0], given[1], given[2]))
        return NULL;
    atomic_swap(&self->started, 1);
    if (!atomic_swap(&self->told, 1))
        stop(state, self);
    return NULL;
}

static PyObject *call_close(PyObject *op, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames)
{
    CallObject *self = (CallObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)args;
    if (!state || !parse_none("close", nargs, kwnames))
        return NULL;
    atomic_swap(&self->started, 1);
    if (!atomic_swap(&self->told, 1))
        stop(state, self);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* ---- its life ---- */

static void warn_never(CallObject *self)
{
    PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                     "the call of %s was never awaited", name_of(self));
}

/* Nobody awaits it any more, if anybody did. */
static void call_finalize(PyObject *op)
{
    CallObject *self = (CallObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *type, *value, *traceback;

    if (!state || atomic_swap(&self->told, 1))
        return;
    PyErr_Fetch(&type, &value, &traceback);
    if (atomic_swap(&self->started, 1))
        stop(state, self);
    else if (!self->owner)
        warn_never(self);
    if (PyErr_Occurred())
        PyErr_WriteUnraisable(op);
    PyErr_Restore(type, value, traceback);
}

static int call_traverse(PyObject *op, visitproc visit, void *arg)
{
    CallObject *self = (CallObject *)op;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->witness);
    Py_VISIT(self->client);
    Py_VISIT(self->family);
    Py_VISIT(self->multi);
    Py_VISIT(self->future);
    Py_VISIT(self->context);
    return 0;
}

/* Its finalizer has run: the multi does not know it any more. */
static int call_clear(PyObject *op)
{
    let_go((CallObject *)op);
    return 0;
}

static void call_dealloc(PyObject *op)
{
    CallObject *self = (CallObject *)op;

    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    PyObject_GC_UnTrack(op);
    let_go(self);
    cielo_call_free(self->handle);
    Py_XDECREF(self->witness);
    free_object(op);
}

static PyObject *call_repr(PyObject *op)
{
    return PyUnicode_FromFormat("<call of %s>", name_of((CallObject *)op));
}

/* asyncio names its tasks' coroutines by it. */
static PyObject *get_name(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(name_of((CallObject *)op));
}

/* What a look at an entry of the journal came to. */
static PyObject *get_settled(PyObject *op, void *closure)
{
    const char *name = cielo_settled_name(
        cielo_call_settled(((CallObject *)op)->handle));

    (void)closure;
    return name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);
}

static PyGetSetDef call_getset[] = {
    {"_settled", get_settled, NULL,
     "'adopted', 'absent' or 'unknown', of a look that ended.", NULL},
    {"__name__", get_name, NULL, NULL, NULL},
    {"__qualname__", get_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef call_methods[] = {
    {"send", METHOD(call_send), METHOD_FLAGS,
     "send($self, value)\n--\n\n"
     "Sends the request, and gives the future to wait for; after that raises\n"
     "StopIteration with the result, or the call's error."},
    {"throw", METHOD(call_throw), METHOD_FLAGS,
     "throw($self, kind, value=None, traceback=None)\n--\n\n"
     "Cancels the call and raises what it was given: with an\n"
     "OutcomeUnknownError as its cause if the call may have taken effect."},
    {"close", METHOD(call_close), METHOD_FLAGS,
     "close($self)\n--\n\nCancels the call; it can not be awaited any more."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot call_slots[] = {
    {Py_tp_doc, "A call of an AsyncClient, to be awaited."},
    {Py_tp_dealloc, call_dealloc},
    {Py_tp_finalize, call_finalize},
    {Py_tp_traverse, call_traverse},
    {Py_tp_clear, call_clear},
    {Py_tp_repr, call_repr},
    {Py_tp_iternext, call_next},
    {Py_am_await, call_await},
#if PY_VERSION_HEX >= 0x030A0000
    {Py_am_send, call_am_send},
#endif
    {Py_tp_methods, call_methods},
    {Py_tp_getset, call_getset},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec call_spec = {
    .name = "cielo._core._Call",
    .basicsize = sizeof(CallObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG
             | IMMUTABLE_FLAG,
    .slots = call_slots,
};
