/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_HW_H
#define NV_HW_H

#include <linux/bug.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/**
 * DOC: the core's only window to the world
 *
 * Everything under src/ reaches a GPU and the machine through struct nv_hw:
 * registers, DMA memory, time, firmware files, the log and wake-ups.
 * kernel-open/nvidia implements it on a PCI device, tests/unit on the device
 * model in the same process.
 *
 * Unless a function says otherwise it is called in process context and may sleep.
 */

struct nv_hw;

/**
 * struct nv_dma - memory that both CPU and GPU reach
 * @cpu: CPU address of all of it, zeroed at allocation, contiguous
 * @size: bytes, a multiple of 4 KiB
 * @page: DMA address of each 4 KiB page, size / 4 KiB of them
 * @contig: the pages follow each other in DMA space
 * @priv: belongs to the implementation
 */
struct nv_dma {
	void *cpu;
	size_t size;
	u64 *page;
	bool contig;
	void *priv;
};

/** struct nv_swap - pageable memory that no device reaches */
struct nv_swap {
	u64 size;
	void *priv;
};

/** struct nv_firmware - a firmware file as loaded; @data lives until it is put */
struct nv_firmware {
	const u8 *data;
	size_t size;
	void *priv;
};

enum nv_log_level { NV_LOG_ERR, NV_LOG_WARN, NV_LOG_INFO, NV_LOG_DEBUG };

/* How to enter a GPU that is asleep */
enum nv_enter {
	NV_ENTER,		/* sleep until it is not, or the process is killed */
	NV_ENTER_TRY,		/* don't */
};

/**
 * struct nv_hw_ops - what an implementation provides
 * @rd32: read the register at byte offset @reg of BAR0; any context
 * @wr32: write it; any context
 * @dma_alloc: zeroed coherent memory of @size (rounded up to pages); as one DMA
 *	range if @contig. -ENOMEM.
 * @dma_alloc_user: likewise for a program, which is charged for it and may map it
 * @dma_free: the inverse of both; an nv_dma that is all zero is ignored
 * @firmware_get: load a file by its name below the firmware path. -ENOENT if there is none.
 * @firmware_put: the inverse
 * @swap_alloc: pageable memory of @size, more than may be free now. -ENOMEM.
 * @swap_write: write @n bytes at @off, inside of it. -ENOMEM; -EINTR when the process has a signal.
 * @swap_read: likewise; -EIO
 * @swap_free: the inverse; an nv_swap that is all zero is ignored
 * @time_ns: monotonic time; any context
 * @wall_ns: time since 1970
 * @root_port_rd32: read a register of the PCI Express capability of the root port above
 *	the GPU, @reg from its start. -ENODEV if there is no such port.
 * @sleep_us: sleep for about @us (the caller polls something)
 * @wait: sleep until nv_hw.ops->wake was called since the last wait, or @us passed
 * @wake: end a wait; any context
 * @intr_sync: wait until no interrupt of the GPU is being handled, nor its thread's part
 *	(nv_gpu_interrupt_thread()), whose locks the caller must not hold. NULL where
 *	interrupts come only while the core waits.
 * @log: one line, without a line feed; any context
 * @enter: begin to use the GPU for user space. No user memory is touched until @leave, and
 *	nobody enters again but by NV_ENTER_TRY. -ENODEV gone for good; -ERESTARTSYS killed;
 *	-EAGAIN asleep. NULL where GPUs never sleep.
 * @leave: the inverse
 */
struct nv_hw_ops {
	u32 (*rd32)(struct nv_hw *hw, u32 reg);
	void (*wr32)(struct nv_hw *hw, u32 reg, u32 val);
	int (*dma_alloc)(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig);
	int (*dma_alloc_user)(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig);
	void (*dma_free)(struct nv_hw *hw, struct nv_dma *dma);
	int (*firmware_get)(struct nv_hw *hw, struct nv_firmware *fw, const char *name);
	void (*firmware_put)(struct nv_hw *hw, struct nv_firmware *fw);
	int (*swap_alloc)(struct nv_hw *hw, struct nv_swap *swap, u64 size);
	int (*swap_write)(struct nv_hw *hw, struct nv_swap *swap, u64 off, const void *buf,
			  size_t n);
	int (*swap_read)(struct nv_hw *hw, struct nv_swap *swap, u64 off, void *buf, size_t n);
	void (*swap_free)(struct nv_hw *hw, struct nv_swap *swap);
	u64 (*time_ns)(struct nv_hw *hw);
	u64 (*wall_ns)(struct nv_hw *hw);
	int (*root_port_rd32)(struct nv_hw *hw, unsigned int reg, u32 *val);
	void (*sleep_us)(struct nv_hw *hw, unsigned int us);
	void (*wait)(struct nv_hw *hw, unsigned int us);
	void (*wake)(struct nv_hw *hw);
	void (*intr_sync)(struct nv_hw *hw);
	void (*log)(struct nv_hw *hw, enum nv_log_level level, const char *fmt, va_list args);
	int (*enter)(struct nv_hw *hw, enum nv_enter how);
	void (*leave)(struct nv_hw *hw);
};

