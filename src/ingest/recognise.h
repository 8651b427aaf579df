/*
 * recognise.h: which format a report is in, from its contents alone.
 */
#ifndef RG_RECOGNISE_H
#define RG_RECOGNISE_H

#include "ingest/ingest.h"

/*
 * The first format of the table one of whose marks the report bears. Where
 * there is none, *what says in words what the report is and what to send
 * instead, if that is known, else NULL.
 */
extern const RgFormat *rg_format_recognise(const RgInput *input,
										   const char **what);

/* The same words of a text, whatever its format should be. */
extern const char *rg_known_text(const RgInput *input);

#endif							/* RG_RECOGNISE_H */
