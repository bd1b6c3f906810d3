/* The calls of one event loop: their start, their end, and who is woken. */
#include "state.h"

#include <string.h>
#include <structmember.h>

/* Futures that are taken under the lock at a time. */
#define BATCH 32

PyObject *multi_new(module_state *state, cielo_client *client, PyObject *loop)
{
    PyTypeObject *type = state->multi_type;
    MultiObject *self = (MultiObject *)type->tp_alloc(type, 0);
    cielo_error err;

    if (!self)
        return NULL;
    self->timer_at = -1;
    self->advance = multi_advance;
    self->loop = PyWeakref_NewRef(loop, NULL);
    self->lock = self->loop ? PyThread_allocate_lock() : NULL;
    if (self->loop && !self->lock)
        PyErr_NoMemory();
    else if (self->lock &&
             cielo_multi_new(&self->handle, client, &err) != CIELO_OK)
        raise_error(state, NULL, &err);
    if (self->handle)
        return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

int multi_serves(MultiObject *self, PyObject *loop)
{
    PyObject *own = weak_target(self->loop);
    int serves = own == loop && self->handle && !atomic_get(&self->lost);

    Py_XDECREF(own);
    return serves;
}

/* ---- what the lock guards ---- */

/* Another thread may be inside while garbage of this one's takes itself out. */
static void enter(MultiObject *self)
{
    if (PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    Py_END_ALLOW_THREADS
}

static void leave(MultiObject *self)
{
    PyThread_release_lock(self->lock);
}

static void link_call(MultiObject *self, CallObject *call)
{
    call->previous = self->last;
    call->next = NULL;
    if (self->last)
        self->last->next = call;
    else
        self->first = call;
    self->last = call;
    atomic_swap(&call->linked, 1);
}

/* Gives the call's future. The call may be freed as soon as the lock is free:
 * it knows that it is known no more. */
static PyObject *unlink_call(MultiObject *self, CallObject *call)
{
    PyObject *future = call->future;

    if (call->previous)
        call->previous->next = call->next;
    else
        self->first = call->next;
    if (call->next)
        call->next->previous = call->previous;
    else
        self->last = call->previous;
    call->future = NULL;
    atomic_swap(&call->linked, 0);
    return future;
}

/* The futures of calls that ended, `BATCH` at most. */
static int take_ended(MultiObject *self, PyObject **futures)
{
    cielo_call *call;
    int count = 0;

    while (self->handle && count < BATCH &&
           (call = cielo_multi_done(self->handle)) != NULL)
        futures[count++] = unlink_call(self, cielo_call_user(call));
    return count;
}

/* Those of calls that are cancelled: of one client's, or NULL. */
static int take_rest(MultiObject *self, PyObject *client, PyObject **futures)
{
    CallObject *call = self->first, *next;
    int count = 0;

    for (; call && count < BATCH; call = next) {
        next = call->next;
        if (client && call->client != client)
            continue;
        if (self->handle)
            cielo_multi_remove(self->handle, call->handle);
        futures[count++] = unlink_call(self, call);
    }
    return count;
}

/* ---- who is woken ---- */

/* With a copy of its own: each write has its own outcome as its cause. */
static PyObject *make_twin(module_state *state, PyObject *error)
{
    PyObject *twin = NULL;

    if (!state->copy)
        state->copy = import_name("copy", "copy");
    if (state->copy)
        twin = PyObject_CallOneArg(state->copy, error);
    PyErr_Clear(); /* one that is not made of its args */
    return twin ? twin : Py_NewRef(error);
}

static int is_done(module_state *state, PyObject *future)
{
    PyObject *done = PyObject_CallMethodNoArgs(future, state->str_done);
    int status = done ? PyObject_IsTrue(done) : -1;

    Py_XDECREF(done);
    return status;
}

/* Its caller finds the outcome in the call, or else is given an error. */
static int wake(module_state *state, PyObject *future, PyObject *error)
{
    PyObject *value = error ? make_twin(state, error) : Py_NewRef(Py_None);
    PyObject *set = NULL;
    int done = is_done(state, future);

    if (done == 0)
        set = PyObject_CallMethodOneArg(
            future, error ? state->str_set_exception : state->str_set_result,
            value);
    Py_DECREF(value);
    Py_XDECREF(set);
    return done == 1 || set ? 0 : -1;
}

/* Takes the futures. All of them are woken whatever comes of one: the last
 * exception stays set. */
static int wake_all(module_state *state, PyObject **futures, int count,
                    PyObject *error)
{
    PyObject *type, *value, *traceback;
    int i;

    for (i = 0; i < count; i++) {
        PyErr_Fetch(&type, &value, &traceback);
        if (wake(state, futures[i], error) < 0)
            exception_restore(type, value, traceback);
        else
            PyErr_Restore(type, value, traceback);
        Py_DECREF(futures[i]);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Ends calls, of one client's or of all; their callers are given an error, or
 * find out that they were cancelled. */
static int end_calls(module_state *state, MultiObject *self, PyObject *client,
                     PyObject *error)
{
    PyObject *futures[BATCH];
    int count, status = 0;

    do {
        enter(self);
        count = take_rest(self, client, futures);
        leave(self);
        if (wake_all(state, futures, count, error) < 0)
            status = -1;
    } while (count == BATCH);
    return status;
}

/* Memory ran out, or the loop cannot watch: that is told to all who wait, and
 * the loop watches nothing more. Takes the exception, but for one that is to
 * stop the loop. */
static int fail_all(module_state *state, MultiObject *self)
{
    PyObject *type, *value, *traceback, *loop;

    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1;
    exception_take(&type, &value, &traceback);
    atomic_swap(&self->lost, 1);
    self->change_is_due = 0;
    if (end_calls(state, self, NULL, value) < 0)
        PyErr_WriteUnraisable((PyObject *)self);
    loop = weak_target(self->loop);
    if (loop && loop_leave(state, self, loop) < 0)
        PyErr_WriteUnraisable((PyObject *)self);
    Py_XDECREF(loop);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 0;
}

/* ---- going on ---- */

int multi_add(module_state *state, MultiObject *self, CallObject *call)
{
    cielo_error err;
    int status = CIELO_EUSAGE;

    enter(self);
    if (self->handle)
        status = cielo_multi_add(self->handle, call->handle, &err);
    if (status == CIELO_OK)
        link_call(self, call);
    leave(self);
    if (status == CIELO_OK)
        return 0;
    if (self->handle)
        raise_error(state, NULL, &err);
    else
        raise_closed(state);
    return -1;
}

/* What the core says after an advance, in one stay under the lock. */
static int look(MultiObject *self, PyObject **futures, int64_t *deadline)
{
    int count = take_ended(self, futures);

    if (self->handle && !self->change_is_due)
        self->change_is_due = cielo_multi_change(
            self->handle, &self->change_fd, &self->change_events);
    *deadline = self->handle ? cielo_multi_deadline(self->handle) : -1;
    return count;
}

static int64_t fetch_change(MultiObject *self)
{
    int64_t deadline;

    enter(self);
    self->change_is_due =
        self->handle && cielo_multi_change(self->handle, &self->change_fd,
                                           &self->change_events);
    deadline = self->handle ? cielo_multi_deadline(self->handle) : -1;
    leave(self);
    return deadline;
}

/* What the loop could not watch may be closed by now: a call that another
 * thread dropped meanwhile takes its connection along. */
static int is_stale(MultiObject *self)
{
    int fd, events, stale = 1;
    size_t i;

    if (!PyErr_ExceptionMatches(PyExc_OSError))
        return 0;
    enter(self);
    for (i = 0; self->handle && stale &&
                cielo_multi_interest(self->handle, i, &fd, &events);
         i++)
        stale = fd != self->change_fd || events != self->change_events;
    leave(self);
    if (stale)
        PyErr_Clear();
    return stale;
}

/*
 * Tells the loop of every change, in their order. What the loop makes for it
 * may start a collection, which may drop a call: the advance inside this one
 * then leaves the changes to this one, as the number that is being told may be
 * among them.
 */
static int tell_changes(module_state *state, MultiObject *self,
                        int64_t *deadline)
{
    int status = 0;

    self->telling = 1;
    while (status == 0 && self->change_is_due) {
        if (loop_watch(state, self) < 0 && !is_stale(self))
            status = -1;
        else
            *deadline = fetch_change(self);
    }
    self->telling = 0;
    return status;
}

/* Under the lock, which it lets go of meanwhile: tells the next attempt that
 * ended, and gives 1; 0 when there is none, -1 with an exception set. */
static int tell_attempt(MultiObject *self)
{
    cielo_call *handle = self->handle ? cielo_multi_attempt(self->handle)
                                      : NULL;
    PyObject *callback, *context;
    cielo_value *attempt;
    CallObject *call;
    int status;

    if (!handle)
        return 0;
    call = cielo_call_user(handle);
    callback = Py_XNewRef(((ClientObject *)call->client)->on_attempt);
    context = Py_XNewRef(call->context);
    attempt = cielo_call_attempt(handle);
    leave(self);
    status = attempt_tell(callback, context, attempt);
    Py_XDECREF(callback);
    Py_XDECREF(context);
    enter(self);
    return status < 0 ? -1 : 1;
}

/* All of them: 1 when there were any. */
static int tell_attempts(MultiObject *self)
{
    int told = 0, status;

    while ((status = tell_attempt(self)) > 0)
        told = 1;
    return status < 0 ? -1 : told;
}

/* Under the lock. A call whose attempt was told goes on. */
static int go_on(MultiObject *self, int fd, int ready)
{
    int status, told;

    do {
        if (self->handle) {
            Py_BEGIN_ALLOW_THREADS
            status = cielo_multi_advance(self->handle, fd, ready);
            Py_END_ALLOW_THREADS
            if (status != CIELO_OK)
                atomic_swap(&self->lost, 1);
        }
        fd = -1;
        told = tell_attempts(self);
    } while (told > 0);
    return told;
}

/* An exception that stops the loop is set: should it run again, it finds the
 * calls that were not told of. */
static void go_on_later(module_state *state, MultiObject *self)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    loop_nudge(state, self);
    PyErr_Restore(type, value, traceback);
}

int multi_advance(MultiObject *self, int fd, int ready)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *futures[BATCH];
    int64_t deadline;
    int count;

    if (!state)
        return -1;
    enter(self);
    if (go_on(self, fd, ready) < 0) {
        leave(self);
        go_on_later(state, self);
        return -1;
    }
    for (;;) {
        count = look(self, futures, &deadline);
        leave(self);
        if (wake_all(state, futures, count, NULL) < 0)
            return fail_all(state, self);
        if (count < BATCH)
            break;
        enter(self);
    }
    if (self->telling)
        return 0;
    if (tell_changes(state, self, &deadline) < 0)
        return fail_all(state, self);
    if (deadline >= 0 && loop_arm(state, self, deadline) < 0)
        return fail_all(state, self);
    return 0;
}

void multi_drop(MultiObject *self, CallObject *call)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *future = NULL, *loop;

    enter(self);
    if (call->linked) {
        if (self->handle)
            cielo_multi_remove(self->handle, call->handle);
        future = unlink_call(self, call);
    }
    leave(self);
    if (!future)
        return;
    Py_DECREF(future);
    /* A call may be dropped when its loop is gone or another one runs. */
    loop = state ? loop_running(state) : NULL;
    PyErr_Clear();
    if (loop && multi_serves(self, loop))
        multi_advance(self, -1, 0);
    else if (state)
        loop_nudge(state, self);
    Py_XDECREF(loop);
}

/* ---- closing ---- */

static void free_handle(MultiObject *self)
{
    enter(self);
    cielo_multi_free(self->handle);
    self->handle = NULL;
    leave(self);
}

/* Ends all; without a loop when that is closed, which wakes nobody. */
static int close_all(module_state *state, MultiObject *self, PyObject *loop)
{
    PyObject *futures[BATCH];
    int count, status = 0;

    atomic_swap(&self->lost, 1);
    if (loop)
        status = loop_leave(state, self, loop);
    free_handle(self);
    if (loop)
        return end_calls(state, self, NULL, NULL) < 0 ? -1 : status;
    do {
        int i;

        enter(self);
        count = take_rest(self, NULL, futures);
        leave(self);
        for (i = 0; i < count; i++)
            Py_DECREF(futures[i]);
    } while (count == BATCH);
    return status;
}

static PyObject *multi_close(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"loop", 1, 0}};
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *loop;

    if (!state || !parse_args("close", specs, 1, args, nargs, kwnames, &loop) ||
        close_all(state, (MultiObject *)op, loop == Py_None ? NULL : loop) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *multi_end(PyObject *op, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"client", 1, 0}};
    MultiObject *self = (MultiObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *client;

    if (!state || !parse_args("end", specs, 1, args, nargs, kwnames, &client) ||
        end_calls(state, self, client, NULL) < 0 ||
        multi_advance(self, -1, 0) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* What the loop watches must leave it before it is closed, in the loop's own
 * thread. */
static void close_in(module_state *state, MultiObject *self, PyObject *loop)
{
    PyObject *running = loop_running(state), *close, *handle;

    PyErr_Clear();
    if (running == loop) {
        close_all(state, self, loop);
    } else if ((close = PyObject_GetAttrString((PyObject *)self, "close"))
               != NULL) {
        handle = PyObject_CallMethodObjArgs(
            loop, state->str_call_soon_threadsafe, close, loop, NULL);
        Py_XDECREF(handle);
        Py_DECREF(close);
    }
    Py_XDECREF(running);
}

/* The last of its clients and calls is gone, or the loop is. It may live on,
 * for the loop to close it. */
static void multi_finalize(PyObject *op)
{
    MultiObject *self = (MultiObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *type, *value, *traceback, *loop, *closed;

    PyErr_Fetch(&type, &value, &traceback);
    loop = state && self->handle && self->watched ? weak_target(self->loop)
                                                  : NULL;
    atomic_swap(&self->lost, 1);
    if (loop) {
        closed = PyObject_CallMethodNoArgs(loop, state->str_is_closed);
        if (closed == Py_False)
            close_in(state, self, loop);
        Py_XDECREF(closed);
        Py_DECREF(loop);
    }
    if (PyErr_Occurred())
        PyErr_WriteUnraisable(op);
    PyErr_Restore(type, value, traceback);
}

static void multi_dealloc(PyObject *op)
{
    MultiObject *self = (MultiObject *)op;

    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    if (self->weak_references)
        PyObject_ClearWeakRefs(op);
    if (self->lock) {
        free_handle(self);
        PyThread_free_lock(self->lock);
    }
    Py_XDECREF(self->loop);
    Py_XDECREF(self->timer);
    PyMem_Free(self->watched);
    free_object(op);
}

static PyObject *get_lost(PyObject *op, void *closure)
{
    (void)closure;
    return PyBool_FromLong(atomic_get(&((MultiObject *)op)->lost));
}

static PyGetSetDef multi_getset[] = {
    {"lost", get_lost, NULL, "Whether no further call can start.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef multi_methods[] = {
    {"end", METHOD(multi_end), METHOD_FLAGS,
     "end($self, client)\n--\n\n"
     "Cancels the calls of one client; those of others go on."},
    {"close", METHOD(multi_close), METHOD_FLAGS,
     "close($self, loop)\n--\n\n"
     "Cancels every call and closes the connections; loop is None when it is\n"
     "closed already."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef multi_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(MultiObject, weak_references),
     READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot multi_slots[] = {
    {Py_tp_doc, "The calls of one event loop."},
    {Py_tp_dealloc, multi_dealloc},
    {Py_tp_finalize, multi_finalize},
    {Py_tp_methods, multi_methods},
    {Py_tp_members, multi_members},
    {Py_tp_getset, multi_getset},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec multi_spec = {
    .name = "cielo._core._Multi",
    .basicsize = sizeof(MultiObject),
    .flags = Py_TPFLAGS_DEFAULT | NO_NEW_FLAG | IMMUTABLE_FLAG,
    .slots = multi_slots,
};
