/*
 * names.h: a table by name, for what must be looked up or counted once:
 * rules of SARIF, advisories that are listed by each of their paths.
 */
#ifndef RG_NAMES_H
#define RG_NAMES_H

#include "ingest/ingest.h"

/* More names are no report; of longer ones the beginning counts. */
#define RG_NAMES_MAX	100000
#define RG_NAME_LENGTH	400

typedef struct RgNames RgNames;

/* Entries of that size, all of it in that context; resetting it ends it. */
extern RgNames *rg_names_create(MemoryContext context, Size entry_size);

/* The entry of that name, all zero when it is new; NULL when there are too
 * many, and then the report is invalid. */
extern void *rg_names_enter(RgNames *names, RgReport *report,
							const char *name, bool *is_new);
extern void *rg_names_find(const RgNames *names, const char *name);

/* Entries in the order they came, from *at = 0; NULL at the end. */
extern void *rg_names_next(const RgNames *names, uint32 *at);
extern const char *rg_names_name(const RgNames *names, const void *entry);

#endif							/* RG_NAMES_H */
