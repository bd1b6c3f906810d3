/* Many calls of one verb: those that wait, that are under way, and that ended.
 * What they are made of stays here: no Python frame holds a caller's fields
 * while they run. */
#include "state.h"

#include <string.h>

/* Ctrl-C is looked at this often. */
#define SLICE_MS 50

struct RosterObject {
    PyObject_HEAD
    PyObject *client; /* whose verb it is */
    int operation;    /* -1: confirm() */
    int takes_fields; /* a dict is these, and no keywords */
    cielo_many *many;
    cielo_multi *multi; /* of a blocking client */
    Py_ssize_t next_index;
    Py_ssize_t under_way;
    OutcomeObject *first; /* put in and not ended, in their order */
    OutcomeObject *last;
    OutcomeObject *first_ended;
    OutcomeObject *last_ended;
    OutcomeObject *pending; /* for which there was no room any more, or NULL */
    PyObject *wake; /* called when one ended in an event loop, or NULL */
};

/* ---- lists, which own their outcomes ---- */

static void hold(RosterObject *self, OutcomeObject *outcome)
{
    outcome->previous = self->last;
    outcome->next = NULL;
    if (self->last)
        self->last->next = outcome;
    else
        self->first = outcome;
    self->last = outcome;
}

static void let_go(RosterObject *self, OutcomeObject *outcome)
{
    if (outcome->previous)
        outcome->previous->next = outcome->next;
    else
        self->first = outcome->next;
    if (outcome->next)
        outcome->next->previous = outcome->previous;
    else
        self->last = outcome->previous;
}

static void append_ended(RosterObject *self, OutcomeObject *outcome)
{
    outcome->next = NULL;
    if (self->last_ended)
        self->last_ended->next = outcome;
    else
        self->first_ended = outcome;
    self->last_ended = outcome;
}

static OutcomeObject *take_ended(RosterObject *self)
{
    OutcomeObject *outcome = self->first_ended;

    if (outcome)
        self->first_ended = outcome->next;
    if (!self->first_ended)
        self->last_ended = NULL;
    return outcome;
}

/* ---- putting in ---- */

/* A call of what one item says: a tuple's are positional arguments, a dict's
 * the fields or keywords, and anything else is the only argument. */
static cielo_call *make_call(module_state *state, RosterObject *self,
                             PyObject *item, PyObject **witness)
{
    ClientObject *client = (ClientObject *)self->client;
    PyObject *const *args = &item;
    PyObject *names = NULL, *values = NULL, *list;
    Py_ssize_t count = 1;
    cielo_call *call;

    *witness = NULL;
    if (PyTuple_Check(item)) {
        args = ((PyTupleObject *)item)->ob_item;
        count = PyTuple_GET_SIZE(item);
    } else if (PyDict_Check(item) && !self->takes_fields) {
        list = PyDict_Keys(item);
        names = list ? PyList_AsTuple(list) : NULL;
        Py_XDECREF(list);
        list = names ? PyDict_Values(item) : NULL;
        values = list ? PyList_AsTuple(list) : NULL;
        Py_XDECREF(list);
        if (!values || !keywords_check(names)) {
            Py_XDECREF(names);
            Py_XDECREF(values);
            return NULL;
        }
        args = ((PyTupleObject *)values)->ob_item;
        count = 0;
    }
    call = self->operation < 0
        ? confirm_call(state, client, args, count, names, witness)
        : operation_call(state, client, self->operation, args, count, names,
                         witness);
    Py_XDECREF(names);
    Py_XDECREF(values);
    return call;
}

/* Takes the outcome, with its call. While an item was awaited, calls whose turn
 * came may have taken its place. */
static int put_call(module_state *state, RosterObject *self,
                    OutcomeObject *outcome)
{
    cielo_error err;
    int status;

    if (!cielo_many_room(self->many) && !self->pending) {
        self->pending = outcome;
        return 0;
    }
    status = cielo_many_put(self->many, outcome_call(outcome), &err);
    if (status == CIELO_OK) {
        hold(self, outcome);
        return 0;
    }
    if (status == CIELO_EUSAGE && cielo_many_room(self->many))
        PyErr_SetString(PyExc_ValueError, "the verb belongs to a client that "
                                          "shares nothing with this one");
    else
        raise_error(state, NULL, &err);
    Py_DECREF(outcome);
    return -1;
}

