// SPDX-License-Identifier: MIT OR GPL-2.0
/* Maps video memory, system memory and registers, and does to mappings what programs do. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "rm-user.h"

#define VID	0x20u
#define SYS	0x21u
#define DESC	0x22u
#define BELL	0x23u
#define CONTIG	0x24u
#define LARGE	0x25u
#define LARGE_SIZE	(64u << 20)
#define SIZE	(4u << 20)
#define PAGE	4096u
#define VAST	(512ull << 30)

static struct rm_user user;
static sigjmp_buf trap;

static void caught(int sig)
{
	siglongjmp(trap, sig);
}

/* Return: the signal that reading or writing a word gives, or 0 */
static int touch(volatile u32 *p, int write)
{
	int sig = sigsetjmp(trap, 1);

	if (sig)
		return sig;
	if (write)
		*p = 42;
	else
		(void)*p;
	return 0;
}

static void fill(volatile u32 *p, u32 bytes, u32 seed)
{
	for (u32 i = 0; i < bytes / 4; i++)
		p[i] = i * 2654435761u + seed;
}

static int holds(const volatile u32 *p, u32 bytes, u32 seed)
{
	for (u32 i = 0; i < bytes / 4; i++)
		if (p[i] != i * 2654435761u + seed)
			return 0;
	return 1;
}

static int context(u32 memory, const char *node, u64 offset, u64 size, u32 flags)
{
	return rm_map_context(&user, H_DEVICE, memory, node, offset, size, flags);
}

static u32 *map(u32 memory, u64 offset, u64 size)
{
	u32 *p = rm_map(&user, memory, memory == SYS ? CTL_NODE : GPU_NODE, offset, size);

	need(p != MAP_FAILED, "map");
	return p;
}

static void test_contents(void)
{
	u32 *a = map(VID, 0, SIZE), *b;

	fill(a, SIZE, 1);
	b = map(VID, 0, SIZE);
	check(holds(b, SIZE, 1), "a second mapping of video memory sees the first one's bytes");
	b = map(VID, SIZE / 2, PAGE);
	check(b[0] == a[SIZE / 8], "a mapping of a part begins where it should");
	a = map(SYS, 0, SIZE);
	fill(a, SIZE, 2);
	b = map(SYS, 0, SIZE);
	check(holds(b, SIZE, 2), "a second mapping of system memory sees the first one's bytes");
	check(holds(map(VID, 0, SIZE), SIZE, 1), "and video memory is other memory");
}

static void test_rules(void)
{
	int fd = context(VID, GPU_NODE, 0, SIZE, 0), empty = open(GPU_NODE, O_RDWR);
	struct nvos33_parameters_with_fd p = {
		.params = { .h_client = user.client, .h_device = H_DEVICE, .h_memory = VID,
			    .length = PAGE },
		.fd = fd,
	};

	need(fd >= 0 && empty >= 0, "context");
	check(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, empty, 0) == MAP_FAILED && errno == EINVAL,
	      "a file without a context maps nothing");
	check(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENXIO,
	      "a mapping has its context's size");
	check(mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, PAGE) == MAP_FAILED && errno == EINVAL,
	      "and begins at 0");
	check(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL,
	      "and is shared");
	escape(user.ctl, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p));
	check(p.params.status != NV_OK, "a file holds one context");
	check(context(VID, CTL_NODE, 0, PAGE, 0) < 0, "video memory not by nvidiactl");
	check(context(SYS, GPU_NODE, 0, PAGE, 0) < 0, "system memory not by the GPU's node");
	check(context(VID, GPU_NODE, SIZE, PAGE, 0) < 0, "nothing behind the memory");
	check(context(VID, GPU_NODE, PAGE, SIZE, 0) < 0, "nothing that ends behind it");
	check(context(VID, GPU_NODE, ~0xfffull, 2 * PAGE, 0) < 0, "no overflow");
	close(fd);
	fd = context(VID, GPU_NODE, 0, PAGE, 1);
	need(fd >= 0, "read-only context");
	p.params.p_linear_address =
		(uintptr_t)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(touch((u32 *)(uintptr_t)p.params.p_linear_address, 1) == SIGSEGV,
	      "a read-only context lets nobody write");
	check(!touch((u32 *)(uintptr_t)p.params.p_linear_address, 0), "but read");
	close(fd);
	close(empty);
}

