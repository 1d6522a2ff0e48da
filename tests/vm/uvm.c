// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A program uses /dev/nvidia-uvm as it should and as it should not: files, processes that fork,
 * execute others and are killed, mappings of pools, managed memory, random bytes.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "rm-user.h"

#include "abi/channel.h"
#include "abi/ctrl/ctrl.h"
#include "abi/uvm-ioctl.h"

#define UVM_NODE	"/dev/nvidia-uvm"
#define POOL		0x300000000ull
#define POOL_SIZE	0x10000ull
#define EXTERNAL	0x400000000ull
#define HUGE		0x200000ull
#define MANAGED		0x500000000ull

enum { H_VASPACE = 0xe0, H_MEMORY };

static struct uvm_uuid uuid;

static int uvm_open(void)
{
	int fd = open(UVM_NODE, O_RDWR | O_CLOEXEC);

	need(fd >= 0, UVM_NODE);
	return fd;
}

#define ask(fd, nr, p)	(ioctl(fd, nr, p) ? NO_STATUS : (p)->rm_status)

static u32 initialize(int fd, u64 flags)
{
	struct uvm_initialize_params p = { .flags = flags, .rm_status = ~0u };

	return ask(fd, UVM_INITIALIZE, &p);
}

static u32 mm_initialize(int fd, int va_space)
{
	struct uvm_mm_initialize_params p = { .uvm_fd = va_space, .rm_status = ~0u };

	return ask(fd, UVM_MM_INITIALIZE, &p);
}

static u32 register_gpu(int fd)
{
	struct uvm_register_gpu_params p = { .gpu = uuid, .ctl_fd = -1, .rm_status = ~0u };

	return ask(fd, UVM_REGISTER_GPU, &p);
}

static u32 register_vaspace(int fd, const struct rm_user *user, int ctl)
{
	struct uvm_register_gpu_vaspace_params p = {
		.gpu = uuid, .ctl_fd = ctl, .h_client = user->client, .h_vaspace = H_VASPACE,
	};

	return ask(fd, UVM_REGISTER_GPU_VASPACE, &p);
}

static u32 on_range(int fd, u32 nr, u64 base, u64 length)
{
	struct uvm_range_params p = { .base = base, .length = length, .rm_status = ~0u };

	return ask(fd, nr, &p);
}

static u32 make_pool(int fd)
{
	static struct uvm_alloc_semaphore_pool_params p;

	p.base = POOL;
	p.length = POOL_SIZE;
	return ask(fd, UVM_ALLOC_SEMAPHORE_POOL, &p);
}

static u32 map_external(int fd, const struct rm_user *user, u64 base, u64 length)
{
	static struct uvm_map_external_allocation_params p;

	memset(&p, 0, sizeof(p));
	p.base = base;
	p.length = length;
	p.gpu[0].gpu = uuid;
	p.gpus = 1;
	p.ctl_fd = user->ctl;
	p.h_client = user->client;
	p.h_memory = H_MEMORY;
	return ask(fd, UVM_MAP_EXTERNAL_ALLOCATION, &p);
}

static volatile u32 *map_pool(int fd, u64 at, u64 length)
{
	void *p = mmap((void *)(uintptr_t)at, length, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_FIXED_NOREPLACE, fd, at);

	return p == MAP_FAILED ? NULL : p;
}

static void open_user(struct rm_user *user)
{
	struct nv_vaspace_alloc_params vaspace = {
		.flags = NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED,
	};
	struct nv2080_ctrl_gpu_get_gid_info_params gid = { .flags = 2 };

	rm_open(user);
	need_ok(rm_make(user, H_DEVICE, H_VASPACE, FERMI_VASPACE_A, &vaspace, sizeof(vaspace)),
		"address space");
	need_ok(rm_make_memory(user, H_MEMORY, NV01_MEMORY_LOCAL_USER, HUGE), "memory");
	need_ok(rm_control(user->ctl, user->client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_GID_INFO,
			   (uintptr_t)&gid, sizeof(gid)), "id");
	memcpy(&uuid, gid.data, sizeof(uuid));
}

