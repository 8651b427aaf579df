/*
 * init.c: what happens when the library is loaded: the module magic and the
 * settings. Nothing here needs shared_preload_libraries.
 */
#include "releasegov.h"

#include "utils/guc.h"

PG_MODULE_MAGIC;

char	   *rg_scratch_server = NULL;
char	   *rg_scratch_template = NULL;
int			rg_scratch_timeout = 30;
bool		rg_restore_mode = false;
int			rg_clock_skew = 300;

void		_PG_init(void);

void
_PG_init(void)
{
	DefineCustomBoolVariable("releasegov.restore",
							 "Lets rows of a dump back in without judging them again.",
							 "Set by releasegov.pre_restore() and reset by releasegov.post_restore(), "
							 "which checks what came in. Only superusers can change it.",
							 &rg_restore_mode, false, PGC_SUSET, 0,
							 NULL, NULL, NULL);

	DefineCustomIntVariable("releasegov.clock_skew",
							"How far ahead of the server's clock a reported time may be.",
							"A time further ahead is refused; a time within this limit counts as now.",
							&rg_clock_skew, 300, 0, 86400, PGC_SUSET, GUC_UNIT_S,
							NULL, NULL, NULL);

	DefineCustomStringVariable("releasegov.scratch_server",
							   "Where migrations are proven: how to connect to another server.",
							   "A libpq connection string of a role that may create databases and nothing else. "
							   "Empty: nothing can be proven.",
							   &rg_scratch_server, "", PGC_SUSET,
							   GUC_SUPERUSER_ONLY | GUC_NOT_IN_SAMPLE, NULL, NULL, NULL);

	DefineCustomStringVariable("releasegov.scratch_template",
							   "The database of the scratch server that is copied for each proof.",
							   "It may hold extensions and rows of its own; nobody may be connected to it.",
							   &rg_scratch_template, "template1", PGC_SUSET, 0,
							   NULL, NULL, NULL);

	DefineCustomIntVariable("releasegov.scratch_timeout",
							"How long a file of a migration may run on the scratch server.",
							"It is cancelled then, whatever it set for itself.",
							&rg_scratch_timeout, 30, 1, 3600, PGC_SUSET, GUC_UNIT_S,
							NULL, NULL, NULL);

	MarkGUCPrefixReserved("releasegov");
}
