// SPDX-License-Identifier: MIT OR GPL-2.0

/* What the model can be told to do wrong. */

#include <ctype.h>
#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "softgpu-priv.h"

enum fault_number {
	NUMBER_NONE,
	NUMBER_OPTIONAL,
	NUMBER_REQUIRED,
};

static const struct fault_name {
	const char *name;
	enum softgpu_fault_kind kind;
	enum fault_number number;
	u64 standard;		/* N if none is given */
	const char *text;
} softgpu_faults[] = {
	{ "gsp-no-start", SOFTGPU_FAULT_GSP_NO_START, NUMBER_NONE, 0,
	  "booter succeeds, GSP-RM never speaks" },
	{ "gsp-dies", SOFTGPU_FAULT_GSP_DIES, NUMBER_OPTIONAL, 20,
	  "GSP-RM falls silent after N messages" },
	{ "bad-checksum", SOFTGPU_FAULT_BAD_CHECKSUM, NUMBER_OPTIONAL, 1,
	  "the Nth message from GSP-RM has a wrong checksum" },
	{ "bad-sequence", SOFTGPU_FAULT_BAD_SEQUENCE, NUMBER_OPTIONAL, 1,
	  "the Nth message from GSP-RM has a wrong sequence number" },
	{ "vbios-truncated", SOFTGPU_FAULT_VBIOS_TRUNCATED, NUMBER_NONE, 0,
	  "the VBIOS ends in the middle" },
	{ "vbios-no-bit", SOFTGPU_FAULT_VBIOS_NO_BIT, NUMBER_NONE, 0,
	  "the VBIOS has no BIT header" },
	{ "vbios-wild-offset", SOFTGPU_FAULT_VBIOS_WILD_OFFSET, NUMBER_NONE, 0,
	  "a table of the VBIOS points outside of it" },
	{ "fwsec-fails", SOFTGPU_FAULT_FWSEC_FAILS, NUMBER_NONE, 0,
	  "FWSEC reports an error" },
	{ "booter-fails", SOFTGPU_FAULT_BOOTER_FAILS, NUMBER_NONE, 0,
	  "booter reports an error" },
	{ "no-interrupt", SOFTGPU_FAULT_NO_INTERRUPT, NUMBER_NONE, 0,
	  "no MSI is ever sent" },
	{ "off-bus", SOFTGPU_FAULT_OFF_BUS, NUMBER_OPTIONAL, 5000,
	  "after N register accesses every read gives ones" },
	{ "control-refused", SOFTGPU_FAULT_CONTROL_REFUSED, NUMBER_REQUIRED, 0,
	  "GSP-RM refuses the control with id N (0x20800a40, say)" },
	{ "gsp-no-suspend", SOFTGPU_FAULT_GSP_NO_SUSPEND, NUMBER_NONE, 0,
	  "GSP-RM falls silent when it is asked to suspend" },
	{ "gsp-no-resume", SOFTGPU_FAULT_GSP_NO_RESUME, NUMBER_NONE, 0,
	  "GSP-RM does not come back from a suspend" },
};

#define NR_FAULTS	(ARRAY_SIZE(softgpu_faults))

bool sg_fault(const struct softgpu *gpu, enum softgpu_fault_kind kind)
{
	const struct softgpu_stats *stats = &gpu->stats;
	u64 n = gpu->config.fault.n;

	if (kind == SOFTGPU_FAULT_NONE || gpu->config.fault.kind != kind)
		return false;
	switch (kind) {
	case SOFTGPU_FAULT_GSP_DIES:
		return stats->messages_out >= n;
	case SOFTGPU_FAULT_BAD_CHECKSUM:
	case SOFTGPU_FAULT_BAD_SEQUENCE:
		return stats->messages_out + 1 == n;
	case SOFTGPU_FAULT_OFF_BUS:
		return stats->reg_reads + stats->reg_writes > n;
	default:
		return true;
	}
}

static const struct fault_name *find_fault(const char *text, size_t len)
{
	unsigned int i;

	for (i = 0; i < NR_FAULTS; i++)
		if (strlen(softgpu_faults[i].name) == len &&
		    !memcmp(softgpu_faults[i].name, text, len))
			return &softgpu_faults[i];
	return NULL;
}

static bool parse_number(const char *text, u64 *n)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*n = strtoull(text, &end, 0);
	return !errno && !*end;
}

bool softgpu_parse_fault(const char *text, struct softgpu_fault *fault)
{
	size_t len = strcspn(text, ":");
	const struct fault_name *name = find_fault(text, len);

	if (!name) {
		fprintf(stderr, "softgpu: no fault '%.*s'; there are:\n", (int)len, text);
		softgpu_list_faults(stderr);
		return false;
	}
	fault->kind = name->kind;
	fault->n = name->standard;
	if (!text[len] && name->number != NUMBER_REQUIRED)
		return true;
	if (!text[len] || name->number == NUMBER_NONE || !parse_number(text + len + 1, &fault->n)) {
		fprintf(stderr, "softgpu: fault '%s' %s\n", name->name,
			name->number == NUMBER_NONE ? "takes no number" : "wants :N, a number");
		return false;
	}
	return true;
}

void softgpu_list_faults(FILE *to)
{
	static const char * const form[] = {
		[NUMBER_NONE] = "", [NUMBER_OPTIONAL] = "[:N]", [NUMBER_REQUIRED] = ":N",
	};
	const struct fault_name *name;
	char spelling[32];

	for (name = softgpu_faults; name < softgpu_faults + NR_FAULTS; name++) {
		snprintf(spelling, sizeof(spelling), "%s%s", name->name, form[name->number]);
		fprintf(to, "  %-20s %s", spelling, name->text);
		if (name->number == NUMBER_OPTIONAL)
			fprintf(to, " (N = %llu)", (unsigned long long)name->standard);
		fputc('\n', to);
	}
}
