/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef HW_FAKE_H
#define HW_FAKE_H

#include <stdbool.h>

#include "nv-hw.h"

#define HW_FAKE_REGS	8
#define HW_FAKE_FILES	4

/**
 * struct hw_fake - an nv_hw with nothing behind it but what a test puts there
 * @hw: for the code under test
 * @prom: bytes of the VBIOS flash; beyond @prom_size it reads all ones
 * @prom_size: likewise
 * @reg: further registers; any other reads 0
 * @file: firmware files, found by the end of their name
 * @gone: the device has fallen off the bus
 * @lines: lines logged as error or warning
 * @notes: lines logged with less weight
 * @log: the last line
 * @prom_reads: accesses to the flash
 * @now: time, ns; passes when somebody sleeps
 */
struct hw_fake {
	struct nv_hw hw;
	const u8 *prom;
	size_t prom_size;
	struct {
		u32 reg, val;
	} reg[HW_FAKE_REGS];
	struct {
		const char *end;
		const u8 *data;
		size_t size;
	} file[HW_FAKE_FILES];
	bool gone;
	unsigned int lines, notes;
	char log[320];
	unsigned long prom_reads;
	u64 now;
};

void hw_fake_init(struct hw_fake *fake);
/** hw_fake_quiet() - forget what was logged */
void hw_fake_quiet(struct hw_fake *fake);

/** fuzz_rand() - the next of a row of numbers that depends on @state only */
u32 fuzz_rand(u64 *state);

#endif
