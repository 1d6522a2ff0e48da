/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_CHIP_H
#define SOFTGPU_CHIP_H

#include "softgpu-priv.h"

#include "abi/vbios.h"

/*
 * What the parts of the chip model call of each other. Register offsets passed to a
 * unit's functions are offsets in BAR0. All of it runs with struct softgpu.lock held.
 */

/* What a read of a register that is not there gives. */
#define SG_PRI_ERROR		0xbadf5040

/* regs.c */

/** struct sg_plain - @count registers from @off on that start as @value; only storage */
struct sg_plain {
	u32 off;
	u32 count;
	u32 value;
	bool writable;
};

/** sg_plain_get() - a register of the table in chip.c; the caller knows that it is there */
u32 sg_plain_get(const struct softgpu *gpu, u32 off);
/** sg_plain_set() - set it from the chip's side, writable or not */
void sg_plain_set(struct softgpu *gpu, u32 off, u32 val);
int sg_regs_init(struct softgpu *gpu);
void sg_regs_reset(struct softgpu *gpu);

/* chip.c */
extern const struct sg_plain sg_plain_table[];
extern const unsigned int sg_plain_table_len;
/** sg_chip() - constants of the chip that this GPU is */
const struct softgpu_chip *sg_chip(const struct softgpu *gpu);
/** sg_wpr2() - bounds of write-protected region 2; false if it is down */
bool sg_wpr2(const struct softgpu *gpu, u64 *start, u64 *end);
/** sg_set_wpr2() - put WPR2 up at multiples of 128 KiB, or down with @end 0 */
void sg_set_wpr2(struct softgpu *gpu, u64 start, u64 end);

/* ptimer.c */

/**
 * struct sg_ptimer - the clock
 * @offset: added to the host's monotonic one
 * @high: upper half that was written and waits for the lower
 */
struct sg_ptimer {
	u64 offset;
	u32 high;
};

/** sg_host_ns() - the host's monotonic clock, which nobody sets */
u64 sg_host_ns(void);
/** sg_ptimer_now() - nanoseconds, also for time stamps of semaphores */
u64 sg_ptimer_now(const struct softgpu *gpu);
void sg_ptimer_reset(struct softgpu *gpu);
u32 sg_ptimer_read(struct softgpu *gpu, u32 off);
void sg_ptimer_write(struct softgpu *gpu, u32 off, u32 val);

struct softgpu_regs {
	u32 *plain;
	struct sg_ptimer ptimer;
};

/* vbios.c */

/**
 * struct softgpu_vbios - the ROM, and where FWSEC lies in it
 * @rom: all of the PROM window that the chip has
 * @size: its length
 * @readable: bytes of it that can be read; less than @size if the ROM is cut off
 * @desc: FWSEC's descriptor
 * @signatures: offset in @rom of its signatures
 * @image: offset in @rom of its image: IMEM part, DMEM part
 */
struct softgpu_vbios {
	u8 *rom;
	u32 size;
	u32 readable;
	struct nv_vbios_falcon_desc_v3 desc;
	u32 signatures;
	u32 image;
};

int sg_vbios_init(struct softgpu *gpu);
void sg_vbios_free(struct softgpu *gpu);
u32 sg_prom_read(struct softgpu *gpu, u32 off);

/* falcon.c, falcon-dma.c */

#define SG_FALCON_SIZE		0x2000
#define SG_FALCON_MEM_SIZE	0x10000
#define SG_FALCON_BLOCK		256
#define SG_FALCON_BLOCKS	(SG_FALCON_MEM_SIZE / SG_FALCON_BLOCK)
#define SG_FALCON_CTXDMAS	8

/**
 * struct sg_falcon_brom - what a signed image demands of the registers that the boot ROM reads
 * @engine_id_mask: engines that may run it
 * @ucode_id: which version fuse counts
 * @sig_offset: where in DMEM its signature lies
 */
struct sg_falcon_brom {
	u32 engine_id_mask, ucode_id, sig_offset;
};

/**
 * struct softgpu_falcon - a falcon with a RISC-V core beside it
 * @gpu: whose
 * @name: "GSP" or "SEC2"
 * @base: of its registers
 * @vector: its interrupt, or 0
 * @boot: stand-in for what it runs when it is started
 * @in_reset: ENGINE holds it in reset
 * @running: it was started and has not halted
 * @riscv_active: the RISC-V core runs
 * @imem: instruction memory, filled by DMA
 * @dmem: data memory, likewise
 * @imem_end: end of the highest byte loaded since reset
 * @dmem_end: likewise
 * @imem_tag: virtual block number of each block of IMEM
 * @imem_secure: the block was loaded as secure
 * @regs: values of registers, by offset / 4
 */
struct softgpu_falcon {
	struct softgpu *gpu;
	const char *name;
	u32 base;
	u32 vector;
	void (*boot)(struct softgpu_falcon *falcon);

	bool in_reset;
	bool running;
	bool riscv_active;

