/*
 * ics.h: what ics.c reads from an iCalendar file and ics_rules.c turns into
 * calendar rules. Private to the import.
 */
#ifndef RG_ICS_H
#define RG_ICS_H

#include "calendar/calendar.h"
#include "types/types.h"

/* A content line; parameters is NULL or NAME=VALUE;NAME=VALUE. */
typedef struct IcsProperty
{
	int			line;
	char	   *name;			/* in capitals */
	char	   *parameters;
	char	   *value;
} IcsProperty;

typedef struct IcsTime
{
	int			line;			/* 0: not there */
	RgCalendarDate at;
	bool		utc;
	char	   *zone;			/* TZID, or NULL */
} IcsTime;

typedef struct IcsEvent
{
	int			line;
	char	   *name;
	char	   *uid;
	IcsTime		start;
	IcsTime		end;
	int64		duration;		/* microseconds, 0: not there */
	char	   *rrule;
	List	   *exdates;		/* of IcsTime */
	List	   *rdates;
	IcsTime		replaces;		/* RECURRENCE-ID */
	bool		cancelled;
} IcsEvent;

/* A VTIMEZONE: its rules are the server's business, its names are not. */
typedef struct IcsZone
{
	char	   *id;
	char	   *location;		/* X-LIC-LOCATION */
} IcsZone;

typedef struct IcsFile
{
	const char *zone;			/* for times without one, or NULL */
	List	   *events;
	List	   *zones;
} IcsFile;

/* ics.c */
extern void rg_ics_refuse(int line, const char *format,...)
			pg_attribute_printf(2, 3) pg_attribute_noreturn();
extern char *rg_ics_parameter(const IcsProperty *property, const char *name);

/* ics_rules.c */
extern int64 rg_ics_duration(const char *value);
extern List *rg_ics_rules(IcsFile *file);

#endif							/* RG_ICS_H */
