// SPDX-License-Identifier: MIT OR GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit-log.h"
#include "unit.h"

void unit_log_line(struct unit_log *log, char level, const char *line)
{
	log->text = realloc(log->text, log->len + strlen(line) + 4);
	if (!log->text)
		abort();
	log->len += sprintf(log->text + log->len, "%c %s\n", level, line);
	if (getenv("UNIT_VERBOSE"))
		fprintf(stderr, "%c %s\n", level, line);
}

void unit_log_add(struct unit_log *log, char level, const char *fmt, va_list args)
{
	char line[512];

	vsnprintf(line, sizeof(line), fmt, args);
	EXPECT(!strchr(line, '\n'));
	unit_log_line(log, level, line);
}

unsigned int unit_log_has(const struct unit_log *log, const char *text)
{
	const char *at = log->text;
	unsigned int n = 0;

	while (at && (at = strstr(at, text))) {
		n++;
		at = strchr(at, '\n');
	}
	return n;
}

unsigned int unit_log_lines(const struct unit_log *log, char level)
{
	const char *at;
	unsigned int n = 0;

	for (at = log->text; at && *at; at = strchr(at, '\n') + 1)
		n += *at == level;
	return n;
}

void unit_log_clear(struct unit_log *log)
{
	free(log->text);
	*log = (struct unit_log) { };
}
