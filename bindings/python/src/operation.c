/* Running an operation: its arguments, its warnings, its call. */
#include "state.h"

/* The options every operation takes beside its own parameters. */
#define OPTION_ARGS 2

static int add_options(module_state *state, cielo_value *params,
                       PyObject *const *options)
{
    static const cielo_param request_id = {"request_id", CIELO_PARAM_ID, 0, ""};
    int64_t ms;

    if (options[0] && options[0] != Py_None) {
        if (!parse_seconds(state, "timeout", options[0], &ms))
            return 0;
        if (cielo_value_set(params, "timeout", cielo_value_new_integer(ms))
            != CIELO_OK) {
            PyErr_NoMemory();
            return 0;
        }
    }
    if (!options[1] || options[1] == Py_None)
        return 1;
    return param_put(state, params, &request_id, param_type_of(&request_id),
                     options[1], CIELO_OBJECT_ANY);
}

static cielo_value *make_params(module_state *state, const operation_info *info,
                                PyObject *const *given)
{
    cielo_value *params = cielo_value_new_block(CIELO_OBJECT);
    int i;

    if (!params) {
        PyErr_NoMemory();
        return NULL;
    }
    for (i = 0; i < info->count; i++) {
        if (!given[i] || (info->optional[i] && given[i] == Py_None))
            continue;
        if (!param_put(state, params, info->params[i], info->types[i],
                       given[i], info->row->fields))
            goto failed;
    }
    if (add_options(state, params, given + info->count))
        return params;
failed:
    cielo_value_free(params);
    return NULL;
}

static int sort_args(const operation_info *info, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames, PyObject **given)
{
    arg_spec specs[MAX_PARAMS + OPTION_ARGS];
    int i;

    if (nargs == info->count && !kwnames) { /* as nearly always */
        for (i = 0; i < info->count; i++) {
            result_note_reader(args[i]);
            given[i] = args[i];
        }
        given[i] = given[i + 1] = NULL;
        return 1;
    }
    for (i = 0; i < info->count; i++) {
        specs[i].name = info->params[i]->name;
        specs[i].required = !info->optional[i];
        specs[i].keyword_only = 0;
    }
    for (; i < info->count + OPTION_ARGS; i++) {
        specs[i].name = i == info->count ? "timeout" : "request_id";
        specs[i].required = 0;
        specs[i].keyword_only = 1;
    }
    return parse_args(info->row->verb, specs, i, args, nargs, kwnames, given);
}

static int is_open(module_state *state, ClientObject *client)
{
    if (!atomic_get(&client->closed))
        return 1;
    raise_closed(state);
    return 0;
}

/* How many frames the caller's line is from here: many calls are made for it by
 * three functions of ours. */
enum level { AT_CALLER = 1, AT_CALLER_OF_MANY = 4 };

/* Tells at the caller's line what Cielo may take otherwise than was meant. A
 * filter may make an exception of it: nothing is sent then. */
static int warn_of(module_state *state, const cielo_call *call,
                   enum level level)
{
    const cielo_value *warning = cielo_value_first(cielo_call_warnings(call));
    int status = 0;

    for (; warning && status == 0; warning = cielo_value_next(warning))
        status = PyErr_WarnFormat(
            state->field_warning, level, "%s: %s",
            cielo_value_text(cielo_value_get(warning, "path"), NULL),
            cielo_value_text(cielo_value_get(warning, "message"), NULL));
    return status;
}

/* The call that is to run, with its witness; NULL with an exception set. Takes
 * the parameters. */
static cielo_call *make_call(module_state *state, ClientObject *client,
                             int operation, cielo_value *params,
                             enum level level, PyObject **witness)
{
    cielo_entropy entropy;
    cielo_error err;
    cielo_call *call = NULL;

