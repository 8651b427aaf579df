/*
 * server.h: what the readers meet in test/fuzz/server.c instead of a server,
 * and what a harness can ask of it. A fault ends the program with its stack.
 */
#ifndef FUZZ_SERVER_H
#define FUZZ_SERVER_H

#include "compat.h"

#include "utils/memutils.h"

/* As much as a reader may use beside its input. */
#define SERVER_MEMORY (64 * 1024 * 1024)

extern void fault(const char *format,...) pg_attribute_printf(1, 2) pg_attribute_noreturn();

/* Called before the program ends: it says what was being read. */
extern void server_at_fault(void (*explain) (void));

/* Once, before anything else. */
extern void server_start(void);

/*
 * A round: palloc'd memory is filled with that byte, more memory than the
 * limit is a fault, and the fail_at-th allocation (0: none) raises an error.
 */
extern void server_begin_round(char fill, size_t limit, int64 fail_at);
extern void server_end_round(void);

/* Of the round so far. */
extern int64 server_allocations(void);

/* What is allocated now. */
typedef struct ServerUse
{
	int64		chunks;			/* of palloc */
	int64		contexts;
	int64		blocks;			/* of malloc: libxml2's too */
} ServerUse;

extern ServerUse server_use(void);

/*
 * Runs it; false if an error was raised that the round had asked for. Any
 * other error is a fault.
 */
extern bool server_try(void (*what) (void *arg), void *arg);

#endif							/* FUZZ_SERVER_H */
