/* What is left of a write whose caller is not told of it: an error that was
 * made before anything went out, so that neither a lack of memory nor a signal
 * hides a payment. */
#include "state.h"

#include <string.h>

/* What a message ends with while no answer was read. */
#define DOUBT                                                            \
    " may have taken effect, and its caller was not told: look it up "   \
    "before repeating"

/* ---- made ahead ---- */

/* An id that the operation was given, as it may be shown, or "". */
static void show_id(const operation_info *info, const cielo_value *params,
                    char *out, size_t size)
{
    size_t length;
    int i;

    *out = '\0';
    for (i = 0; !*out && i < info->count; i++) {
        const cielo_param *row = info->params[i];
        const char *id = row->kind == CIELO_PARAM_ID
                             ? cielo_value_text(
                                   cielo_value_get(params, row->name), &length)
                             : NULL;

        if (id)
            cielo_id_shown(id, length, out, size);
    }
}

/* Texts, up to a NULL, one behind the other. */
static PyObject *join(const char *const *texts)
{
    size_t size = 1, i;
    PyObject *joined;
    char *text, *at;

    for (i = 0; texts[i]; i++)
        size += strlen(texts[i]);
    text = PyMem_Malloc(size);
    if (!text)
        return PyErr_NoMemory();
    for (i = 0, at = text; texts[i]; i++) {
        size_t length = strlen(texts[i]);

        memcpy(at, texts[i], length);
        at += length;
    }
    joined = PyUnicode_DecodeUTF8(text, at - text, "replace");
    PyMem_Free(text);
    return joined;
}

static PyObject *make_message(const operation_info *info, const char *order,
                              const cielo_value *params)
{
    const char *texts[] = {info->row->name, "", "", "", "", DOUBT, NULL};
    char id[160];

    show_id(info, params, id, sizeof(id));
    if (order) {
        texts[1] = " of order ";
        texts[2] = order;
    }
    if (*id) {
        texts[3] = " of ";
        texts[4] = id;
    }
    return join(texts);
}

/* Of an attribute that it has: no memory is needed for another value. */
static int set_sent(module_state *state, PyObject *witness, PyObject *word)
{
    return PyObject_SetAttr(witness, state->str_sent, word);
}

/* A request() with GET changes nothing. */
static int is_write(const cielo_operation *row, int operation,
                    const cielo_value *params)
{
    const char *method = operation == CIELO_OP_REQUEST
        ? cielo_value_text(cielo_value_get(params, "method"), NULL)
        : NULL;

    return row->is_write && (!method || strcmp(method, "GET") != 0);
}

/* The attributes that it has before anything is sent. */
static int fill(module_state *state, PyObject *witness, PyObject *message,
                PyObject *operation, const char *order)
{
    PyObject *dict = PyObject_GenericGetDict(witness, NULL), *number = NULL;
    int status = -1;

    if (dict && PyDict_SetItem(dict, state->str_message, message) == 0
        && PyDict_SetItem(dict, state->str_sent, state->str_maybe) == 0
        && PyDict_SetItem(dict, state->str_operation, operation) == 0)
        number = order ? PyUnicode_FromString(order) : Py_NewRef(Py_None);
    if (number)
        status = order ? PyDict_SetItem(dict, state->str_merchant_order_id,
                                        number)
                       : 0;
    Py_XDECREF(number);
    Py_XDECREF(dict);
    return status;
}

int witness_make(module_state *state, const cielo_call *call,
                 const cielo_value *params, PyObject **out)
{
    int number = cielo_call_operation(call);
    const operation_info *info = &state->operations[number];
    PyTypeObject *type =
        (PyTypeObject *)state->status_errors[-CIELO_EUNKNOWN];
    const char *order;
    PyObject *message, *args;

    *out = NULL;
    if (!is_write(info->row, number, params))
        return 0;
    order = cielo_call_order(call);
    message = make_message(info, order, params);
    args = message ? PyTuple_Pack(1, message) : NULL;
    /* As the type itself would be called: every write makes one. */
    if (args)
        *out = type->tp_new(type, args, NULL);
    if (*out && fill(state, *out, message, info->name, order) < 0)
        Py_CLEAR(*out);
    Py_XDECREF(args);
    Py_XDECREF(message);
    return *out ? 0 : -1;
}

/* ---- what it tells ---- */

static int copy_fact(module_state *state, PyObject *witness, PyObject *result,
                     int number)
{
    PyObject *name = state->fact_names[number];
    PyObject *fact = facts_get(state, (ResultObject *)result, name);
    int status;

    if (!fact)
        return PyErr_Occurred() ? -1 : 0;
    status = PyObject_SetAttr(witness, name, fact);
    Py_DECREF(fact);
    return status;
}

/* As a look-up shows it: the payment of a sale. */
static PyObject *make_found(PyObject *result)
{
    PyObject *payment = result_member(result, "payment"), *found;

    if (!payment && !PyErr_Occurred())
        payment = result_twin(result);
    found = payment ? PyList_New(1) : NULL;
    if (found)
        PyList_SET_ITEM(found, 0, payment);
    else
        Py_XDECREF(payment);
    return found;
}

/* Of a change or a sale; "" where nothing is decided. */
static const char *word_of(module_state *state, PyObject *result)
{
    static const struct {
        int number;
        const char *word;
    } words[] = {{CIELO_FACT_approved, ": approved"},
                 {CIELO_FACT_declined, ": declined"},
                 {CIELO_FACT_pending, ": pending"}};
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        PyObject *fact = facts_get(state, (ResultObject *)result,
                                   state->fact_names[words[i].number]);
        int says = fact == Py_True;

        Py_XDECREF(fact);
        if (says)
            return words[i].word;
    }
    return "";
}