    *witness = NULL;
    if (logger_find(state) < 0 ||
        (state->unlogged && log_unlogged(state) < 0))
        ; /* the application's, or a signal's */
    else if (cielo_entropy_fill(&entropy) != CIELO_OK)
        PyErr_SetString(PyExc_OSError, "the system has no random bytes");
    else if (cielo_call_new(&call, client->handle, operation, params, &entropy,
                            &err) != CIELO_OK)
        raise_error(state, NULL, &err);
    /* Code that a warning runs may close the client. */
    if (call && (witness_make(state, call, params, witness) < 0 ||
                 warn_of(state, call, level) < 0 || !is_open(state, client))) {
        cielo_call_free(call);
        Py_CLEAR(*witness);
        call = NULL;
    }
    cielo_value_free(params);
    return call;
}

/* Takes the call and its witness. */
static PyObject *run(module_state *state, ClientObject *client,
                     cielo_call *call, PyObject *witness)
{
    return client->is_async ? call_object(state, client, call, witness)
                            : call_run(state, client, call, witness);
}

cielo_value *operation_params(module_state *state, ClientObject *client,
                              int operation, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    const operation_info *info = &state->operations[operation];
    PyObject *given[MAX_PARAMS + OPTION_ARGS];

    if (!sort_args(info, args, nargs, kwnames, given) ||
        !is_open(state, client))
        return NULL;
    return make_params(state, info, given);
}

PyObject *operation_run(module_state *state, ClientObject *client,
                        int operation, PyObject *const *args, Py_ssize_t nargs,
                        PyObject *kwnames)
{
    cielo_value *params = operation_params(state, client, operation, args,
                                           nargs, kwnames);
    PyObject *witness;
    cielo_call *call = params ? make_call(state, client, operation, params,
                                          AT_CALLER, &witness)
                              : NULL;

    return call ? run(state, client, call, witness) : NULL;
}

cielo_call *operation_call(module_state *state, ClientObject *client,
                           int operation, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames,
                           PyObject **witness)
{
    cielo_value *params = operation_params(state, client, operation, args,
                                           nargs, kwnames);

    return params ? make_call(state, client, operation, params,
                              AT_CALLER_OF_MANY, witness)
                  : NULL;
}

/* The parameters of the read that tells what a notification is about. */
static cielo_value *confirm_params(module_state *state, ClientObject *client,
                                   PyObject *const *args, Py_ssize_t nargs,
                                   PyObject *kwnames, int *operation)
{
    static const arg_spec specs[] = {
        {"notification", 1, 0}, {"timeout", 0, 1}, {"request_id", 0, 1}};
    PyObject *given[3];
    cielo_value *tree, *params = NULL;
    cielo_error err;
    int status;

    if (!parse_args("confirm", specs, 3, args, nargs, kwnames, given))
        return NULL;
    if (!is_open(state, client))
        return NULL;
    tree = notification_tree(state, given[0]);
    if (!tree)
        return NULL;
    status = cielo_notification_confirm(tree, operation, &params, &err);
    cielo_value_free(tree);
    if (status != CIELO_OK) {
        raise_error(state, NULL, &err);
        return NULL;
    }
    if (!add_options(state, params, given + 1)) {
        cielo_value_free(params);
        return NULL;
    }
    return params;
}

cielo_call *confirm_call(module_state *state, ClientObject *client,
                         PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames, PyObject **witness)
{
    int operation;
    cielo_value *params = confirm_params(state, client, args, nargs, kwnames,
                                         &operation);

    return params ? make_call(state, client, operation, params,
                              AT_CALLER_OF_MANY, witness)
                  : NULL;
}

PyObject *confirm_run(module_state *state, ClientObject *client,
                      PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames)
{
    int operation;
    cielo_value *params = confirm_params(state, client, args, nargs, kwnames,
                                         &operation);
    PyObject *witness;
    cielo_call *call = params ? make_call(state, client, operation, params,
                                          AT_CALLER, &witness)
                              : NULL;

    return call ? run(state, client, call, witness) : NULL;
}