	u8 imem[SG_FALCON_MEM_SIZE];
	u8 dmem[SG_FALCON_MEM_SIZE];
	u32 imem_end, dmem_end;
	u32 imem_tag[SG_FALCON_BLOCKS];
	bool imem_secure[SG_FALCON_BLOCKS];

	u32 regs[SG_FALCON_SIZE / 4];
};

/* A register's stored value, by its offset from the engine's base. */
#define sg_falcon_reg(falcon, off)	((falcon)->regs[(off) / 4])

struct softgpu_falcon *sg_falcon_new(struct softgpu *gpu, const char *name, u32 base, u32 vector,
				     void (*boot)(struct softgpu_falcon *falcon));
/** sg_falcon_reset() - as by ENGINE; @power_on leaves the falcon core selected */
void sg_falcon_reset(struct softgpu_falcon *falcon, bool power_on);
u32 sg_falcon_read(struct softgpu_falcon *falcon, u32 off);
void sg_falcon_write(struct softgpu_falcon *falcon, u32 off, u32 val);
/** sg_falcon_dma() - do the transfer that DMATRFCMD describes, or log why not */
void sg_falcon_dma(struct softgpu_falcon *falcon);
/** sg_falcon_set_riscv() - the RISC-V core starts to run GSP-RM, or stops */
void sg_falcon_set_riscv(struct softgpu_falcon *falcon, bool active);
/**
 * sg_falcon_brom_check() - would the boot ROM look at this image at all?
 *
 * Return: NULL if BOOTVEC and the BROM registers fit it, else the name of the one that does not.
 */
const char *sg_falcon_brom_check(const struct softgpu_falcon *falcon,
				 const struct sg_falcon_brom *brom);

/* fwsec.c: FWSEC on the GSP falcon. booter.c: booter load and unload on SEC2. */
void sg_fwsec_run(struct softgpu_falcon *falcon);
void sg_booter_run(struct softgpu_falcon *falcon);

/* ucode.c: which signed image is it? */

enum sg_ucode_kind { SG_UCODE_UNKNOWN, SG_UCODE_LOAD, SG_UCODE_UNLOAD, SG_UCODE_BOOTLOADER };

#define SG_BOOTER_ENGINE_ID_MASK	1
#define SG_BOOTER_UCODE_ID		3
#define SG_BOOTER_SIG_OFFSET		0x10	/* in its data part */

/**
 * sg_ucode_booter() - recognise a booter by its parts as they lie in a falcon's memories
 * @falcon: SEC2
 * @why: set to what is wrong with it if it is not recognised
 *
 * The release's own are known by SHA-256, so that a damaged one or one with a wrong
 * signature is refused as the boot ROM would. Stand-ins carry their own digest.
 */
enum sg_ucode_kind sg_ucode_booter(const struct softgpu_falcon *falcon, const char **why);
/** sg_ucode_is_bootloader() - the same for the GSP RISC-V bootloader */
bool sg_ucode_is_bootloader(const u8 *image, size_t size);
/** sg_standin_mark() - write at @at that this is a stand-in of @kind; 32 bytes */
void sg_standin_mark(u8 *at, enum sg_ucode_kind kind);
/** sg_standin_sign() - put a stand-in's signature over both its parts into @sig */
bool sg_standin_sign(u8 *sig, const u8 *code, size_t code_size, const u8 *data, size_t data_size);
/** sg_standin_seal() - end a stand-in bootloader of @size bytes with its digest */
void sg_standin_seal(u8 *image, size_t size);

/* booter.c */

/* What booter leaves in MAILBOX0. NVIDIA's own codes are not public. */
enum sg_booter_error {
	SG_BOOTER_OK,
	SG_BOOTER_ERR_FAULT,	/* it was asked to fail */
	SG_BOOTER_ERR_ROM,	/* BROM registers, or not a signed image */
	SG_BOOTER_ERR_MAILBOX,	/* nothing readable there, or a kind of call that is not modelled */
	SG_BOOTER_ERR_META,	/* a field of the WPR metadata */
	SG_BOOTER_ERR_WPR2,	/* not where FWSEC should have put it, or not up at unload */
	SG_BOOTER_ERR_BOOTLOADER,
	SG_BOOTER_ERR_IMAGE,	/* GSP-RM's image or its signature */
	SG_BOOTER_ERR_GSP,	/* the GSP falcon is not ready for it */
	SG_BOOTER_ERR_SUSPEND_DATA,
};

/* wpr.c */
/** sg_wpr_meta_check() - hold the driver's layout against the rules; the log names the field */
enum sg_booter_error sg_wpr_meta_check(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta);
/** sg_wpr_layout_valid() - only the rules for video memory, which a resume repeats */
bool sg_wpr_layout_valid(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta);