/* With the call that it is of; -1 with an exception set. */
static int fill_outcome(module_state *state, RosterObject *self,
                        OutcomeObject *outcome)
{
    CallObject *awaited;

    outcome->call = make_call(state, self, outcome->item, &outcome->witness);
    if (!outcome->call)
        return -1;
    cielo_call_set_user(outcome->call, outcome);
    if (self->multi)
        return 0;
    awaited = (CallObject *)call_object(state, (ClientObject *)self->client,
                                        outcome->call, outcome->witness);
    outcome->call = NULL;
    outcome->witness = NULL;
    if (!awaited)
        return -1;
    awaited->owner = outcome;
    outcome->awaited = (PyObject *)awaited;
    return 0;
}

/* What is wrong with one item is that one's error. */
static int put_item(module_state *state, RosterObject *self, PyObject *item)
{
    OutcomeObject *outcome = outcome_new(state, self->next_index, item);

    if (!outcome)
        return -1;
    if (fill_outcome(state, self, outcome) == 0) {
        self->next_index++;
        return put_call(state, self, outcome);
    }
    if (atomic_get(&((ClientObject *)self->client)->closed)
        || outcome_fail(outcome) < 0) {
        Py_DECREF(outcome);
        return -1;
    }
    self->next_index++;
    append_ended(self, outcome);
    return 0;
}

static PyObject *roster_put(PyObject *op, PyObject *item)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    if (!state || put_item(state, (RosterObject *)op, item) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *roster_pull(PyObject *op, PyObject *iterator)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *item;
    int status;

    if (!state)
        return NULL;
    item = PyIter_Next(iterator);
    if (!item)
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_False);
    status = put_item(state, (RosterObject *)op, item);
    Py_DECREF(item);
    return status < 0 ? NULL : Py_NewRef(Py_True);
}

/* ---- starting and ending ---- */

/* Whose call a cielo_many or a cielo_multi gives. */
static OutcomeObject *owner_of(RosterObject *self, const cielo_call *call)
{
    void *user = cielo_call_user(call);

    return self->multi ? user : ((CallObject *)user)->owner;
}

/* One that was started is so no more. */
static void end_stay(RosterObject *self, OutcomeObject *outcome)
{
    cielo_many_ended(self->many, outcome_call(outcome), cielo_now_ms());
    let_go(self, outcome);
    self->under_way--;
}

/* What an event loop calls. */
static PyObject *on_end(PyObject *op, PyObject *future)
{
    OutcomeObject *outcome = (OutcomeObject *)op;
    RosterObject *self = (RosterObject *)outcome->roster;
    PyObject *error = PyObject_CallMethod(future, "exception", NULL), *done;

    /* The call says what became of it: the future was only to be asked. */
    if (!error)
        PyErr_Clear();
    Py_XDECREF(error);
    if (!self || !self->many)
        Py_RETURN_NONE;
    end_stay(self, outcome);
    append_ended(self, outcome);
    outcome->roster = NULL; /* its reference is this function's now */
    done = self->wake ? PyObject_CallNoArgs(self->wake) : Py_NewRef(Py_None);
    Py_DECREF(self);
    return done;
}

static PyMethodDef on_end_def = {"on_end", on_end, METH_O, NULL};

