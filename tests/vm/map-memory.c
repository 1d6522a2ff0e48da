// SPDX-License-Identifier: MIT OR GPL-2.0
/* Maps video memory, system memory and registers, and does to mappings what programs do. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "map-user.h"

#define GPU	"/dev/nvidia0"
#define CTL	"/dev/nvidiactl"
#define VID	0x20u
#define SYS	0x21u
#define DESC	0x22u
#define BELL	0x23u
#define SIZE	(4u << 20)
#define PAGE	4096u

static u32 client;
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

static u32 *map(u32 memory, u64 offset, u64 size)
{
	u32 *p = map_memory(client, memory, memory == SYS ? CTL : GPU, offset, size);

	need(p != MAP_FAILED, "map");
	return p;
}

static void test_contents(void)
{
	u32 *a = map(VID, 0, SIZE), *b;

	fill(a, SIZE, 1);
	b = map(VID, 0, SIZE);
	CHECK(holds(b, SIZE, 1), "a second mapping of video memory sees the first one's bytes");
	b = map(VID, SIZE / 2, PAGE);
	CHECK(b[0] == a[SIZE / 8], "a mapping of a part begins where it should");
	a = map(SYS, 0, SIZE);
	fill(a, SIZE, 2);
	b = map(SYS, 0, SIZE);
	CHECK(holds(b, SIZE, 2), "a second mapping of system memory sees the first one's bytes");
	CHECK(holds(map(VID, 0, SIZE), SIZE, 1), "and video memory is other memory");
}

static void test_rules(void)
{
	int fd = map_context(client, VID, GPU, 0, SIZE, 0), empty = open(GPU, O_RDWR);
	struct nvos33_parameters_with_fd p = {
		.params = { .h_client = client, .h_device = DEVICE, .h_memory = VID,
			    .length = PAGE },
		.fd = fd,
	};

	need(fd >= 0 && empty >= 0, "context");
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, empty, 0) == MAP_FAILED && errno == EINVAL,
	      "a file without a context maps nothing");
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENXIO,
	      "a mapping has its context's size");
	CHECK(mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, PAGE) == MAP_FAILED && errno == EINVAL,
	      "and begins at 0");
	CHECK(mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL,
	      "and is shared");
	escape(ctl_fd, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p));
	CHECK(p.params.status != NV_OK, "a file holds one context");
	CHECK(map_context(client, VID, CTL, 0, PAGE, 0) < 0, "video memory not by nvidiactl");
	CHECK(map_context(client, SYS, GPU, 0, PAGE, 0) < 0, "system memory not by the GPU's node");
	CHECK(map_context(client, VID, GPU, SIZE, PAGE, 0) < 0, "nothing behind the memory");
	CHECK(map_context(client, VID, GPU, PAGE, SIZE, 0) < 0, "nothing that ends behind it");
	CHECK(map_context(client, VID, GPU, ~0xfffull, 2 * PAGE, 0) < 0, "no overflow");
	close(fd);
	fd = map_context(client, VID, GPU, 0, PAGE, 1);
	need(fd >= 0, "read-only context");
	p.params.p_linear_address =
		(uintptr_t)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(touch((u32 *)(uintptr_t)p.params.p_linear_address, 1) == SIGSEGV,
	      "a read-only context lets nobody write");
	CHECK(!touch((u32 *)(uintptr_t)p.params.p_linear_address, 0), "but read");
	close(fd);
	close(empty);
}

static void test_vma_calls(void)
{
	u32 *a = map(VID, 0, SIZE), *b, *c;

	fill(a, SIZE, 3);
	b = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	c = mremap(a, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, b);
	CHECK(c == b && holds(c, SIZE, 3), "mremap moves a mapping");
	CHECK(touch(a, 0) == SIGSEGV, "away from where it was");
	CHECK(mremap(c, SIZE, 2 * SIZE, MREMAP_MAYMOVE) == MAP_FAILED, "it does not grow");
	CHECK(!mprotect(c, SIZE / 2, PROT_READ) && touch(c, 1) == SIGSEGV && !touch(c, 0),
	      "mprotect takes writing away from a part");
	CHECK(!touch(c + SIZE / 8, 1), "from no other");
	CHECK(!mprotect(c, SIZE / 2, PROT_READ | PROT_WRITE) && !touch(c + 7, 1) && c[7] == 42,
	      "and gives it back");
	CHECK(!munmap(c + PAGE / 4, PAGE) && touch(c + PAGE / 4, 0) == SIGSEGV,
	      "munmap of a page in the middle");
	fill(map(VID, 0, SIZE), SIZE, 4);
	CHECK(holds(c, PAGE, 4) && c[SIZE / 4 - 1] == (SIZE / 4 - 1) * 2654435761u + 4,
	      "leaves the others what they are");
	CHECK(mmap(c, SIZE / 2, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == c && c[0] == 0,
	      "MAP_FIXED replaces a part");
	CHECK(c[SIZE / 8] == (SIZE / 8) * 2654435761u + 4, "and no more");
	CHECK(!munmap(c, SIZE), "munmap of what is left");
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
	CHECK(!status, "a child sees what its parent has mapped");
	CHECK(a[1] == 77 && s[1] == 77, "and the parent what the child wrote");
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
	CHECK(n == sizeof(words) && holds(words, sizeof(words), 6), "/proc/PID/mem reads");
	n = pread(mem, words, 100, (uintptr_t)b + SIZE - 40);
	CHECK(n >= 40 && words[9] == (SIZE / 4 - 1) * 2654435761u + 6,
	      "up to the end of a mapping");
	words[0] = 99;
	CHECK(pwrite(mem, words, 4, (uintptr_t)b + PAGE) == 4 && a[PAGE / 4] == 99, "and writes");
	CHECK(!mprotect(b, SIZE, PROT_READ) && pwrite(mem, words, 4, (uintptr_t)b) != 4,
	      "but not what may only be read");
	n = pread(mem, words, sizeof(words), (uintptr_t)map(SYS, 0, SIZE));
	CHECK(n == sizeof(words), "system memory, too");
	close(mem);
}

static u32 pin(void *p, u64 size)
{
	struct nv_os_desc_memory_allocation_params d = {
		.descriptor = (uintptr_t)p, .limit = size - 1,
		.attr = NVOS32_ATTR_LOCATION_PCI << 25 |
			NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS << 27,
	};
	u32 handle = DESC, status;

	status = rm_alloc_with(ctl_fd, client, DEVICE, &handle, 0x71, &d, sizeof(d));
	if (status == NV_OK)
		rm_free(ctl_fd, client, DESC);
	return status;
}

static void test_pin(void)
{
	u32 *anon = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u32 *io = map(VID, 0, SIZE);

	CHECK(pin(anon, SIZE) == NV_OK, "ordinary memory is pinned");
	CHECK(pin(io, SIZE) == NV_OK, "I/O memory, too, untouched as it is");
	CHECK(pin(map(SYS, 0, SIZE), SIZE) == NV_OK, "and the driver's own system memory");
	munmap(anon + SIZE / 8, PAGE);
	CHECK(pin(anon, SIZE) != NV_OK, "memory with a hole is not");
	CHECK(pin((void *)(~0ul << 12), PAGE) != NV_OK, "nor the kernel's");
	CHECK(pin(anon, 1ull << 62) != NV_OK, "nor more than there is");
}

static void test_doorbell(void)
{
	u32 handle = BELL, time;
	volatile u32 *p;
	int fd;

	if (rm_alloc(ctl_fd, client, SUBDEVICE, &handle, 0xc561) != NV_OK) {
		CHECK(0, "usermode object");
		return;
	}
	fd = map_context(client, BELL, GPU, 0, 0x10000, 2);
	CHECK(fd >= 0, "context of the usermode object");
	p = mmap(NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	CHECK(p != MAP_FAILED && !touch(p + 0x80 / 4, 0), "its registers are mapped");
	time = p[0x80 / 4];
	usleep(1000);
	CHECK(p[0x80 / 4] != time, "time goes on in them");
	munmap((void *)p, 0x10000);
}

static void *fault_forever(void *arg)
{
	for (;;) {
		u32 *p = map_memory(client, VID, GPU, 0, SIZE);

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
			client = open_client();
			alloc_memory(client, VID, 0x40, SIZE);
			pthread_create(&t, NULL, fault_forever, NULL);
			fault_forever(NULL);
		}
		usleep(20000 + 7000 * i);
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			break;
	}
	CHECK(i == 10, "processes that are killed while they map end");
}

static void test_freed(void)
{
	u32 *p = map(VID, 0, SIZE);

	fill(p, SIZE, 8);
	CHECK(rm_free(ctl_fd, client, VID) == NV_OK && holds(p, SIZE, 8),
	      "memory lives as long as its last mapping");
}

int main(void)
{
	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	client = open_client();
	need(alloc_memory(client, VID, 0x40, SIZE) == NV_OK, "video memory");
	need(alloc_memory(client, SYS, 0x3e, SIZE) == NV_OK, "system memory");
	test_contents();
	test_rules();
	test_vma_calls();
	test_fork();
	test_debugger();
	test_pin();
	test_doorbell();
	test_killed();
	test_freed();
	return !!failures;
}