/* ", PaymentId 24bc8366-...", on one line, of a sale that was made; or "". */
static void write_id(module_state *state, PyObject *result, char *out,
                     size_t size)
{
    static const char name[] = "PaymentId", lead[] = ", PaymentId ";
    PyObject *payment = result_member(result, "payment");
    PyObject *id = payment && is_result(state, payment)
                       ? result_member(payment, "payment_id")
                       : NULL;
    Py_ssize_t length;
    const char *text = id && PyUnicode_Check(id)
                           ? PyUnicode_AsUTF8AndSize(id, &length)
                           : NULL;
    char *c;

    PyOS_snprintf(out, size, "%s", text ? lead : "");
    if (text)
        cielo_text_shown(CIELO_OBJECT_PAYMENT, name, sizeof(name) - 1, text,
                         (size_t)length, out + sizeof(lead) - 1,
                         size - sizeof(lead) + 1);
    for (c = out; *c; c++)
        if (Py_CHARMASK(*c) < ' ' || *c == 0x7F)
            *c = '?';
    Py_XDECREF(id);
    Py_XDECREF(payment);
}

/* In place of the doubt; once only, however often it is told. */
static int set_answer(module_state *state, PyObject *witness, PyObject *result)
{
    char id[160] = "";
    PyObject *doubt, *answer, *message, *text = NULL;
    const char *word = "";
    int status = -1;

    if (is_result(state, result)) {
        word = word_of(state, result);
        write_id(state, result, id, sizeof(id));
    }
    if (PyErr_Occurred())
        return -1;
    doubt = PyUnicode_FromString(DOUBT);
    answer = PyUnicode_FromFormat(" was made%s%s; its result was not used",
                                  word, id);
    message = PyObject_Str(witness);
    if (doubt && answer && message)
        text = PyUnicode_Replace(message, doubt, answer, 1);
    Py_XDECREF(message);
    Py_XDECREF(answer);
    Py_XDECREF(doubt);
    if (text) {
        PyObject *args = PyTuple_Pack(1, text);

        status = args ? PyObject_SetAttrString(witness, "args", args) : -1;
        Py_XDECREF(args);
    }
    Py_XDECREF(text);
    return status;
}

static int tell_facts(module_state *state, PyObject *witness, PyObject *result)
{
    PyObject *found;
    int status = -1;

    if (copy_fact(state, witness, result, CIELO_FACT_http_status) < 0 ||
        copy_fact(state, witness, result, CIELO_FACT_request_id) < 0)
        return -1;
    found = make_found(result);
    if (found)
        status = PyObject_SetAttr(witness, state->str_found, found);
    Py_XDECREF(found);
    return status;
}

int witness_tell(module_state *state, PyObject *witness, PyObject *result)
{
    if (set_sent(state, witness, state->str_yes) < 0 ||
        (is_result(state, result) && tell_facts(state, witness, result) < 0))
        return -1;
    return set_answer(state, witness, result);
}

void witness_answered(module_state *state, PyObject *witness)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (set_sent(state, witness, state->str_yes) < 0)
        PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

/* ---- who is told ---- */

/* Python ends the process when it has no memory to make a MemoryError of. */
void exception_take(PyObject **type, PyObject **value, PyObject **traceback)
{
    PyErr_Fetch(type, value, traceback);
    if (*type != PyExc_MemoryError || *value) {
        PyErr_NormalizeException(type, value, traceback);
        return;
    }
    *value = PyObject_CallNoArgs(PyExc_MemoryError);
    if (!*value)
        PyErr_Clear();
}

void exception_restore(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *newer_type, *newer, *newer_traceback;

    if (!PyErr_Occurred()) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    exception_take(&newer_type, &newer, &newer_traceback);
    if (newer && newer != value)
        PyException_SetContext(newer, value);
    else
        Py_XDECREF(value);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    PyErr_Restore(newer_type, newer, newer_traceback);
}

/* A cause that an exception has already becomes that of the outcome. */
static void set_cause(PyObject *value, PyObject *outcome)
{
    PyObject *former = PyException_GetCause(value);

    if (former == outcome || value == outcome) {
        Py_XDECREF(former);
        return;
    }
    if (former)
        PyException_SetCause(outcome, former);
    PyException_SetCause(value, Py_NewRef(outcome));
}

void outcome_attach(PyObject *outcome)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback);
    if (value) {
        set_cause(value, outcome);
        PyErr_Restore(type, value, traceback);
    } else { /* no memory for a MemoryError: the outcome takes its place */
        PyErr_SetObject((PyObject *)Py_TYPE(outcome), outcome);
        Py_XDECREF(type);
        Py_XDECREF(traceback);
    }
}

void outcome_drop(module_state *state, PyObject *witness, PyObject *outcome)
{
    PyObject *type, *value, *traceback;

    exception_take(&type, &value, &traceback);
    log_outcome(state, witness, outcome);
    exception_restore(type, value, traceback);
    if (PyErr_Occurred())
        outcome_attach(outcome);
}

void outcome_keep(module_state *state, PyObject *outcome)
{
    if (PyErr_Occurred())
        outcome_attach(outcome);
    log_later(state, outcome);
}

void witness_drop(module_state *state, PyObject *witness, PyObject *result)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (witness_tell(state, witness, result) < 0)
        PyErr_Clear(); /* it names the call all the same */
    PyErr_Restore(type, value, traceback);
    outcome_drop(state, witness, witness);
}

void witness_add(module_state *state)
{
    state->drop_result = witness_drop;
}
