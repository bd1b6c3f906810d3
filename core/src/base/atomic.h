/* The few atomic operations the core needs, and a variable for each thread, in
 * one place: C99 has none. */
#ifndef CIELO_ATOMIC_H
#define CIELO_ATOMIC_H

#if !defined(__GNUC__)
#error "libcielo needs GCC's or Clang's __atomic built-ins"
#endif

#define cielo__atomic_load(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define cielo__atomic_store(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define cielo__atomic_swap(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL)
#define cielo__atomic_add(p, v) __atomic_add_fetch((p), (v), __ATOMIC_ACQ_REL)
#define cielo__thread_local __thread
/* What was stored before is seen by whoever passes one after this. */
#define cielo__atomic_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define cielo__atomic_swap_if(p, expected, v)                              \
    __atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_ACQ_REL, \
                                __ATOMIC_ACQUIRE)

#endif
