/*
 * report.c: building an RgReport: its status, figures, findings and warnings.
 * Texts of the outside are cleaned and cut here, nowhere else.
 */
#include "ingest/ingest.h"

#include "mb/pg_wchar.h"

static const char *const status_names[] = {
	[RG_REPORT_OK] = "ok",
	[RG_REPORT_EMPTY] = "empty",
	[RG_REPORT_INCOMPLETE] = "incomplete",
	[RG_REPORT_INVALID] = "invalid",
};

static const char *const aside_names[] = {
	[RG_ASIDE_NONE] = "none",
	[RG_ASIDE_SUPPRESSED] = "suppressed",
	[RG_ASIDE_ACCEPTED] = "accepted",
	[RG_ASIDE_NOT_AFFECTED] = "not_affected",
};

const char *
rg_report_status_name(RgReportStatus status)
{
	return status_names[status];
}

const char *
rg_aside_name(RgSetAside why)
{
	return aside_names[why];
}

/* The length of a terminal's colour code, "ESC[1;31m", or 0. */
static size_t
colour_code(const char *str, size_t length)
{
	size_t		i = 2;

	if (length < 3 || str[0] != '\033' || str[1] != '[')
		return 0;
	while (i < length && (str[i] == ';' || (str[i] >= '0' && str[i] <= '9')))
		i++;
	return i < length && str[i] == 'm' ? i + 1 : 0;
}

const char *
rg_report_text(RgReport *report, const char *str, size_t length)
{
	char	   *out = MemoryContextAlloc(report->context,
										 Min(length, RG_TEXT_MAX) + 4);
	size_t		size = 0;
	size_t		done = 0;

	while (done < length && size < RG_TEXT_MAX)
	{
		const unsigned char c = (unsigned char) str[done];
		int			bytes = pg_utf_mblen((const unsigned char *) str + done);
		size_t		code = colour_code(str + done, length - done);

		if (code > 0)
			done += code;
		else if (c < 0x80)
		{
			out[size++] = c == '\n' || c == '\t' ? ' ' :
				c < 0x20 || c == 0x7f ? '?' : (char) c;
			done++;
		}
		else if (done + bytes > length ||
				 !pg_utf8_islegal((const unsigned char *) str + done, bytes))
		{
			out[size++] = '?';
			done++;
		}
		else if (size + bytes > RG_TEXT_MAX)
			break;
		else
		{
			memcpy(out + size, str + done, bytes);
			size += bytes;
			done += bytes;
		}
	}
	if (done < length)
	{
		memcpy(out + size, "...", 3);
		size += 3;
	}
	out[size] = '\0';
	return out;
}

void
rg_report_tool(RgReport *report, const char *name, const char *version)
{
	if (name != NULL && *name != '\0')
		report->tool = rg_report_text(report, name, strlen(name));
	if (version != NULL && *version != '\0')
		report->tool_version = rg_report_text(report, version,
											  strlen(version));
}

static char *report_vprintf(RgReport *report, const char *format,
							va_list args) pg_attribute_printf(2, 0);

static char *
report_vprintf(RgReport *report, const char *format, va_list args)
{
	char		buffer[1024];

	/* the pieces are cleaned by rg_report_text: here only the length counts */
	vsnprintf(buffer, sizeof(buffer), format, args);
	buffer[pg_encoding_mbcliplen(PG_UTF8, buffer, strlen(buffer),
								 sizeof(buffer) - 1)] = '\0';
	return MemoryContextStrdup(report->context, buffer);
}

void
rg_report_fail(RgReport *report, RgReportStatus status,
			   const char *format,...)
{
	va_list		args;

	if (status <= report->status)
		return;
	report->status = status;
	va_start(args, format);
	report->message = report_vprintf(report, format, args);
	va_end(args);
}

void
rg_report_warn(RgReport *report, const char *format,...)
{
	va_list		args;

	if (report->nwarnings == RG_MAX_WARNINGS)
		return;
	va_start(args, format);
	report->warnings[report->nwarnings++] =
		report_vprintf(report, format, args);
	va_end(args);
}

const RgFigure *
rg_report_figure(const RgReport *report, const char *name)
{
	for (int i = 0; i < report->nfigures; i++)
	{
		if (strcmp(report->figures[i].name, name) == 0)
			return &report->figures[i];
	}
	return NULL;
}

