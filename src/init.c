/*
 * init.c: what happens when the library is loaded: the module magic and the
 * settings. Nothing here needs shared_preload_libraries.
 */
#include "releasegov.h"

#include "utils/guc.h"

PG_MODULE_MAGIC;

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

	MarkGUCPrefixReserved("releasegov");
}