/* image.c */
/** sg_image_check() - walk the radix3 tree, compare image and signature with config.gsp_firmware */
enum sg_booter_error sg_image_check(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta);
/** sg_radix3_new() - to walk the tree at @root, for free(); NULL without memory */
struct sg_radix3 *sg_radix3_new(u64 root);
/** sg_radix3_page() - address of the data page @index; false if the tree does not lead there */
bool sg_radix3_page(struct softgpu *gpu, struct sg_radix3 *tree, u64 index, u64 *page);

/* suspend-data.c */
/** sg_suspend_data_save() - put away what WPR2 holds as the struct gsp_fw_sr_meta at @at says */
enum sg_booter_error sg_suspend_data_save(struct softgpu *gpu, u64 at);
/** sg_suspend_data_restore() - put WPR2 up again as it was; @meta is what it begins with */
enum sg_booter_error sg_suspend_data_restore(struct softgpu *gpu, const struct gsp_fw_sr_meta *sr,
					     struct gsp_fw_wpr_meta *meta);

/* power.c */
/** sg_power_gc6_arm() - from now on losing power leaves video memory and WPR2 as they are */
void sg_power_gc6_arm(struct softgpu *gpu);
/** sg_power_off() - the board's supply is cut, but for what GC6 keeps */
void sg_power_off(struct softgpu *gpu);
/** sg_power_lose_vram() - leave in video memory what memory without power holds */
void sg_power_lose_vram(struct softgpu *gpu);

/* mmu.c */
int sg_mmu_init(struct softgpu *gpu);
void sg_mmu_reset(struct softgpu *gpu);
/** sg_mmu_place_roots() - make empty page directories for BAR1 and BAR3 at FB offset @heap */
void sg_mmu_place_roots(struct softgpu *gpu, u64 heap, u64 size);
/** sg_mmu_bind_roots() - the same with those that are there */
void sg_mmu_bind_roots(struct softgpu *gpu, u64 heap, u64 size);
/** sg_vram_read() - false if any byte lies outside video memory */
bool sg_vram_read(struct softgpu *gpu, u64 addr, void *buf, u64 len);
/** sg_vram_write() - from the CPU's side, that is: refused in WPR2 */
bool sg_vram_write(struct softgpu *gpu, u64 addr, const void *buf, u64 len);
u32 sg_pramin_read(struct softgpu *gpu, u32 off);
void sg_pramin_write(struct softgpu *gpu, u32 off, u32 val);
u32 sg_mmu_read(struct softgpu *gpu, u32 off);
void sg_mmu_write(struct softgpu *gpu, u32 off, u32 val);

#define SG_VA_BITS	49

/**
 * struct sg_space - what an address is one of
 * @kind: virtual, or video or system memory itself
 * @root: of the page tables, if virtual; 0 is none
 * @root_sysmem: @root is not in video memory
 */
struct sg_space {
	enum { SG_SPACE_VIRTUAL, SG_SPACE_VID, SG_SPACE_SYS } kind;
	u64 root;
	bool root_sysmem;
};

/**
 * sg_space_read() - as an engine does
 *
 * Return: bytes read; if fewer than @len, the next one is where it failed.
 */
u64 sg_space_read(struct softgpu *gpu, const struct sg_space *space, u64 addr, void *buf, u64 len);
u64 sg_space_write(struct softgpu *gpu, const struct sg_space *space, u64 addr, const void *buf,
		   u64 len);

/* fault-buffer.c */
enum sg_ring { SG_RING_REPLAYABLE, SG_RING_ACCESS_COUNTER, SG_RINGS };

#define SG_RING_ENTRY			32	/* bytes */
#define SG_RING_PAGES_MAX		256
#define SG_ACCESS_COUNTER_ENTRIES	256

int sg_faults_init(struct softgpu *gpu);
void sg_faults_reset(struct softgpu *gpu);
/** sg_ring_set() - from now on the ring is @size bytes in @page; 0 turns it off */
bool sg_ring_set(struct softgpu *gpu, enum sg_ring which, const u64 *page, u32 size);
/** sg_ring_is_on() - has it pages? */
bool sg_ring_is_on(const struct softgpu *gpu, enum sg_ring which);
/** sg_ring_push() - add an entry and raise the ring's interrupt; false if it is off or full */
bool sg_ring_push(struct softgpu *gpu, enum sg_ring which, const void *entry);
u32 sg_faults_read(struct softgpu *gpu, u32 off);
void sg_faults_write(struct softgpu *gpu, u32 off, u32 val);

/* channel.c */
int sg_fifo_init(struct softgpu *gpu);
void sg_fifo_reset(struct softgpu *gpu);
/** sg_fifo_poll() - time passes: a model without a thread goes on with what it left */
void sg_fifo_poll(struct softgpu *gpu);
u32 sg_doorbell_read(struct softgpu *gpu, u32 off);
void sg_doorbell_write(struct softgpu *gpu, u32 off, u32 val);

/* intr.c */
int sg_intr_init(struct softgpu *gpu);
void sg_intr_reset(struct softgpu *gpu);
u32 sg_intr_read(struct softgpu *gpu, u32 off);
void sg_intr_write(struct softgpu *gpu, u32 off, u32 val);

#endif