static void
add_figure(RgReport *report, const char *name, const RgMeasure *value)
{
	RgFigure   *figure;

	if (rg_report_figure(report, name) != NULL)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "the report says %s twice", name);
		return;
	}
	if (report->nfigures == RG_MAX_FIGURES)
		elog(ERROR, "too many figures in a report");
	figure = &report->figures[report->nfigures++];
	figure->name = name;
	figure->value = *value;
}

void
rg_report_measure(RgReport *report, const char *name, const RgMeasure *value)
{
	add_figure(report, name, value);
}

static void
add_whole(RgReport *report, const char *name, int64 value, RgUnit unit)
{
	RgMeasure	measure;

	if (rg_measure_from_decimal(value, 0, unit, &measure))
		add_figure(report, name, &measure);
	else
		rg_report_fail(report, RG_REPORT_INVALID,
					   "%s cannot be " INT64_FORMAT, name, value);
}

void
rg_report_count(RgReport *report, const char *name, int64 value)
{
	add_whole(report, name, value, RG_UNIT_NONE);
}

void
rg_report_bytes(RgReport *report, const char *name, int64 value)
{
	add_whole(report, name, value, RG_UNIT_B);
}

void
rg_report_ratio(RgReport *report, const char *name,
				int64 numerator, int64 denominator)
{
	RgMeasure	measure;

	if (numerator <= denominator &&
		rg_measure_percent(numerator, denominator, &measure))
		add_figure(report, name, &measure);
	else
		rg_report_fail(report, RG_REPORT_INVALID,
					   "%s cannot be " INT64_FORMAT " of " INT64_FORMAT,
					   name, numerator, denominator);
}

bool
rg_report_wants_finding(const RgReport *report)
{
	return report->nfindings < RG_MAX_FINDINGS;
}

static const char *
finding_text(RgReport *report, const char *str)
{
	if (str == NULL || *str == '\0')
		return NULL;
	return rg_report_text(report, str, strlen(str));
}

/* Each finding has a name: a reader need not look whether the report has it. */
static const char *
finding_name(RgReport *report, const char *str)
{
	const char *name = finding_text(report, str);

	return name != NULL ? name : "?";
}

void
rg_report_finding(RgReport *report, const char *name, const char *severity,
				  const char *location, int64 line, const char *message)
{
	RgFinding  *finding;

	if (!rg_report_wants_finding(report))
		return;
	finding = &report->findings[report->nfindings++];
	finding->name = finding_name(report, name);
	finding->severity = finding_text(report, severity);
	finding->location = finding_text(report, location);
	finding->line = line;
	finding->message = finding_text(report, message);
	finding->aside = RG_ASIDE_NONE;
	finding->justification = NULL;
}

void
rg_report_locate(RgReport *report, int first, const char *location)
{
	const char *str;

	if (report->nfindings <= first || *location == '\0')
		return;
	str = rg_report_text(report, location, strlen(location));
	for (int i = first; i < report->nfindings; i++)
		report->findings[i].location = str;
}

bool
rg_report_wants_aside(const RgReport *report)
{
	return report->naside < RG_MAX_FINDINGS;
}

void
rg_report_set_aside(RgReport *report, RgSetAside why, const char *name,
					const char *severity, const char *location, int64 line,
					const char *justification)
{
	RgFinding  *finding;

	if (!rg_report_wants_aside(report))
		return;
	finding = &report->aside[report->naside++];
	finding->name = finding_name(report, name);
	finding->severity = finding_text(report, severity);
	finding->location = finding_text(report, location);
	finding->line = line;
	finding->message = NULL;
	finding->aside = why;
	finding->justification = finding_text(report, justification);
}

bool
rg_parse_count(const char *str, size_t length, int64 *value)
{
	int64		result = 0;

	if (length == 0 || length > RG_COUNT_DIGITS)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if (str[i] < '0' || str[i] > '9')
			return false;
		result = result * 10 + (str[i] - '0');
	}
	*value = result;
	return true;
}

bool
rg_parse_hits(const char *str, size_t length, bool *hit)
{
	size_t		i = 0;
	bool		digits = false;

	*hit = false;
	for (; i < length && (str[i] == '.' || (str[i] >= '0' && str[i] <= '9')); i++)
	{
		digits |= str[i] != '.';
		*hit |= str[i] > '0';
	}
	if (digits && i + 1 < length && (str[i] == 'e' || str[i] == 'E'))
	{
		i += str[i + 1] == '+' || str[i + 1] == '-' ? 2 : 1;
		digits = i < length;
		while (i < length && str[i] >= '0' && str[i] <= '9')
			i++;
	}
	return digits && i == length;
}
