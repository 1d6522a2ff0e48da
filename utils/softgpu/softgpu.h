/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_H
#define SOFTGPU_H

#include <stdio.h>

#include <linux/types.h>

/**
 * DOC: softgpu
 *
 * A model of a GPU as its driver sees it: config space, registers, DMA,
 * interrupts, page walks, and stand-ins for the signed firmware (FWSEC, booter,
 * GSP-RM). It is a library with two fronts: the vfio-user server (main.c) and unit
 * tests in the same process. It shares src/abi and src/regs with the driver and
 * nothing else.
 */

struct softgpu;

enum softgpu_bar { SOFTGPU_BAR0, SOFTGPU_BAR1, SOFTGPU_BAR3, SOFTGPU_NR_BARS };

/**
 * enum softgpu_fault_kind - what to do wrong; see softgpu_faults[] for names and texts
 */
enum softgpu_fault_kind {
	SOFTGPU_FAULT_NONE,
	SOFTGPU_FAULT_GSP_NO_START,	/* booter succeeds, GSP-RM never speaks */
	SOFTGPU_FAULT_GSP_DIES,		/* after N messages GSP-RM says nothing more */
	SOFTGPU_FAULT_BAD_CHECKSUM,	/* message N has a wrong checksum */
	SOFTGPU_FAULT_BAD_SEQUENCE,	/* message N has a wrong sequence number */
	SOFTGPU_FAULT_VBIOS_TRUNCATED,
	SOFTGPU_FAULT_VBIOS_NO_BIT,
	SOFTGPU_FAULT_VBIOS_WILD_OFFSET,
	SOFTGPU_FAULT_FWSEC_FAILS,
	SOFTGPU_FAULT_BOOTER_FAILS,
	SOFTGPU_FAULT_NO_INTERRUPT,	/* MSI is never sent */
	SOFTGPU_FAULT_OFF_BUS,		/* after N register accesses all reads give ones */
	SOFTGPU_FAULT_CONTROL_REFUSED,
	SOFTGPU_FAULT_GSP_NO_SUSPEND,
	SOFTGPU_FAULT_GSP_NO_RESUME,	/* control with id N is refused by GSP-RM */
};

struct softgpu_fault {
	enum softgpu_fault_kind kind;
	u64 n;
};

/**
 * struct softgpu_config - what to be
 * @vram_mib: video memory; sparse, so only what is written takes memory
 * @rebar: BAR1 is resized to cover video memory (8 GiB), else it has 256 MiB
 * @trap_bar1: BAR1 goes through page walks though it covers video memory; a BAR1 of 256 MiB always
 *	does, one that covers video memory is otherwise that memory itself and need not trap
 * @fault: what to do wrong
 * @trace: registers and messages are written here, or NULL
 * @gsp_firmware: path of the GSP firmware file to compare the booted image with, or NULL
 * @uuid: 16 bytes, or all zero for a fixed default
 * @synchronous: run firmware stand-ins inside the access that starts them (for unit tests)
 */
struct softgpu_config {
	u32 vram_mib;
	bool rebar;
	bool trap_bar1;
	struct softgpu_fault fault;
	FILE *trace;
	const char *gsp_firmware;
	u8 uuid[16];
	bool synchronous;
};

/**
 * struct softgpu_host - what the world gives the device
 * @dma: host pointer to @len bytes of guest memory at @addr, all inside one mapping, or NULL;
 *	valid until the model's lock is let go of
 * @msi: send the device's one MSI
 * @log: one line about the model's own view (a refused boot with the field's name, ...)
 */
struct softgpu_host {
	void *(*dma)(void *ctx, u64 addr, u64 len);
	void (*msi)(void *ctx);
	void (*log)(void *ctx, const char *line);
	void *ctx;
};

#define SOFTGPU_DEFAULT_CONFIG { .vram_mib = 6144, .rebar = true }

/**
 * softgpu_new() - a GPU after power-on
 *
 * As on any PCI device, memory decoding, bus mastering and MSI are off until the
 * driver turns them on in config space: before that BARs read all ones, DMA fails
 * and no MSI is sent.
 *
 * Return: the GPU, or NULL and errno.
 */
struct softgpu *softgpu_new(const struct softgpu_config *config, const struct softgpu_host *host);
void softgpu_free(struct softgpu *gpu);

/**
 * softgpu_lock() - keep the model still, while its front changes what the host callbacks use
 *
 * The callbacks of struct softgpu_host run with this lock held, in any thread. No
 * other function of this header may be called between the two.
 */
void softgpu_lock(struct softgpu *gpu);
void softgpu_unlock(struct softgpu *gpu);

/** softgpu_reset() - function-level or bus reset; video memory is lost with @cold */
void softgpu_reset(struct softgpu *gpu, bool cold);

/**
 * softgpu_read() - an access of @len 1, 2, 4 or 8 bytes to a BAR, little endian
 *
 * Return: the value; all ones outside the BAR or off the bus.
 */
u64 softgpu_read(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len);
void softgpu_write(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len, u64 val);

u64 softgpu_bar_size(const struct softgpu *gpu, enum softgpu_bar bar);
/** softgpu_bar1_is_vram() - is BAR1 video memory itself, from 0 on, rather than page walks? */
bool softgpu_bar1_is_vram(const struct softgpu *gpu);
/** softgpu_vram_fd() - memfd of video memory, to be mapped into the guest under BAR1 */
int softgpu_vram_fd(const struct softgpu *gpu);
u64 softgpu_vram_size(const struct softgpu *gpu);

/** softgpu_config_read() - PCI config space, 4 KiB, extended capabilities included */
u32 softgpu_config_read(struct softgpu *gpu, u32 off, unsigned int len);
void softgpu_config_write(struct softgpu *gpu, u32 off, unsigned int len, u32 val);

/** struct softgpu_stats - for the figures: accesses, messages and what was not known */
struct softgpu_stats {
	u64 reg_reads, reg_writes, bar1_accesses, bar3_accesses;
	u64 messages_in, messages_out, interrupts;
	u64 unknown_regs, unknown_rpcs, unknown_controls;
};

void softgpu_get_stats(struct softgpu *gpu, struct softgpu_stats *stats);
/** softgpu_print_unknown() - registers, RPCs and controls unknown to the model, with counts */
void softgpu_print_unknown(struct softgpu *gpu, FILE *to);

/** softgpu_parse_fault() - "NAME" or "NAME:N" into @fault; false and a line on stderr if unknown */
bool softgpu_parse_fault(const char *text, struct softgpu_fault *fault);
void softgpu_list_faults(FILE *to);

/** softgpu_make_firmware() - write stand-in booter and bootloader files below @dir; 0 or -errno */
int softgpu_make_firmware(const char *dir);

#endif
