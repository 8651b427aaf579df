/*
 * deployment.h: how a release gets to an environment: the guard that decides
 * (guard.c), and the functions that people and deployers call (promote.c).
 */
#ifndef RG_DEPLOYMENT_H
#define RG_DEPLOYMENT_H

#include "eligibility/eligibility.h"
#include "facts/facts.h"

/* The deployment as its row stands. */
typedef struct RgDeployment
{
	pg_uuid_t	id;
	char	   *application;
	char	   *version;
	char	   *environment;
	char	   *state;
	TimestampTz started_at;		/* 0 if not */
} RgDeployment;

/* ---- lookup.c ---- */

/* The one of that version, or of any version when NULL, found by the index
 * deployment_live, _active or _request. */
extern bool rg_deployment_find(const char *index, const char *application,
							   const char *environment, const char *version,
							   Snapshot snapshot, RgDeployment *out);

/* ---- guard.c ---- */

/* Keeps the application's policy as it is to the end of the transaction. */
extern void rg_lock_policy_of(const char *application);

#endif							/* RG_DEPLOYMENT_H */
