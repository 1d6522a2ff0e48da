// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Programs allocate, map, duplicate, free and die in any order. Whoever has a mapping sees
 * what was last written to that memory, and new memory is zero.
 */

#include "memory-rig.h"

#define ROUNDS		6000
#define NR_CLIENTS	3
#define NR_HANDLES	6
#define NR_MEMORIES	(ROUNDS + 1)

struct fuzz {
	struct rm_rig rig;
	u64 rnd;
	u32 client[NR_CLIENTS];
	u32 name[NR_CLIENTS][NR_HANDLES];	/* which memory, 0 for none */
	bool sys[NR_MEMORIES];
	u64 tag[NR_MEMORIES];
	u32 shown[RIG_FDS];			/* by that file, 0 for none */
	u32 memories;
	u32 good;
};

static u32 pick(struct fuzz *f, u32 n)
{
	f->rnd = f->rnd * 6364136223846793005ull + 1442695040888963407ull;
	return (f->rnd >> 33) % n;
}

static u32 handle_of(u32 i)
{
	return 0x1000 + i;
}

static void make_client(struct fuzz *f, u32 c)
{
	f->client[c] = rig_client_as(&f->rig.user);
	EXPECT_EQ(rig_alloc(&f->rig, f->client[c], f->client[c], H_DEVICE, NV01_DEVICE_0), NV_OK);
	memset(f->name[c], 0, sizeof(f->name[c]));
}

static void do_alloc(struct fuzz *f, u32 c, u32 h)
{
	bool sys = pick(f, 2);
	u64 size = (1 + pick(f, 8)) * (sys ? PAGE : KIB(64));
	u32 status;

	status = sys ? alloc_sys(&f->rig, f->client[c], handle_of(h), size) :
		       alloc_vid(&f->rig, f->client[c], handle_of(h), size);
	EXPECT_EQ(status, f->name[c][h] ? NV_ERR_INSERT_DUPLICATE_NAME : NV_OK);
	if (status != NV_OK)
		return;
	f->name[c][h] = ++f->memories;
	f->sys[f->memories] = sys;
}

static void do_map(struct fuzz *f, u32 c, u32 h)
{
	u32 memory = f->name[c][h], status;
	int fd = pick(f, RIG_FDS);

	status = map(&f->rig, f->client[c], handle_of(h), fd, PAGE);
	if (!memory) {
		EXPECT_EQ(status, NV_ERR_OBJECT_NOT_FOUND);
	} else if (f->sys[memory] == (fd >= NODE)) {
		EXPECT_EQ(status, NV_ERR_INVALID_ARGUMENT);
	} else if (f->shown[fd]) {
		EXPECT_EQ(status, NV_ERR_STATE_IN_USE);
	} else {
		EXPECT_EQ(status, NV_OK);
		EXPECT_EQ(peek(&f->rig, fd, 64), f->tag[memory]);
		f->shown[fd] = memory;
		f->tag[memory] = 1 + pick(f, 1 << 30);
		poke(&f->rig, fd, 64, f->tag[memory]);
		f->good++;
	}
}

static void do_dup(struct fuzz *f, u32 c, u32 h)
{
	u32 from = pick(f, NR_CLIENTS), src = pick(f, NR_HANDLES), status;

	status = dup_as(&f->rig.user, f->client[c], handle_of(h), f->client[from], handle_of(src));
	if (!f->name[from][src]) {
		EXPECT_EQ(status, NV_ERR_OBJECT_NOT_FOUND);
	} else if (f->name[c][h]) {
		EXPECT_EQ(status, NV_ERR_INSERT_DUPLICATE_NAME);
	} else {
		EXPECT_EQ(status, NV_OK);
		f->name[c][h] = f->name[from][src];
	}
}

static void do_free(struct fuzz *f, u32 c, u32 h)
{
	EXPECT_EQ(rig_free_as(&f->rig.user, f->client[c], handle_of(h)), NV_OK);
	f->name[c][h] = 0;
}

static void do_die(struct fuzz *f, u32 c)
{
	EXPECT_EQ(rig_free_as(&f->rig.user, f->client[c], f->client[c]), NV_OK);
	make_client(f, c);
}

static void do_close(struct fuzz *f)
{
	int fd = pick(f, RIG_FDS);

	rig_close_fd(fd);
	f->shown[fd] = 0;
}

static void do_one(struct fuzz *f)
{
	u32 c = pick(f, NR_CLIENTS), h = pick(f, NR_HANDLES);

	switch (pick(f, 12)) {
	case 0: case 1: case 2:
		do_alloc(f, c, h);
		break;
	case 3: case 4: case 5:
		do_map(f, c, h);
		break;
	case 6:
		do_dup(f, c, h);
		break;
	case 7: case 8:
		do_free(f, c, h);
		break;
	case 9: case 10:
		do_close(f);
		break;
	default:
		if (!pick(f, 8))
			do_die(f, c);
	}
}

static void run(bool with_rebar, u64 seed)
{
	static struct fuzz f;

	f = (struct fuzz) { .rnd = seed };
	rebar(&f.rig, with_rebar);
	for (u32 c = 0; c < NR_CLIENTS; c++)
		make_client(&f, c);
	for (int i = 0; i < ROUNDS; i++) {
		do_one(&f);
		for (int fd = 0; fd < RIG_FDS; fd++)
			if (f.shown[fd])
				EXPECT_EQ(peek(&f.rig, fd, 64), f.tag[f.shown[fd]]);
	}
	EXPECT(f.good > 200);
	EXPECT(nv_gpu_running(&f.rig.gpu));
	for (int fd = 0; fd < RIG_FDS; fd++)
		rig_close_fd(fd);
	rm_file_close(&f.rig.ctl);
	EXPECT_EQ(f.rig.gpu.bar1.windows.used, 0);
	rig_fini(&f.rig);
}

UNIT_TEST(bar1_straight)
{
	run(true, 1);
}

UNIT_TEST(bar1_windows)
{
	run(false, 2);
}