/**
 * struct nv_hw - one GPU as the core sees it; embedded in the implementation's struct
 * @ops: the implementation
 * @bar: bus address and size of BAR0 (registers), BAR1 (video memory) and BAR3
 *	(which RM calls BAR2), in this order
 * @vendor: PCI ids, as config space has them
 * @device: likewise
 * @subvendor: likewise
 * @subdevice: likewise
 * @revision: likewise
 * @domain: PCI address
 * @bus: likewise
 * @slot: likewise
 * @lost: the device does not answer any more; reads return all ones and nothing is written
 */
struct nv_hw {
	const struct nv_hw_ops *ops;
	struct {
		u64 addr;
		u64 size;
	} bar[3];
	u16 vendor, device, subvendor, subdevice;
	u8 revision;
	u32 domain;
	u8 bus, slot;
	bool lost;
};

static inline u32 nv_rd32(struct nv_hw *hw, u32 reg)
{
	return hw->ops->rd32(hw, reg);
}

static inline void nv_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
	hw->ops->wr32(hw, reg, val);
}

static inline void nv_intr_sync(struct nv_hw *hw)
{
	if (hw->ops->intr_sync)
		hw->ops->intr_sync(hw);
}

static inline int nv_enter(struct nv_hw *hw, enum nv_enter how)
{
	return hw->ops->enter ? hw->ops->enter(hw, how) : 0;
}

static inline void nv_leave(struct nv_hw *hw)
{
	if (hw->ops->leave)
		hw->ops->leave(hw);
}

/* Replace the bits of @mask by those of @val. */
static inline void nv_mask32(struct nv_hw *hw, u32 reg, u32 mask, u32 val)
{
	nv_wr32(hw, reg, (nv_rd32(hw, reg) & ~mask) | (val & mask));
}

/**
 * nv_poll32() - wait until (register & mask) == val
 * @hw: the GPU
 * @reg: offset in BAR0
 * @mask: bits that count
 * @val: their awaited value
 * @timeout_us: longest wait
 *
 * Return: 0, -ETIMEDOUT, or -ENODEV if the device fell off the bus (all ones).
 */
int nv_poll32(struct nv_hw *hw, u32 reg, u32 mask, u32 val, u64 timeout_us);

/** nv_gone() - does the GPU not answer any more? */
bool nv_gone(struct nv_hw *hw);

__printf(3, 4) void nv_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, ...);

#define nv_err(hw, fmt, ...)	nv_log(hw, NV_LOG_ERR, fmt, ##__VA_ARGS__)
#define nv_warn(hw, fmt, ...)	nv_log(hw, NV_LOG_WARN, fmt, ##__VA_ARGS__)
#define nv_info(hw, fmt, ...)	nv_log(hw, NV_LOG_INFO, fmt, ##__VA_ARGS__)
#define nv_dbg(hw, fmt, ...)	nv_log(hw, NV_LOG_DEBUG, fmt, ##__VA_ARGS__)

/**
 * nv_fail() - log one line on why the hardware did not do as it should
 * @hw: the GPU
 * @err: what to return
 * @fmt: the reason as it appears; replaced if the GPU is gone, which is the real one then
 *
 * Return: @err, or -ENODEV if the GPU is gone.
 */
__printf(3, 4) int nv_fail(struct nv_hw *hw, int err, const char *fmt, ...);

/**
 * nv_xid() - report an event on the GPU in the form that monitoring tools look for
 * @hw: the GPU
 * @xid: NVIDIA's public number of the kind of event
 * @fmt: what happened
 */
__printf(3, 4) void nv_xid(struct nv_hw *hw, unsigned int xid, const char *fmt, ...);

#endif
