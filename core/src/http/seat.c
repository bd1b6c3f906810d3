/* Who runs a call, as the call remembers it. */
#include "http.h"

static void drop(void *seat)
{
    ((cielo__seat *)seat)->drop(seat);
}

cielo__seat *cielo__seat_get(cielo_call *call)
{
    return *cielo__call_transport(call, drop);
}

void cielo__seat_set(cielo_call *call, cielo__seat *seat)
{
    *cielo__call_transport(call, drop) = seat;
}