static void test_files(const struct rm_user *user)
{
	int fd = uvm_open(), other = uvm_open();

	check(register_gpu(fd) == NV_ERR_ILLEGAL_ACTION, "blank-file-answers-nothing");
	check(mm_initialize(other, fd) == NV_ERR_INVALID_ARGUMENT, "mm-of-a-blank-file");
	check(initialize(fd, 4) == NV_ERR_INVALID_ARGUMENT, "unknown-flag");
	check(initialize(fd, 0) == NV_OK && initialize(fd, 0) == NV_OK, "initialize");
	check(initialize(fd, 1) == NV_ERR_INVALID_ARGUMENT, "initialize-otherwise");
	check(mm_initialize(other, user->ctl) == NV_ERR_INVALID_ARGUMENT, "mm-of-another-device");
	check(mm_initialize(other, -1) == NV_ERR_INVALID_ARGUMENT, "mm-of-no-file");
	check(mm_initialize(other, other) == NV_ERR_INVALID_ARGUMENT, "mm-of-itself");
	check(mm_initialize(other, fd) == NV_OK, "mm");
	check(mm_initialize(other, fd) == NV_ERR_IN_USE, "mm-twice");
	check(mm_initialize(fd, fd) == NV_ERR_IN_USE, "mm-of-a-va-space");
	check(initialize(other, 0) == NV_ERR_INVALID_ARGUMENT, "initialize-mm");
	check(register_gpu(other) == NV_ERR_ILLEGAL_ACTION, "mm-answers-nothing");
	check(ioctl(fd, 1, NULL) && errno == EINVAL, "unknown-number");
	check(ioctl(fd, UVM_REGISTER_GPU, NULL) && errno == EFAULT, "no-memory-there");
	check(!ioctl(fd, UVM_DEINITIALIZE, NULL), "deinitialize");
	close(fd);
	close(other);
}

/* As libcuda begins */
static int start(const struct rm_user *user, int *mm)
{
	int fd = uvm_open();

	*mm = uvm_open();
	need_ok(initialize(fd, 0), "initialize");
	need_ok(mm_initialize(*mm, fd), "mm");
	need_ok(register_gpu(fd), "register GPU");
	need_ok(register_vaspace(fd, user, user->ctl), "register address space");
	return fd;
}

static void test_pool(const struct rm_user *user)
{
	int mm, fd = start(user, &mm);
	volatile u32 *pool;

	check(make_pool(fd) == NV_OK && make_pool(fd) == NV_ERR_UVM_ADDRESS_IN_USE, "pool");
	check(!map_pool(fd, POOL, POOL_SIZE / 2) && errno == EADDRINUSE, "half-a-pool");
	check(!map_pool(mm, POOL, POOL_SIZE) && errno == EBADFD, "pool-of-mm");
	pool = map_pool(fd, POOL, POOL_SIZE);
	if (!check(pool, "pool-mapped"))
		return;
	check(!pool[0] && !pool[POOL_SIZE / 4 - 1], "pool-is-clear");
	pool[1] = 0x5a;
	check(on_range(fd, UVM_FREE, POOL, POOL_SIZE) == NV_ERR_INVALID_ARGUMENT, "free-mapped");
	check(munmap((void *)pool, 0x1000) && mremap((void *)pool, POOL_SIZE, 0x1000, 0) ==
	      MAP_FAILED, "pool-in-parts");
	check(pool[1] == 0x5a, "pool-is-whole");
	/* What was mapped outlives the VA space. */
	close(mm);
	close(fd);
	check(pool[1] == 0x5a, "pool-of-a-closed-file");
	munmap((void *)pool, POOL_SIZE);
}

/* Debian's 7.2 refuses it for what VM_DONTEXPAND makes special: no child has that. */
static int may_fork(volatile u32 *at, u64 size, const char *name)
{
	int refused = madvise((void *)at, size, MADV_DOFORK);

	check(!refused || errno == EINVAL, name);
	return !refused;
}

static void test_fork(const struct rm_user *user)
{
	int mm, fd = start(user, &mm), status;
	volatile u32 *pool;
	pid_t child;

	need_ok(make_pool(fd), "pool");
	pool = map_pool(fd, POOL, POOL_SIZE);
	need(pool, "map pool");
	child = fork();
	if (!child) {
		if (map_pool(fd, POOL, POOL_SIZE) || errno != EOPNOTSUPP)
			_exit(1);
		_exit(on_range(fd, UVM_VALIDATE_VA_RANGE, POOL, POOL_SIZE) != NV_OK);
	}
	waitpid(child, &status, 0);
	check(!status, "child-cannot-map");
	child = fork();
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		pool[0] = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "child-has-no-pool");
	may_fork(pool, POOL_SIZE, "child-may-have-it");
	child = fork();
	if (!child)
		_exit(execl("/bin/true", "true", NULL));
	waitpid(child, &status, 0);
	check(!status && !pool[0], "child-executes-another");
	munmap((void *)pool, POOL_SIZE);
	check(on_range(fd, UVM_FREE, POOL, POOL_SIZE) == NV_OK, "pool-freed");
	close(mm);
	close(fd);
}

static u32 migrate(int fd, u64 base, u64 length)
{
	struct uvm_migrate_params p = {
		.base = base, .length = length, .destination = uuid, .cpu_numa_node = -1,
	};

	return ask(fd, UVM_MIGRATE, &p);
}

