/* cielo.Outcome: what became of one of many calls. */
#include "state.h"

#include <structmember.h>

OutcomeObject *outcome_new(module_state *state, Py_ssize_t index,
                           PyObject *item)
{
    PyTypeObject *type = state->outcome_type;
    OutcomeObject *self = (OutcomeObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->index = index;
    self->item = Py_NewRef(item);
    return self;
}

cielo_call *outcome_call(const OutcomeObject *self)
{
    return self->awaited ? ((CallObject *)self->awaited)->handle : self->call;
}

void outcome_forget(OutcomeObject *self)
{
    cielo_call_free(self->call);
    self->call = NULL;
    Py_CLEAR(self->witness);
    Py_CLEAR(self->awaited);
    Py_CLEAR(self->roster);
}

/* The exception that is set, with the frames that it came through: those of the
 * application's own code. */
static PyObject *take_error(void)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback);
    if (value && traceback)
        PyException_SetTraceback(value, traceback);
    if (!value) /* no memory even for a MemoryError */
        value = Py_NewRef(type);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

int outcome_fail(OutcomeObject *self)
{
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return -1;
    self->error = take_error();
    return 0;
}

int outcome_conclude(module_state *state, OutcomeObject *self)
{
    int interrupted = 0;

    if (self->error)
        return 0;
    self->result = self->awaited
        ? call_take(state, (CallObject *)self->awaited, &interrupted)
        : call_conclude(state, self->call, self->witness, &interrupted);
    if (!self->result && !interrupted && outcome_fail(self) < 0)
        interrupted = 1;
    outcome_forget(self);
    return interrupted ? -1 : 0;
}

void outcome_leave(module_state *state, OutcomeObject *self)
{
    if (self->awaited) {
        call_leave(state, (CallObject *)self->awaited);
    } else if (self->call) {
        cielo_call_cancel(self->call);
        call_drop(state, self->call, self->witness);
    }
    outcome_forget(self);
}

/* ---- the type ---- */

static PyObject *get_result(PyObject *op, void *closure)
{
    PyObject *result = ((OutcomeObject *)op)->result;

    (void)closure;
    return Py_NewRef(result ? result : Py_None);
}

static PyObject *get_error(PyObject *op, void *closure)
{
    PyObject *error = ((OutcomeObject *)op)->error;

    (void)closure;
    return Py_NewRef(error ? error : Py_None);
}

/* Never the caller's item, which may be a card; of an error its class alone,
 * as its text may be the application's. */
static PyObject *outcome_repr(PyObject *op)
{
    OutcomeObject *self = (OutcomeObject *)op;

    if (self->error)
        return PyUnicode_FromFormat("<cielo.Outcome %zd error=%s>", self->index,
                                    Py_TYPE(self->error)->tp_name);
    return PyUnicode_FromFormat("<cielo.Outcome %zd result=%s>", self->index,
                                self->result ? Py_TYPE(self->result)->tp_name
                                             : "None");
}

static int outcome_traverse(PyObject *op, visitproc visit, void *arg)
{
    OutcomeObject *self = (OutcomeObject *)op;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->item);
    Py_VISIT(self->result);
    Py_VISIT(self->error);
    Py_VISIT(self->witness);
    Py_VISIT(self->awaited);
    Py_VISIT(self->roster);
    return 0;
}

/* The call goes with the object: a cielo_many may know it until then. */
static int outcome_clear(PyObject *op)
{
    OutcomeObject *self = (OutcomeObject *)op;

    Py_CLEAR(self->item);
    Py_CLEAR(self->result);
    Py_CLEAR(self->error);
    Py_CLEAR(self->witness);
    Py_CLEAR(self->roster);
    return 0;
}

static void outcome_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    outcome_clear(op);
    outcome_forget((OutcomeObject *)op);
    free_object(op);
}

static PyGetSetDef outcome_getset[] = {
    {"result", get_result, NULL, "What the verb gives; None beside an error.",
     NULL},
    {"error", get_error, NULL,
     "What the verb raises, an exception; None beside a result.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef outcome_members[] = {
    {"index", T_PYSSIZET, offsetof(OutcomeObject, index), READONLY,
     "The place of the call among all, from 0."},
    {"call", T_OBJECT, offsetof(OutcomeObject, item), READONLY,
     "The caller's own item, of which the call was made."},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef outcome_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     "Outcome[item, result], for annotations."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot outcome_slots[] = {
    {Py_tp_doc,
     "What became of one of many calls: its result, or its error.\n\n"
     "Which call it was, index and call say: the call's place among all, and\n"
     "the item that it was made of."},
    {Py_tp_dealloc, outcome_dealloc},
    {Py_tp_traverse, outcome_traverse},
    {Py_tp_clear, outcome_clear},
    {Py_tp_repr, outcome_repr},
    {Py_tp_getset, outcome_getset},
    {Py_tp_members, outcome_members},
    {Py_tp_methods, outcome_methods},
    NO_NEW_SLOT
    {0, NULL},
};

PyType_Spec outcome_spec = {
    .name = "cielo.Outcome",
    .basicsize = sizeof(OutcomeObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG
             | IMMUTABLE_FLAG,
    .slots = outcome_slots,
};
