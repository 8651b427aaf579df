/*
 * access.h: who may do what, and whether the installation is as it should
 * be: that every guard stands where it was put.
 */
#ifndef RG_ACCESS_H
#define RG_ACCESS_H

#include "releasegov.h"

/* ---- installed.c ---- */

/* Refuses to go on (SQLSTATE RG018) while a governed table can be written
 * around its guards. */
extern void rg_require_guards(void);

#endif							/* RG_ACCESS_H */