static void test_managed(const struct rm_user *user)
{
	int mm, fd = start(user, &mm);
	volatile u32 *at;

	check(mmap((void *)MANAGED, HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, MANAGED) ==
	      MAP_FAILED && errno == EINVAL, "managed-private");
	check(mmap((void *)MANAGED, HUGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED &&
	      errno == EINVAL, "managed-elsewhere");
	at = map_pool(fd, MANAGED, HUGE);
	if (!check(at, "managed"))
		return;
	check(!at[0] && !at[HUGE / 4 - 1], "managed-is-clear");
	at[1] = 0x5a;
	check(on_range(fd, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE) == NV_OK, "managed-is-known");
	check(on_range(fd, UVM_FREE, MANAGED, HUGE) == NV_ERR_INVALID_ADDRESS, "managed-not-freed");
	check(munmap((void *)at, 0x1000) && mprotect((void *)at, 0x1000, PROT_READ) &&
	      mremap((void *)at, HUGE, 2 * HUGE, MREMAP_MAYMOVE) == MAP_FAILED, "managed-in-parts");
	check(migrate(fd, MANAGED + 0x1000, 0x1000) == NV_OK && at[1] == 0x5a, "managed-migrate");
	check(migrate(fd, MANAGED, HUGE + 0x1000) == NV_ERR_INVALID_ADDRESS, "migrate-beyond");
	munmap((void *)at, HUGE);
	check(on_range(fd, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE) == NV_ERR_INVALID_ADDRESS,
	      "managed-goes");
	at = map_pool(fd, MANAGED, HUGE / 2);
	check(at && !at[1], "managed-again");
	/* What was mapped outlives the VA space. */
	close(mm);
	close(fd);
	at[1] = 0x5a;
	check(at[1] == 0x5a, "managed-of-a-closed-file");
	munmap((void *)at, HUGE / 2);
}

static void test_managed_fork(const struct rm_user *user)
{
	int mm, fd = start(user, &mm), status;
	volatile u32 *at = map_pool(fd, MANAGED, HUGE);
	pid_t child;

	need(at, "managed memory");
	child = fork();
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		at[0] = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "child-has-no-managed");
	if (may_fork(at, HUGE, "child-may-have-managed")) {
		child = fork();
		if (!child) {
			at[0] = 1;
			munmap((void *)at, HUGE);
			_exit(0);
		}
		waitpid(child, &status, 0);
		check(!status && at[0] == 1, "child-shares-managed");
	}
	check(on_range(fd, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE) == NV_OK, "child-ends-nothing");
	munmap((void *)at, HUGE);
	close(mm);
	close(fd);
}

/* Everything in use, and the process dies. */
static void test_killed(void)
{
	struct rm_user user;
	int status, i;
	pid_t child;

	for (i = 0; i < 5; i++) {
		child = fork();
		if (!child) {
			int mm, fd;

			open_user(&user);
			fd = start(&user, &mm);
			need_ok(make_pool(fd), "pool");
			need(map_pool(fd, POOL, POOL_SIZE), "map pool");
			need(map_pool(fd, MANAGED, HUGE), "managed memory");
			need_ok(on_range(fd, UVM_CREATE_EXTERNAL_RANGE, EXTERNAL, HUGE), "range");
			need_ok(map_external(fd, &user, EXTERNAL, HUGE), "map");
			kill(getpid(), SIGKILL);
		}
		waitpid(child, &status, 0);
		if (!WIFSIGNALED(status))
			break;
	}
	check(i == 5, "killed-with-all-in-use");
}

static void test_strangers(const struct rm_user *user)
{
	int fd = uvm_open(), plain = open("/dev/null", O_RDWR);

	need_ok(initialize(fd, 0), "initialize");
	need_ok(register_gpu(fd), "register GPU");
	check(register_vaspace(fd, user, plain) == NV_ERR_INVALID_ARGUMENT, "ctl-is-no-node");
	check(register_vaspace(fd, user, fd) == NV_ERR_INVALID_ARGUMENT, "ctl-is-uvm");
	check(register_vaspace(fd, user, -1) == NV_ERR_INVALID_ARGUMENT, "ctl-is-no-file");
	check(map_external(fd, user, EXTERNAL, HUGE) == NV_ERR_INVALID_ADDRESS,
	      "map-without-range");
	close(plain);
	close(fd);
}

static void test_random(void)
{
	static u64 params[2048];
	int i, n, nr, fd = uvm_open();

	srand(1);
	initialize(fd, 0);
	register_gpu(fd);
	for (i = 0; i < 20000; i++) {
		nr = rand() % 80;
		for (n = 0; n < 16; n++)
			params[n] = (u64)rand() << (rand() % 34) & (rand() % 4 ? ~0xfffull : ~0ull);
		if (rand() % 2)
			memcpy(&params[rand() % 4], &uuid, sizeof(uuid));
		/* Pools may take all memory there is, which others need. */
		if (nr == UVM_ALLOC_SEMAPHORE_POOL)
			params[1] &= 0x1ffff;
		ioctl(fd, nr, params);
	}
	close(fd);
	check(true, "random-bytes");
}

int main(void)
{
	struct rm_user user;

	test_killed();
	open_user(&user);
	test_files(&user);
	test_pool(&user);
	test_fork(&user);
	test_managed(&user);
	test_managed_fork(&user);
	test_strangers(&user);
	test_random();
	return !!failures;
}
