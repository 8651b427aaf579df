/*
 * ingest_sql.h: what read_report() and ingest_report() share.
 */
#ifndef RG_INGEST_SQL_H
#define RG_INGEST_SQL_H

#include "ingest/ingest.h"

/*
 * Reads the report of the arguments with these numbers in the current memory
 * context; the report's argument is text or bytea, and *bytes is what was read
 * (data NULL if it was too large). Only a format that there is not is an error.
 */
extern void rg_report_from_arguments(FunctionCallInfo fcinfo, int format,
									 int report, int exit_code,
									 RgReport *out, RgInput *bytes);

/* The arguments that must not be null are named where they are. */
extern void rg_require_argument(FunctionCallInfo fcinfo, int number,
								const char *name);

#endif							/* RG_INGEST_SQL_H */
