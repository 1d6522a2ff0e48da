/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LOG_H
#define UNIT_LOG_H

#include <stdarg.h>
#include <stddef.h>

/**
 * struct unit_log - what the code under test logged
 * @text: lines, each as "LEVEL line\n", LEVEL being one letter: E W I D; NULL while empty
 * @len: its length
 *
 * With UNIT_VERBOSE in the environment each line is also shown on standard error.
 */
struct unit_log {
	char *text;
	size_t len;
};

void unit_log_line(struct unit_log *log, char level, const char *line);
/** unit_log_add() - the same, formatted; a line feed in it fails the case */
__attribute__((format(printf, 3, 0)))
void unit_log_add(struct unit_log *log, char level, const char *fmt, va_list args);
/** unit_log_has() - lines with @text in them */
unsigned int unit_log_has(const struct unit_log *log, const char *text);
/** unit_log_lines() - lines of one level */
unsigned int unit_log_lines(const struct unit_log *log, char level);
void unit_log_clear(struct unit_log *log);

#endif
