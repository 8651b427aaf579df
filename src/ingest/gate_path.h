/*
 * gate_path.h: gates whose policy brings a path, and the reports they are for.
 */
#ifndef RG_GATE_PATH_H
#define RG_GATE_PATH_H

#include "ingest/path.h"

#include "policy/policy.h"
#include "utils/array.h"

/* Can the gate's path be asked of such a report? */
extern bool rg_path_suits(const RgGate *gate, const RgFormat *format);

/* json or xml where each of the gates named has a path in that syntax, else
 * NULL. */
extern const RgFormat *rg_format_for_paths(const RgPolicy *policy,
										   ArrayType *gates);

#endif							/* RG_GATE_PATH_H */