static void test_vma_calls(void)
{
	u32 *a = map(VID, 0, SIZE), *b, *c;

	fill(a, SIZE, 3);
	b = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	c = mremap(a, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, b);
	check(c == b && holds(c, SIZE, 3), "mremap moves a mapping");
	check(touch(a, 0) == SIGSEGV, "away from where it was");
	check(mremap(c, SIZE, 2 * SIZE, MREMAP_MAYMOVE) == MAP_FAILED, "it does not grow");
	check(!mprotect(c, SIZE / 2, PROT_READ) && touch(c, 1) == SIGSEGV && !touch(c, 0),
	      "mprotect takes writing away from a part");
	check(!touch(c + SIZE / 8, 1), "from no other");
	check(!mprotect(c, SIZE / 2, PROT_READ | PROT_WRITE) && !touch(c + 7, 1) && c[7] == 42,
	      "and gives it back");
	check(!munmap(c + PAGE / 4, PAGE) && touch(c + PAGE / 4, 0) == SIGSEGV,
	      "munmap of a page in the middle");
	fill(map(VID, 0, SIZE), SIZE, 4);
	check(holds(c, PAGE, 4) && c[SIZE / 4 - 1] == (SIZE / 4 - 1) * 2654435761u + 4,
	      "leaves the others what they are");
	check(mmap(c, SIZE / 2, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == c && c[0] == 0,
	      "MAP_FIXED replaces a part");
	check(c[SIZE / 8] == (SIZE / 8) * 2654435761u + 4, "and no more");
	check(!munmap(c, SIZE), "munmap of what is left");
}

static void test_fork(void)
{
	u32 *a = map(VID, 0, SIZE), *s = map(SYS, 0, SIZE);
	int status = 1;
	pid_t pid;

	fill(a, SIZE, 5);
	fill(s, SIZE, 5);
	pid = fork();
	if (!pid) {
		if (!holds(a, SIZE, 5) || !holds(s, SIZE, 5))
			_exit(1);
		a[1] = 77;
		s[1] = 77;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	check(!status, "a child sees what its parent has mapped");
	check(a[1] == 77 && s[1] == 77, "and the parent what the child wrote");
}

/* By /proc/PID/mem, which reaches pages that nobody has touched. */
static void test_debugger(void)
{
	int mem = open("/proc/self/mem", O_RDWR);
	u32 *a = map(VID, 0, SIZE), *b = map(VID, 0, SIZE), words[1024];
	ssize_t n;

	need(mem >= 0, "/proc/self/mem");
	fill(a, SIZE, 6);
	n = pread(mem, words, sizeof(words), (uintptr_t)b);
	check(n == sizeof(words) && holds(words, sizeof(words), 6), "/proc/PID/mem reads");
	n = pread(mem, words, 100, (uintptr_t)b + SIZE - 40);
	check(n >= 40 && words[9] == (SIZE / 4 - 1) * 2654435761u + 6,
	      "up to the end of a mapping");
	words[0] = 99;
	check(pwrite(mem, words, 4, (uintptr_t)b + PAGE) == 4 && a[PAGE / 4] == 99, "and writes");
	check(!mprotect(b, SIZE, PROT_READ) && pwrite(mem, words, 4, (uintptr_t)b) != 4,
	      "but not what may only be read");
	n = pread(mem, words, sizeof(words), (uintptr_t)map(SYS, 0, SIZE));
	check(n == sizeof(words), "system memory, too");
	close(mem);
}

/* What is physically contiguous is mapped like any other. */
static void test_contiguous(void)
{
	struct nv_memory_allocation_params params = {
		.size = SIZE / 4,
		.attr = FIELD_PREP(NVOS32_ATTR_LOCATION, NVOS32_ATTR_LOCATION_PCI) |
			FIELD_PREP(NVOS32_ATTR_PHYSICALITY, NVOS32_ATTR_PHYSICALITY_CONTIGUOUS),
	};
	u32 *a, *b;

	if (!check(rm_make(&user, H_DEVICE, CONTIG, NV01_MEMORY_SYSTEM, &params,
			   sizeof(params)) == NV_OK, "contiguous system memory"))
		return;
	a = rm_map(&user, CONTIG, CTL_NODE, 0, SIZE / 4);
	b = rm_map(&user, CONTIG, CTL_NODE, PAGE, PAGE);
	need(a != MAP_FAILED && b != MAP_FAILED, "contiguous memory mapped");
	check(!a[0] && !a[SIZE / 16 - 1], "is mapped and begins as zeroes");
	fill(a, SIZE / 4, 9);
	check(b[0] == a[PAGE / 4] && holds(a, SIZE / 4, 9), "each part where it should be");
	check(rm_free(user.ctl, user.client, CONTIG) == NV_OK && holds(a, SIZE / 4, 9),
	      "and lives as long as its mapping");
	munmap(a, SIZE / 4);
	munmap(b, PAGE);
}

/* Another process reads and writes by ptrace. */
static void test_ptrace(void)
{
	u32 *a = map(VID, 0, SIZE);
	pid_t pid = fork();
	long word;

	if (!pid)
		for (;;)
			pause();
	a[3] = 4711;
	need(!ptrace(PTRACE_ATTACH, pid, 0, 0) && waitpid(pid, NULL, 0) == pid, "ptrace");
	word = ptrace(PTRACE_PEEKDATA, pid, a + 2, 0);
	check((u64)word >> 32 == 4711, "ptrace reads");
	check(!ptrace(PTRACE_POKEDATA, pid, a + 4, 0x1234567800000042) && a[4] == 0x42 &&
	      a[5] == 0x12345678, "and writes");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* KiB of page tables */
static long page_tables(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	long kib = -1;

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmPTE: %ld", &kib) == 1)
			break;
	if (status)
		fclose(status);
	return kib;
}

/* Pages of 2 MiB need no page table where 512 of 4 KiB take one of 4 KiB. */
static void test_large_pages(int expected)
{
	long before, grown;
	u32 *p;

	need_ok(rm_make_memory(&user, LARGE, NV01_MEMORY_LOCAL_USER, LARGE_SIZE), "64 MiB");
	p = rm_map(&user, LARGE, GPU_NODE, 0, LARGE_SIZE);
	need(p != MAP_FAILED, "64 MiB mapped");
	before = page_tables();
	for (u64 i = 0; i < LARGE_SIZE / 4; i += LARGE_SIZE / 4 / 64)
		p[i] = i;
	grown = page_tables() - before;
	printf("# page tables of 64 MiB: %ld KiB\n", grown);
	if (expected)
		check(grown <= 8, "a mapping that may have pages of 2 MiB has them");
	munmap(p, LARGE_SIZE);
	rm_free(user.ctl, user.client, LARGE);
}

static u32 pin(void *p, u64 size)
{
	struct nv_os_desc_memory_allocation_params d = {
		.descriptor = (uintptr_t)p, .limit = size - 1,
		.attr = NVOS32_ATTR_LOCATION_PCI << 25 |
			NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS << 27,
	};
	u32 status;

	status = rm_make(&user, H_DEVICE, DESC, NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, &d, sizeof(d));
	if (status == NV_OK)
		rm_free(user.ctl, user.client, DESC);
	return status;
}

static void test_pin(void)
{
	u32 *anon = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u32 *io = map(VID, 0, SIZE), *vast;

	check(pin(anon, SIZE) == NV_OK, "ordinary memory is pinned");
	check(pin(io, SIZE) == NV_OK, "I/O memory, too, untouched as it is");
	check(pin(map(SYS, 0, SIZE), SIZE) == NV_OK, "and the driver's own system memory");
	munmap(anon + SIZE / 8, PAGE);
	check(pin(anon, SIZE) != NV_OK, "memory with a hole is not");
	check(pin((void *)(~0ul << 12), PAGE) != NV_OK, "nor the kernel's");
	check(pin(anon, 1ull << 62) != NV_OK, "nor more than there is");
	vast = mmap(NULL, VAST, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	need(vast != MAP_FAILED, "512 GiB of addresses");
	check(pin(vast, VAST) == NV_ERR_NO_MEMORY, "512 GiB are more than the machine has");
	munmap(vast, VAST);
}

static void test_doorbell(void)
{
	volatile u32 *p;
	u32 time;
	int fd;

	if (!check(rm_make(&user, H_SUBDEVICE, BELL, AMPERE_USERMODE_A, NULL, 0) == NV_OK,
		   "usermode object"))
		return;
	fd = rm_map_context(&user, H_SUBDEVICE, BELL, GPU_NODE, 0, 0x10000, 2);
	check(fd >= 0, "context of the usermode object");
	p = mmap(NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	check(p != MAP_FAILED && !touch(p + 0x80 / 4, 0), "its registers are mapped");
	time = p[0x80 / 4];
	usleep(1000);
	check(p[0x80 / 4] != time, "time goes on in them");
	munmap((void *)p, 0x10000);
}

static void *fault_forever(void *arg)
{
	for (;;) {
		u32 *p = rm_map(&user, VID, GPU_NODE, 0, SIZE);

		if (p == MAP_FAILED)
			return arg;
		for (u32 i = 0; i < SIZE / 4; i += PAGE / 4)
			p[i]++;
		munmap(p, SIZE);
	}
}

static void test_killed(void)
{
	int status, i;
	pthread_t t;
	pid_t pid;

	for (i = 0; i < 10; i++) {
		pid = fork();
		if (!pid) {
			rm_open(&user);
			rm_make_memory(&user, VID, NV01_MEMORY_LOCAL_USER, SIZE);
			pthread_create(&t, NULL, fault_forever, NULL);
			fault_forever(NULL);
		}
		usleep(20000 + 7000 * i);
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			break;
	}
	check(i == 10, "processes that are killed while they map end");
}

static void test_freed(void)
{
	u32 *p = map(VID, 0, SIZE);

	fill(p, SIZE, 8);
	check(rm_free(user.ctl, user.client, VID) == NV_OK && holds(p, SIZE, 8),
	      "memory lives as long as its last mapping");
}

/* With an argument the kernel has page table entries of 2 MiB for I/O memory. */
int main(int argc, char **argv)
{
	(void)argv;
	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	rm_open(&user);
	need_ok(rm_make_memory(&user, VID, NV01_MEMORY_LOCAL_USER, SIZE), "video memory");
	need_ok(rm_make_memory(&user, SYS, NV01_MEMORY_SYSTEM, SIZE), "system memory");
	test_contents();
	test_rules();
	test_vma_calls();
	test_fork();
	test_debugger();
	test_ptrace();
	test_contiguous();
	test_large_pages(argc > 1);
	test_pin();
	test_doorbell();
	test_killed();
	test_freed();
	return !!failures;
}
