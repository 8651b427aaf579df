/*
 * npm_audit.h: what npm, pnpm and yarn have of the same registry.
 */
#ifndef RG_NPM_AUDIT_H
#define RG_NPM_AUDIT_H

#include "ingest/scanner.h"

typedef struct RgNpmAudit
{
	RgFindings	findings;
	RgFindings	declared;		/* by the metadata */
	bool		has_metadata;
	bool		says_dependencies;	/* by its format; if not, that is a fault */
	int64		dependencies;	/* examined; -1 where it does not say */
} RgNpmAudit;

extern void rg_npm_add(RgNpmAudit *audit, RgReport *report, const char *name,
					   RgSeverity severity, const char *where,
					   const char *title);

/* An advisory of version 1. */
extern void rg_npm_advisory(RgNpmAudit *audit, RgReport *report,
							const RgNode *advisory);
extern void rg_npm_metadata(RgNpmAudit *audit, RgReport *report,
							const RgNode *metadata);
extern void rg_npm_finish(const RgNpmAudit *audit, RgReport *report);

/* Is it a document a line, as yarn writes them? Its versions 2 and 3 begin
 * with what looks like npm's. */
extern bool rg_is_yarn_audit(const RgInput *input);

#endif							/* RG_NPM_AUDIT_H */
