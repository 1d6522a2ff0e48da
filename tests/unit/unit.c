// SPDX-License-Identifier: MIT OR GPL-2.0

#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#define CASE_SECONDS	120	/* under sanitizers on a busy machine */

static struct unit_test *tests, **tests_end = &tests;
static int reason_fd = -1;
static const char *program;

void unit_register(struct unit_test *test)
{
	*tests_end = test;
	tests_end = &test->next;
}

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int n;

	n = snprintf(text, sizeof(text), "%s:%d: ", file, line);
	va_start(args, fmt);
	n += vsnprintf(text + n, sizeof(text) - n, fmt, args);
	va_end(args);
	if (n > (int)sizeof(text) - 1)
		n = sizeof(text) - 1;
	if (reason_fd < 0 || write(reason_fd, text, n) != n)
		fprintf(stderr, "%s\n", text);
	if (reason_fd < 0)
		abort();
	_exit(1);
}

static void run_case(struct unit_test *test)
{
	long live = unit_live_allocs();

	test->run();
	unit_fail_alloc_at(0);
	if (unit_live_allocs() != live)
		unit_fail(test->name, 0, "%ld allocations left", unit_live_allocs() - live);
}

static void say_why(char *reason, size_t size, int fd, int status)
{
	ssize_t n = read(fd, reason, size - 1);
	char *c;

	reason[n > 0 ? n : 0] = 0;
	for (c = reason; *c; c++)
		if (*c == '\n')
			*c = ' ';
	if (n > 0)
		return;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(reason, size, "took more than %d s", CASE_SECONDS);
	else if (WIFSIGNALED(status))
		snprintf(reason, size, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(reason, size, "exit code %d", WEXITSTATUS(status));
}

static bool fork_case(struct unit_test *test)
{
	char reason[600] = "cannot start";
	int status = -1, fds[2];
	pid_t pid;

	if (pipe(fds))
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		reason_fd = fds[1];
		alarm(CASE_SECONDS);
		run_case(test);
		exit(0);
	}
	close(fds[1]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status)
		say_why(reason, sizeof(reason), fds[0], status);
	close(fds[0]);
	if (status)
		printf("not ok %s.%s %s\n", program, test->name, reason);
	else
		printf("ok %s.%s\n", program, test->name);
	return status == 0;
}

static bool chosen(const struct unit_test *test, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (strstr(test->name, *patterns))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool here = argc > 1 && !strcmp(argv[1], "-n");
	struct unit_test *test;
	bool ok = true;

	program = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	for (test = tests; test; test = test->next) {
		if (!chosen(test, argv + (here ? 2 : 1)))
			continue;
		if (here)
			run_case(test);
		else
			ok &= fork_case(test);
	}
	return ok ? 0 : 1;
}
