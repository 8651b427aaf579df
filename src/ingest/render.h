/*
 * render.h: an RgReport as SQL values.
 */
#ifndef RG_RENDER_H
#define RG_RENDER_H

#include "ingest/ingest.h"

/* In the database's encoding; what it lacks becomes "?". NULL for NULL. */
extern char *rg_render_text(const char *utf8);

/* "line 3, column 7: not well-formed XML: ..."; NULL when the report is ok. */
extern char *rg_render_message(const RgReport *report);
extern Datum rg_render_figures(const RgReport *report);
extern Datum rg_render_findings(const RgReport *report);

/* The findings that do not count, each with why. */
extern Datum rg_render_set_aside(const RgReport *report);
extern Datum rg_render_warnings(const RgReport *report);

#endif							/* RG_RENDER_H */
