/*
 * sql.h: what the SQL functions of the three types share: how a refused text
 * is reported, and measures on the wire.
 */
#ifndef RG_TYPES_SQL_H
#define RG_TYPES_SQL_H

#include "releasegov.h"
#include "lib/stringinfo.h"
#include "types/core.h"

/* Reports the fault, as a soft error where the caller asked for that. */
extern void rg_refuse(struct Node *escontext, const char *type,
					  const char *str, RgFault fault);

extern void rg_measure_send_to(StringInfo buf, const RgMeasure *measure);
extern void rg_measure_receive(StringInfo buf, RgMeasure *measure);

/* The hash of a key of rg_measure_key() and more bytes behind it. */
extern Datum rg_hash_key(const char *key, size_t len);
extern Datum rg_hash_key_extended(const char *key, size_t len, Datum seed);

#endif							/* RG_TYPES_SQL_H */