static int listen_for_end(OutcomeObject *outcome, PyObject *future)
{
    PyObject *listener = PyCFunction_New(&on_end_def, (PyObject *)outcome);
    PyObject *done = NULL;

    if (listener)
        done = PyObject_CallMethod(future, "add_done_callback", "O", listener);
    Py_XDECREF(listener);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

static int start_in_loop(module_state *state, RosterObject *self,
                         OutcomeObject *outcome)
{
    PyObject *future;
    int status;

    outcome->roster = Py_NewRef(self);
    future = call_begin(state, (CallObject *)outcome->awaited);
    if (!future)
        return -1;
    status = listen_for_end(outcome, future);
    Py_DECREF(future);
    return status;
}

static int start_here(module_state *state, RosterObject *self,
                      OutcomeObject *outcome)
{
    cielo_error err;

    if (cielo_multi_add(self->multi, outcome->call, &err) == CIELO_OK)
        return 0;
    raise_error(state, NULL, &err);
    return -1;
}

/* One that cannot be started ends it all: the next could not be either. */
static int start_one(module_state *state, RosterObject *self,
                     OutcomeObject *outcome)
{
    PyObject *type, *value, *traceback;

    self->under_way++;
    if ((self->multi ? start_here(state, self, outcome)
                     : start_in_loop(state, self, outcome))
        == 0)
        return 0;
    PyErr_Fetch(&type, &value, &traceback);
    end_stay(self, outcome);
    Py_DECREF(outcome);
    PyErr_Restore(type, value, traceback);
    return -1;
}

static PyObject *roster_start(PyObject *op, PyObject *ignored)
{
    RosterObject *self = (RosterObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    OutcomeObject *pending = self->pending;
    cielo_call *call;

    (void)ignored;
    if (!state)
        return NULL;
    if (pending && cielo_many_room(self->many)) {
        self->pending = NULL;
        if (put_call(state, self, pending) < 0)
            return NULL;
    }
    while ((call = cielo_many_start(self->many, cielo_now_ms())) != NULL)
        if (start_one(state, self, owner_of(self, call)) < 0)
            return NULL;
    Py_RETURN_NONE;
}

static void collect(RosterObject *self)
{
    cielo_call *call;

    while ((call = cielo_multi_done(self->multi)) != NULL) {
        OutcomeObject *outcome = owner_of(self, call);

        end_stay(self, outcome);
        append_ended(self, outcome);
    }
}

/* Tells of the attempts that ended, whose calls go on then. */
static void tell_attempts(RosterObject *self)
{
    PyObject *callback = ((ClientObject *)self->client)->on_attempt;
    cielo_call *call;
    int status = 0;

    while (status == 0 && (call = cielo_multi_attempt(self->multi)) != NULL)
        status = attempts_tell(callback, call);
}

/* Moves what is under way for `ms` at most. An exception may be set then, of a
 * signal's that came while attempts were told. */
static int wait_here(RosterObject *self, int64_t ms)
{
    int64_t deadline = cielo_many_deadline(self->many);
    int64_t left = deadline < 0 ? ms : deadline - cielo_now_ms();
    int status;

    if (ms > left)
        ms = left;
    if (ms > SLICE_MS)
        ms = SLICE_MS;
    Py_BEGIN_ALLOW_THREADS
    status = cielo_multi_wait(self->multi, ms < 0 ? 0 : (int)ms);
    Py_END_ALLOW_THREADS
    tell_attempts(self);
    collect(self);
    return status;
}

static PyObject *roster_wait(PyObject *op, PyObject *seconds)
{
    RosterObject *self = (RosterObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    double limit = seconds == Py_None ? 1.0 : PyFloat_AsDouble(seconds);
    cielo_error err = {CIELO_OK, 0, "", ""};

    if (!state || (limit == -1.0 && PyErr_Occurred()))
        return NULL;
    err.status = wait_here(self, (int64_t)(limit * 1000.0));
    if (PyErr_Occurred() || PyErr_CheckSignals() < 0)
        return NULL;
    /* What ended with it is told first. */
    if (err.status != CIELO_OK && !self->first_ended)
        return raise_error(state, NULL, &err);
    Py_RETURN_NONE;
}

static PyObject *roster_take(PyObject *op, PyObject *ignored)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    OutcomeObject *outcome;

    (void)ignored;
    if (!state)
        return NULL;
    outcome = take_ended((RosterObject *)op);
    if (!outcome)
        Py_RETURN_NONE;
    if (outcome_conclude(state, outcome) < 0) {
        PyObject *type, *value, *traceback;

        PyErr_Fetch(&type, &value, &traceback);
        Py_DECREF(outcome);
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    return (PyObject *)outcome;
}

/* ---- leaving ---- */

/* Those that were not started are forgotten: nothing of them was sent. */
static void forget_waiting(RosterObject *self)
{
    cielo_call *call;

    while ((call = cielo_many_take(self->many)) != NULL) {
        OutcomeObject *outcome = owner_of(self, call);

        let_go(self, outcome);
        Py_DECREF(outcome);
    }
    Py_CLEAR(self->pending);
}

/* Nobody is given what ended: of a write the log is told. */
static void leave_ended(module_state *state, RosterObject *self)
{
    OutcomeObject *outcome;

    while ((outcome = take_ended(self)) != NULL) {
        outcome_leave(state, outcome);
        Py_DECREF(outcome);
    }
}

/* Cancels what is under way; a write that may have taken effect is named. */
static void leave_rest(module_state *state, RosterObject *self)
{
    OutcomeObject *outcome;

    while ((outcome = self->first) != NULL) {
        end_stay(self, outcome);
        if (self->multi)
            cielo_multi_remove(self->multi, outcome->call);
        outcome_leave(state, outcome);
        Py_DECREF(outcome);
    }
}

/* Finishes what is under way, in a blocking client. A signal's exception
 * cancels it. */
static void finish_here(module_state *state, RosterObject *self)
{
    int goes_on = 1;

    forget_waiting(self);
    while (goes_on && self->under_way > 0)
        goes_on = wait_here(self, SLICE_MS) == CIELO_OK && !PyErr_Occurred()
            && PyErr_CheckSignals() == 0;
    leave_ended(state, self);
    leave_rest(state, self);
}

static PyObject *roster_finish(PyObject *op, PyObject *ignored)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)ignored;
    if (!state)
        return NULL;
    finish_here(state, (RosterObject *)op);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *roster_stop(PyObject *op, PyObject *ignored)
{
    (void)ignored;
    forget_waiting((RosterObject *)op);
    Py_RETURN_NONE;
}

static PyObject *roster_leave(PyObject *op, PyObject *ignored)
{
    RosterObject *self = (RosterObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    (void)ignored;
    if (!state)
        return NULL;
    forget_waiting(self);
    leave_ended(state, self);
    leave_rest(state, self);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* What Ctrl-C raises would be lost here, and in any __del__ of Python's: it is
 * sent once more, for the code that goes on. */
static void roster_finalize(PyObject *op)
{
    RosterObject *self = (RosterObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *type, *value, *traceback;

    if (!state || !self->multi || !self->many)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    finish_here(state, self);
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
        PyErr_Clear();
        PyErr_SetInterrupt();
    } else if (PyErr_Occurred()) {
        PyErr_WriteUnraisable(op);
    }
    PyErr_Restore(type, value, traceback);
}

/* ---- life ---- */

PyObject *roster_new(module_state *state, ClientObject *owner,
                     ClientObject *client, int operation, int concurrency)
{
    PyTypeObject *type = state->roster_type;
    RosterObject *self = (RosterObject *)type->tp_alloc(type, 0);
    const operation_info *info;
    cielo_error err;

    if (!self)
        return NULL;
    self->client = Py_NewRef(client);
    self->operation = operation;
    if (operation >= 0) {
        info = &state->operations[operation];
        self->takes_fields = info->count > 0
            && strcmp(info->params[0]->name, "fields") == 0;
    }
    if (cielo_many_new(&self->many, owner->handle, concurrency, &err)
            == CIELO_OK
        && (owner->is_async
            || cielo_multi_new(&self->multi, owner->handle, &err) == CIELO_OK))
        return (PyObject *)self;
    Py_DECREF(self);
    return raise_error(state, NULL, &err);
}

static int roster_traverse(PyObject *op, visitproc visit, void *arg)
{
    RosterObject *self = (RosterObject *)op;
    OutcomeObject *outcome;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->client);
    Py_VISIT(self->wake);
    Py_VISIT(self->pending);
    for (outcome = self->first; outcome; outcome = outcome->next)
        Py_VISIT(outcome);
    for (outcome = self->first_ended; outcome; outcome = outcome->next)
        Py_VISIT(outcome);
    return 0;
}

/* The calls are freed with their outcomes, when nothing knows them any more. */
static int roster_clear(PyObject *op)
{
    RosterObject *self = (RosterObject *)op;
    OutcomeObject *outcome;

    cielo_many_free(self->many);
    self->many = NULL;
    cielo_multi_free(self->multi);
    self->multi = NULL;
    while ((outcome = self->first) != NULL) {
        let_go(self, outcome);
        Py_DECREF(outcome);
    }
    while ((outcome = take_ended(self)) != NULL)
        Py_DECREF(outcome);
    Py_CLEAR(self->pending);
    Py_CLEAR(self->wake);
    Py_CLEAR(self->client);
    return 0;
}

static void roster_dealloc(PyObject *op)
{
    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    PyObject_GC_UnTrack(op);
    roster_clear(op);
    free_object(op);
}

/* ---- what it is asked ---- */

static PyObject *get_room(PyObject *op, void *closure)
{
    RosterObject *self = (RosterObject *)op;

    (void)closure;
    return PyBool_FromLong(!self->pending && cielo_many_room(self->many));
}

static PyObject *get_ended(PyObject *op, void *closure)
{
    (void)closure;
    return PyBool_FromLong(((RosterObject *)op)->first_ended != NULL);
}

static PyObject *get_under_way(PyObject *op, void *closure)
{
    (void)closure;
    return PyLong_FromSsize_t(((RosterObject *)op)->under_way);
}

static PyObject *get_count(PyObject *op, void *closure)
{
    RosterObject *self = (RosterObject *)op;

    (void)closure;
    return PyLong_FromSize_t(cielo_many_count(self->many)
                             + (self->pending != NULL));
}

static PyObject *get_pause(PyObject *op, void *closure)
{
    int64_t deadline = cielo_many_deadline(((RosterObject *)op)->many);
    int64_t left = deadline - cielo_now_ms();

    (void)closure;
    if (deadline < 0)
        Py_RETURN_NONE;
    return PyFloat_FromDouble(left > 0 ? (double)left / 1000.0 : 0.0);
}

static PyObject *get_wake(PyObject *op, void *closure)
{
    PyObject *wake = ((RosterObject *)op)->wake;

    (void)closure;
    return Py_NewRef(wake ? wake : Py_None);
}

static int set_wake(PyObject *op, PyObject *value, void *closure)
{
    (void)closure;
    Py_XSETREF(((RosterObject *)op)->wake,
               value && value != Py_None ? Py_NewRef(value) : NULL);
    return 0;
}

static PyGetSetDef roster_getset[] = {
    {"room", get_room, NULL, "Whether another call may be put in.", NULL},
    {"ended", get_ended, NULL, "Whether take() has an outcome.", NULL},
    {"count", get_count, NULL, "The calls in it that did not end.", NULL},
    {"under_way", get_under_way, NULL, "Those of them that were started.",
     NULL},
    {"pause", get_pause, NULL,
     "Seconds until start() is to be asked again, or None.", NULL},
    {"wake", get_wake, set_wake, "What is called when one ended in a loop.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef roster_methods[] = {
    {"put", roster_put, METH_O,
     "put($self, item)\n--\n\nPuts in the call of an item."},
    {"pull", roster_pull, METH_O,
     "pull($self, iterator)\n--\n\n"
     "Puts in the call of the next item; False when there is none."},
    {"start", roster_start, METH_NOARGS,
     "start($self)\n--\n\nStarts what may be started now."},
    {"wait", roster_wait, METH_O,
     "wait($self, seconds)\n--\n\n"
     "Moves what is under way, 50 ms at most."},
    {"take", roster_take, METH_NOARGS,
     "take($self)\n--\n\nThe next outcome, or None."},
    {"stop", roster_stop, METH_NOARGS,
     "stop($self)\n--\n\nForgets what was not started."},
    {"finish", roster_finish, METH_NOARGS,
     "finish($self)\n--\n\n"
     "Waits for what is under way; the log is told of writes."},
    {"leave", roster_leave, METH_NOARGS,
     "leave($self)\n--\n\n"
     "Cancels what is under way; the log is told of writes."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot roster_slots[] = {
    {Py_tp_doc, "Many calls of one verb."},
    {Py_tp_dealloc, roster_dealloc},
    {Py_tp_finalize, roster_finalize},
    {Py_tp_traverse, roster_traverse},
    {Py_tp_clear, roster_clear},
    {Py_tp_getset, roster_getset},
    {Py_tp_methods, roster_methods},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec roster_spec = {
    .name = "cielo._core._Roster",
    .basicsize = sizeof(RosterObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG
             | IMMUTABLE_FLAG,
    .slots = roster_slots,
};
