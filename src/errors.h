/*
 * errors.h: the SQLSTATEs of releasegov, class RG. Tools match on these; they
 * are listed with their meaning in docs/reference.md, section Errors.
 */
#ifndef RG_ERRORS_H
#define RG_ERRORS_H

#include "utils/elog.h"

#define ERRCODE_RG_ILLEGAL_TRANSITION	MAKE_SQLSTATE('R','G','0','0','1')
#define ERRCODE_RG_NOT_ELIGIBLE			MAKE_SQLSTATE('R','G','0','0','2')
#define ERRCODE_RG_APPEND_ONLY			MAKE_SQLSTATE('R','G','0','0','3')
#define ERRCODE_RG_NOT_ENTITLED			MAKE_SQLSTATE('R','G','0','0','4')
#define ERRCODE_RG_SELF_APPROVAL		MAKE_SQLSTATE('R','G','0','0','5')
#define ERRCODE_RG_INVALID_POLICY		MAKE_SQLSTATE('R','G','0','0','6')
#define ERRCODE_RG_UNIT_MISMATCH		MAKE_SQLSTATE('R','G','0','0','7')
#define ERRCODE_RG_UNREADABLE_REPORT	MAKE_SQLSTATE('R','G','0','0','8')
#define ERRCODE_RG_UNSAFE_URL			MAKE_SQLSTATE('R','G','0','0','9')
#define ERRCODE_RG_INCOMPLETE_RESTORE	MAKE_SQLSTATE('R','G','0','1','0')
#define ERRCODE_RG_UNKNOWN_NAME			MAKE_SQLSTATE('R','G','0','1','1')
#define ERRCODE_RG_CONTENT_FROZEN		MAKE_SQLSTATE('R','G','0','1','2')
#define ERRCODE_RG_TIME_BACKWARDS		MAKE_SQLSTATE('R','G','0','1','3')
#define ERRCODE_RG_CONFLICTING_FACT		MAKE_SQLSTATE('R','G','0','1','4')
#define ERRCODE_RG_INVALID_VALUE		MAKE_SQLSTATE('R','G','0','1','5')
#define ERRCODE_RG_INVALID_CALENDAR		MAKE_SQLSTATE('R','G','0','1','6')
#define ERRCODE_RG_VERSION_MISMATCH		MAKE_SQLSTATE('R','G','0','1','7')
#define ERRCODE_RG_GUARD_BYPASSED		MAKE_SQLSTATE('R','G','0','1','8')
#define ERRCODE_RG_UNREADABLE_MIGRATION MAKE_SQLSTATE('R','G','0','1','9')
#define ERRCODE_RG_NO_SCRATCH_SERVER	MAKE_SQLSTATE('R','G','0','2','0')

#endif							/* RG_ERRORS_H */
