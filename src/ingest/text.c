/*
 * text.c: reports that are lines of text.
 */
#include "ingest/ingest.h"

bool
rg_next_line(RgInput *rest, RgInput *line)
{
	const char *newline;

	if (rest->length == 0)
		return false;
	newline = memchr(rest->data, '\n', rest->length);
	line->data = rest->data;
	line->length = newline ? (size_t) (newline - rest->data) : rest->length;
	rest->data += line->length + (newline ? 1 : 0);
	rest->length -= line->length + (newline ? 1 : 0);
	if (line->length > 0 && line->data[line->length - 1] == '\r')
		line->length--;
	return true;
}

size_t
rg_blank_length(const RgInput *line)
{
	size_t		i = 0;

	while (i < line->length && (line->data[i] == ' ' || line->data[i] == '\t'))
		i++;
	return i;
}

bool
rg_input_starts(const RgInput *input, const char *word)
{
	size_t		length = strlen(word);

	return input->length >= length && memcmp(input->data, word, length) == 0;
}
