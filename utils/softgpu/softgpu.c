// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The model's outside: what fronts call. Everything here takes the lock, checks
 * the access and hands it on in the widths that the parts understand.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "chip.h"

#define MIB		BIT_ULL(20)
#define VRAM_MIB_MIN	256
#define VRAM_MIB_MAX	8192
#define BAR0_SIZE	(16 * MIB)
#define BAR1_SIZE_SMALL	(256 * MIB)
#define BAR3_SIZE	(32 * MIB)

void softgpu_lock(struct softgpu *gpu)
{
	pthread_mutex_lock(&gpu->lock);
}

void softgpu_unlock(struct softgpu *gpu)
{
	pthread_mutex_unlock(&gpu->lock);
}

/*
 * Sealed, since the fd goes to the other side of a socket: whoever could shrink
 * the file would make this process fault on its own video memory.
 */
static int vram_init(struct softgpu *gpu)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

	gpu->vram_size = gpu->config.vram_mib * MIB;
	gpu->vram_fd = memfd_create("softgpu-vram", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (gpu->vram_fd < 0)
		return -errno;
	if (ftruncate(gpu->vram_fd, gpu->vram_size) || fcntl(gpu->vram_fd, F_ADD_SEALS, seals))
		return -errno;
	gpu->vram = mmap(NULL, gpu->vram_size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_NORESERVE, gpu->vram_fd, 0);
	if (gpu->vram == MAP_FAILED) {
		gpu->vram = NULL;
		return -errno;
	}
	return 0;
}

static int softgpu_init(struct softgpu *gpu)
{
	int ret;

	ret = sg_log_init(gpu);
	if (!ret && getrandom(gpu->chip_key, sizeof(gpu->chip_key), 0) < 0)
		ret = -errno;
	if (!ret)
		ret = vram_init(gpu);
	if (!ret)
		ret = sg_pci_init(gpu);
	if (!ret && !gpu->config.synchronous)
		ret = sg_worker_init(gpu);
	if (ret)
		return ret;

	/* The chip may use all of the above, the lock included. */
	softgpu_lock(gpu);
	ret = sg_chip_init(gpu);
	if (!ret)
		sg_chip_reset(gpu, true);
	softgpu_unlock(gpu);
	return ret;
}

struct softgpu *softgpu_new(const struct softgpu_config *config, const struct softgpu_host *host)
{
	struct softgpu *gpu;
	int ret;

	if (config->vram_mib < VRAM_MIB_MIN || config->vram_mib > VRAM_MIB_MAX) {
		errno = EINVAL;
		return NULL;
	}
	gpu = calloc(1, sizeof(*gpu));
	if (!gpu)
		return NULL;
	gpu->config = *config;
	gpu->host = *host;
	gpu->vram_fd = -1;
	pthread_mutex_init(&gpu->lock, NULL);

	ret = softgpu_init(gpu);
	if (ret) {
		softgpu_free(gpu);
		errno = -ret;
		return NULL;
	}
	return gpu;
}

void softgpu_free(struct softgpu *gpu)
{
	if (!gpu)
		return;
	sg_worker_free(gpu);
	softgpu_lock(gpu);
	sg_gsp_rm_stop(gpu);
	sg_chip_free(gpu);
	softgpu_unlock(gpu);
	if (gpu->vram)
		munmap(gpu->vram, gpu->vram_size);
	if (gpu->vram_fd >= 0)
		close(gpu->vram_fd);
	sg_log_free(gpu);
	pthread_mutex_destroy(&gpu->lock);
	free(gpu);
}

void sg_reset(struct softgpu *gpu, bool cold)
{
	gpu->resets++;
	sg_trace(gpu, "reset %s", cold ? "cold" : "warm");
	sg_worker_drop(gpu);
	sg_gsp_rm_stop(gpu);
	sg_pci_reset(gpu);
	sg_chip_reset(gpu, cold);
	gpu->gc6.armed = false;
	if (cold)
		sg_power_lose_vram(gpu);
}

void softgpu_reset(struct softgpu *gpu, bool cold)
{
	softgpu_lock(gpu);
	sg_reset(gpu, cold);
	softgpu_unlock(gpu);
}

u64 softgpu_bar_size(const struct softgpu *gpu, enum softgpu_bar bar)
{
	u64 size = BAR1_SIZE_SMALL;

	if (bar == SOFTGPU_BAR0)
		return BAR0_SIZE;
	if (bar == SOFTGPU_BAR3)
		return BAR3_SIZE;
	while (gpu->config.rebar && size < gpu->config.vram_mib * MIB)
		size *= 2;
	return size;
}

bool softgpu_bar1_is_vram(const struct softgpu *gpu)
{
	return gpu->config.rebar && !gpu->config.trap_bar1;
}

int softgpu_vram_fd(const struct softgpu *gpu)
{
	return gpu->vram_fd;
}

u64 softgpu_vram_size(const struct softgpu *gpu)
{
	return gpu->vram_size;
}

