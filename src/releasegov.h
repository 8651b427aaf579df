/*
 * releasegov.h: what the whole extension shares: its settings and the entry
 * points that _PG_init calls. Each subsystem has a header of its own.
 */
#ifndef RELEASEGOV_H
#define RELEASEGOV_H

#include "compat.h"
#include "errors.h"

#define RG_SCHEMA "releasegov"

/* Settings, defined in init.c */
extern bool rg_restore_mode;	/* releasegov.restore, superuser only */
extern int	rg_clock_skew;		/* releasegov.clock_skew, seconds */
extern char *rg_scratch_server; /* releasegov.scratch_server, a conninfo */
extern char *rg_scratch_template;	/* releasegov.scratch_template */
extern int	rg_scratch_timeout; /* releasegov.scratch_timeout, seconds */

#endif							/* RELEASEGOV_H */
