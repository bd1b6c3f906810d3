/* Where the calls of an asynchronous client go: to the multi of their loop, by
 * way of the Python half, or where the call before them went. */
#include "state.h"

/* A route is a family and a weak reference to the multi of one loop. Kept for
 * the next call, while the client is open. */
static void keep_route(ClientObject *self, PyObject *route)
{
    if (!atomic_put(&self->route, route))
        Py_DECREF(route);
    if (atomic_get(&self->closed))
        Py_XDECREF(atomic_take(&self->route));
}

/* Asks the Python half, which finds the multi of the running loop or makes
 * one. */
static PyObject *find_route(module_state *state, ClientObject *self,
                            MultiObject **multi, PyObject **family)
{
    PyObject *given = PyObject_CallMethodNoArgs((PyObject *)self,
                                                state->str_route);
    PyObject *weak, *route = NULL;

    if (!given)
        return NULL;
    if (!PyTuple_Check(given) || PyTuple_GET_SIZE(given) != 2 ||
        !Py_IS_TYPE(PyTuple_GET_ITEM(given, 1), state->multi_type)) {
        PyErr_SetString(PyExc_TypeError, "_route() gives a family and a multi");
    } else {
        *family = Py_NewRef(PyTuple_GET_ITEM(given, 0));
        *multi = (MultiObject *)Py_NewRef(PyTuple_GET_ITEM(given, 1));
        weak = PyWeakref_NewRef((PyObject *)*multi, NULL);
        route = weak ? PyTuple_Pack(2, *family, weak) : NULL;
        Py_XDECREF(weak);
    }
    Py_DECREF(given);
    return route;
}

int client_route(module_state *state, ClientObject *self, PyObject *loop,
                 MultiObject **multi, PyObject **family)
{
    PyObject *route;

    if (atomic_get(&self->closed)) {
        raise_closed(state);
        return -1;
    }
    route = atomic_take(&self->route);
    if (route) {
        *multi = (MultiObject *)weak_target(PyTuple_GET_ITEM(route, 1));
        if (*multi && multi_serves(*multi, loop)) {
            *family = Py_NewRef(PyTuple_GET_ITEM(route, 0));
            keep_route(self, route);
            return 0;
        }
        Py_CLEAR(*multi);
        Py_DECREF(route);
    }
    route = find_route(state, self, multi, family);
    if (!route)
        return -1;
    keep_route(self, route);
    return 0;
}
