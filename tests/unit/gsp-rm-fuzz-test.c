// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The stand-in for GSP-RM against random bytes: it may refuse, answer or fall silent,
 * and has to do just that. The seeds are fixed, so a failure comes again.
 */
#include <linux/kernel.h>

#include "gsp-rm-driver.h"

#define BOOTS		200
#define MESSAGES	8000

static struct driver driver;
static struct wire wire;
static u64 state;

static u32 any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

static u32 below(u32 n)
{
	return any() % n;
}

/* Zero, a small number, an edge or anything. */
static u32 number(void)
{
	static const u32 edge[] = {
		0xffffffff, 0x80000000, 0x7fffffff, 0xffff, 0x10000, 0xffd0, 0x1000, 0xfff,
	};

	switch (below(4)) {
	case 0:
		return below(3);
	case 1:
		return below(300);
	case 2:
		return edge[below(ARRAY_SIZE(edge))];
	default:
		return any();
	}
}

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

	state = 0x0123456789abcdef;
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

/* A handle that is likely to exist. */
static u32 handle(void)
{
	static const u32 known[] = {
		GSP_INTERNAL_CLIENT, GSP_INTERNAL_DEVICE, GSP_INTERNAL_SUBDEVICE,
	};

	return below(3) ? known[below(3)] : below(4) ? below(12) : any();
}

static u32 random_control(u32 *size)
{
	static const struct gsp_control * const tables[] = {
		sg_controls_internal, sg_controls_gpu, sg_controls_engine, sg_controls_gr,
	};
	const struct gsp_control *control = tables[below(4)];

	while (control[1].fn && below(12))
		control++;
	*size = below(5) ? control->size : below(4096);
	return below(10) ? control->cmd : any();
}

/* Each puts a payload into wire.payload and gives its length. */

static u32 make_control(void)
{
	struct gsp_rpc_rm_control *args = (void *)wire.payload;
	u32 size;

	*args = (struct gsp_rpc_rm_control) { .h_client = handle(), .h_object = handle() };
	args->cmd = random_control(&size);
	for (u32 n = below(20); n; n--)
		((u32 *)args->params)[below(size / 4 + 1)] = number();
	args->params_size = below(50) ? size : number();
	return sizeof(*args) + size;
}

static u32 make_alloc(void)
{
	static const u32 classes[] = {
		0, 0x41, 0x80, 0x2080, 0x90f1, 0xa06c, 0xc56f, 0xc7b5, 5, 0x7e, 0x70,
	};
	struct gsp_rpc_rm_alloc *args = (void *)wire.payload;
	u32 size = below(3) ? below(400) : 0;

	*args = (struct gsp_rpc_rm_alloc) {
		handle(), handle(), handle(), classes[below(11)], 0, below(20) ? size : number(),
	};
	return sizeof(*args) + (below(2) ? size : 0);
}

static u32 make_memory(void)
{
	u32 *word = (void *)wire.payload, pages = below(40);

	memset(wire.payload, 0, sizeof(struct gsp_rpc_alloc_memory) + 8 * pages);
	word[0] = handle();
	word[1] = handle();
	word[2] = handle();
	word[3] = 0x81 + below(2);
	word[8] = pages << 12;
	word[10] = pages;
	word[12] = pages << 16;
	for (u32 i = 0; i < pages; i++)
		word[14 + 2 * i] = (MODEL_MEM_ADDR >> 12) + i;
	if (below(2))
		word[below(16)] = number();
	return sizeof(struct gsp_rpc_alloc_memory) + 8 * pages;
}

static u32 make_words(void)
{
	u32 *word = (void *)wire.payload, count = below(250);

	for (u32 i = 0; i < count; i++)
		word[i] = below(3) ? handle() : number();
	return 4 * count;
}

static u32 random_function(void)
{
	static const u32 functions[] = {
		GSP_RPC_FREE, GSP_RPC_DUP_OBJECT, GSP_RPC_SET_PAGE_DIRECTORY,
		GSP_RPC_UNSET_PAGE_DIRECTORY, GSP_RPC_UPDATE_BAR_PDE, GSP_RPC_GET_GSP_STATIC_INFO,
		GSP_RPC_SET_GUEST_SYSTEM_INFO, GSP_RPC_CONTINUATION_RECORD,
	};

	return below(20) ? functions[below(8)] : below(250);
}

static void make_message(void)
{
	u32 function, length;

	driver_compose(&driver, &wire, 0, NULL, 0);
	switch (below(5)) {
	case 0:
	case 1:
		function = GSP_RPC_GSP_RM_CONTROL;
		length = make_control();
		break;
	case 2:
		function = GSP_RPC_GSP_RM_ALLOC;
		length = make_alloc();
		break;
	case 3:
		function = GSP_RPC_ALLOC_MEMORY;
		length = make_memory();
		break;
	default:
		function = random_function();
		length = make_words();
	}
	wire.rpc.function = function;
	wire.rpc.length = sizeof(wire.rpc) + length;
	wire.element.elem_count = (0x50 + length + GSP_MSGQ_ELEM_SIZE - 1) / GSP_MSGQ_ELEM_SIZE;
	wire_seal(&wire);
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

	state = 0xfedcba9876543210;
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
	state = 0x5555aaaa12345678;
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