/* Counts the access; false if nothing answers it. */
static bool access_begin(struct softgpu *gpu, u64 *count, enum softgpu_bar bar, u64 off,
			 unsigned int len)
{
	u64 size = softgpu_bar_size(gpu, bar);

	(*count)++;
	if (!gpu->off_bus && sg_fault(gpu, SOFTGPU_FAULT_OFF_BUS)) {
		gpu->off_bus = true;
		sg_log(gpu, "fell off the bus");
	}
	if (gpu->off_bus || off >= size || len > size - off)
		return false;
	if (!sg_pci_memory_enabled(gpu)) {
		sg_log_once(gpu, SG_ONCE_NO_MEMORY,
			    "BAR access with memory decoding off in PCI command, or not in D0");
		return false;
	}
	return true;
}

static u64 *access_counter(struct softgpu *gpu, enum softgpu_bar bar, bool write)
{
	switch (bar) {
	case SOFTGPU_BAR1:
		return &gpu->stats.bar1_accesses;
	case SOFTGPU_BAR3:
		return &gpu->stats.bar3_accesses;
	default:
		return write ? &gpu->stats.reg_writes : &gpu->stats.reg_reads;
	}
}

static u64 ones(unsigned int len)
{
	return len >= 8 ? ~0ull : (1ull << 8 * len) - 1;
}

/* Registers are 32 bits wide: gather the dwords that @len bytes at @off touch. */
static u64 reg_read(struct softgpu *gpu, u32 off, unsigned int len)
{
	unsigned int done, part, shift;
	u64 val = 0;

	for (done = 0; done < len; done += part) {
		shift = (off + done) % 4;
		part = 4 - shift < len - done ? 4 - shift : len - done;
		val |= (sg_reg_read(gpu, off + done - shift) >> 8 * shift & ones(part)) << 8 * done;
	}
	return val;
}

/* A write of less than a dword keeps the other bytes as byte enables would. */
static void reg_write(struct softgpu *gpu, u32 off, unsigned int len, u64 val)
{
	unsigned int done, part, shift;
	u32 mask, reg;

	for (done = 0; done < len; done += part) {
		shift = (off + done) % 4;
		part = 4 - shift < len - done ? 4 - shift : len - done;
		mask = ones(part) << 8 * shift;
		reg = (u32)(val >> 8 * done) << 8 * shift & mask;
		if (part < 4)
			reg |= sg_reg_read(gpu, off + done - shift) & ~mask;
		sg_reg_write(gpu, off + done - shift, reg);
	}
}

static bool valid_len(unsigned int len)
{
	return len == 1 || len == 2 || len == 4 || len == 8;
}

u64 softgpu_read(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len)
{
	u64 val;

	if (bar >= SOFTGPU_NR_BARS || !valid_len(len))
		return ~0ull;

	softgpu_lock(gpu);
	val = ones(len);
	if (access_begin(gpu, access_counter(gpu, bar, false), bar, off, len)) {
		if (bar == SOFTGPU_BAR0)
			val = reg_read(gpu, off, len);
		else
			val = sg_aperture_read(gpu, bar, off, len) & ones(len);
	}
	if (bar == SOFTGPU_BAR0)
		sg_trace(gpu, "r%u %06llx %0*llx", len, (unsigned long long)off, 2 * (int)len,
			 (unsigned long long)val);
	softgpu_unlock(gpu);
	return val;
}

void softgpu_write(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len, u64 val)
{
	if (bar >= SOFTGPU_NR_BARS || !valid_len(len))
		return;

	softgpu_lock(gpu);
	val &= ones(len);
	if (bar == SOFTGPU_BAR0)
		sg_trace(gpu, "w%u %06llx %0*llx", len, (unsigned long long)off, 2 * (int)len,
			 (unsigned long long)val);
	if (access_begin(gpu, access_counter(gpu, bar, true), bar, off, len)) {
		if (bar == SOFTGPU_BAR0)
			reg_write(gpu, off, len, val);
		else
			sg_aperture_write(gpu, bar, off, len, val);
	}
	softgpu_unlock(gpu);
}

u32 softgpu_config_read(struct softgpu *gpu, u32 off, unsigned int len)
{
	u32 val;

	softgpu_lock(gpu);
	val = gpu->off_bus ? ones(len) : sg_pci_read(gpu, off, len);
	softgpu_unlock(gpu);
	return val;
}

void softgpu_config_write(struct softgpu *gpu, u32 off, unsigned int len, u32 val)
{
	softgpu_lock(gpu);
	sg_trace(gpu, "c%u %03x %0*x", len, off, 2 * (int)len, val);
	if (!gpu->off_bus)
		sg_pci_write(gpu, off, len, val);
	softgpu_unlock(gpu);
}

void softgpu_get_stats(struct softgpu *gpu, struct softgpu_stats *stats)
{
	softgpu_lock(gpu);
	*stats = gpu->stats;
	softgpu_unlock(gpu);
}
