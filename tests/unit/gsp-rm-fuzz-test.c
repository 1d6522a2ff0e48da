// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The stand-in for GSP-RM against random bytes: it may refuse, answer or fall silent,
 * and has to do just that. The seeds are fixed, so a failure comes again.
 */
#include <linux/kernel.h>

#include "hostile-gsp.h"

#define BOOTS		200
#define MESSAGES	8000

static bool alive(void)
{
	return driver.model.gpu->rm && driver.model.gpu->rm->state != GSP_RM_DEAD;
}

/* Change a word here and there of what a driver prepares. */
static void spoil_boot(void)
{
	const u64 page[] = {
		driver.libos_args, driver.rmargs, driver.log_page[0], driver.shm[0],
		driver.shm[(GSP_SHM_CMDQ_OFF + GSP_MSGQ_ENTRY_OFF) / GSP_PAGE_SIZE],
		driver.shm[GSP_SHM_CMDQ_OFF / GSP_PAGE_SIZE],
	};
	/* The last of them spares the read index, without which INIT_DONE may not come. */
	const u32 reach[] = { 256, 80, 256, 1032, 256, 32 };

	for (u32 n = below(3); n; n--) {
		u32 which = below(6);

		((u32 *)driver_mem(&driver, page[which]))[below(reach[which] / 4)] = number();
	}
}

UNIT_TEST(spoilt_boots)
{
	u32 started = 0;

	choices = choices_of(0x0123456789abcdef);
	for (u32 i = 0; i < BOOTS; i++) {
		driver_open(&driver);
		driver_queue_system_info(&driver);
		driver_queue_registry(&driver);
		spoil_boot();
		if (driver_start(&driver)) {
			started++;
			EXPECT(driver_receive(&driver, &wire));
		} else {
			EXPECT(driver.model.log[0]);
		}
		driver_close(&driver);
	}
	EXPECT(started > BOOTS / 10 && started < BOOTS);
}

/* One reply, or an end: the stand-in died of it or was told to unload. */
static bool one_message(void)
{
	u32 elements;

	make_message();
	elements = wire.element.elem_count;
	if (!below(300))
		((u32 *)&wire)[below(20)] ^= 1u << below(32);
	driver_push(&driver, &wire, below(200) ? elements : 1);
	driver_ring(&driver);
	if (!alive() || driver.model.gpu->rm->state == GSP_RM_HALTED)
		return false;
	EXPECT(driver_receive(&driver, &wire));
	EXPECT(!driver_receive(&driver, &wire));
	return true;
}

UNIT_TEST(random_messages)
{
	u32 answered = 0, boots = 1;

	choices = choices_of(0xfedcba9876543210);
	driver_boot(&driver);
	for (u32 i = 0; i < MESSAGES; i++) {
		if (one_message()) {
			answered++;
			continue;
		}
		EXPECT(driver.model.log[0] || driver.model.gpu->rm->state == GSP_RM_HALTED);
		driver_close(&driver);
		driver_boot(&driver);
		boots++;
	}
	driver_close(&driver);
	EXPECT(answered > MESSAGES / 2);
	EXPECT(boots > 10);
}

/* A driver that scribbles over the block while the stand-in works with it. */
UNIT_TEST(scribbled_rings)
{
	choices = choices_of(0x5555aaaa12345678);
	for (u32 boots = 0; boots < 100; boots++) {
		driver_boot(&driver);
		for (u32 i = 0; i < 200 && alive(); i++) {
			driver_queue(&driver, 3, &i, sizeof(i));
			if (!below(20))
				*driver_shm(&driver, GSP_SHM_CMDQ_OFF + 4 * below(16)) = number();
			if (!below(20))
				*driver_shm(&driver, GSP_SHM_STATQ_OFF + 4 * below(16)) = number();
			driver_ring(&driver);
			if (*driver_write_ptr(&driver) >= GSP_MSGQ_ELEM_COUNT)
				break;
		}
		driver_close(&driver);
	}
}
