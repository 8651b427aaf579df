/*
 * keep.h: reports that are kept whole, as the policy says.
 */
#ifndef RG_KEEP_H
#define RG_KEEP_H

#include "ingest/ingest.h"

#include "policy/policy.h"
#include "utils/uuid.h"

#define RG_KEPT "kept"

/* RG_KEPT, or why not: what report.document says. */
extern const char *rg_keep_decision(const RgPolicy *policy, size_t size,
									bool failed);

/* Into report_document; the report's row is there already. */
extern void rg_keep_document(Datum application, Datum version,
							 const pg_uuid_t *id, const RgInput *bytes,
							 TimestampTz at);

#endif							/* RG_KEEP_H */
