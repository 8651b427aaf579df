/*
 * recognise.h: which format a report is in, from its contents alone.
 */
#ifndef RG_RECOGNISE_H
#define RG_RECOGNISE_H

#include "ingest/ingest.h"

/* The first format of the table one of whose marks the report bears. */
extern const RgFormat *rg_format_recognise(const RgInput *input);

#endif							/* RG_RECOGNISE_H */
