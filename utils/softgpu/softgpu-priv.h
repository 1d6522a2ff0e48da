/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_PRIV_H
#define SOFTGPU_PRIV_H

#include <pthread.h>

#include "softgpu.h"

#include "abi/gsp-boot.h"
#include "abi/gsp-queue.h"
#include "abi/gsp-rpc.h"
#include "abi/gsp-static-info.h"

/*
 * The parts of the model. One lock, struct softgpu.lock, guards all of it: fronts
 * take it in softgpu_read() and friends; worker jobs take it too and let go of it
 * for long computations. Functions below are called with it held.
 */

struct softgpu_falcon;		/* falcon.c */
struct softgpu_gsp_rm;		/* gsp-rm.c */
struct softgpu_vbios;		/* vbios.c */

/* A page of 4 KiB config space with its write mask (pci.c). */
struct softgpu_pci {
	u8 space[4096];
	u8 writable[4096];
	u8 write_one_clear[4096];
};

struct softgpu {
	pthread_mutex_t lock;
	struct softgpu_config config;
	struct softgpu_host host;
	struct softgpu_pci pci;
	struct softgpu_stats stats;

	u8 *vram;			/* sparse: a mapping of vram_fd */
	u64 vram_size;
	int vram_fd;

	struct softgpu_falcon *gsp, *sec2;
	struct softgpu_vbios *vbios;
	struct softgpu_gsp_rm *rm;	/* NULL unless GSP-RM runs */
	struct softgpu_regs *regs;	/* plain registers and the list of unknown ones (regs.c) */
	struct softgpu_intr *intr;	/* intr.c */
	struct softgpu_fifo *fifo;	/* channel.c */
	struct softgpu_sensors *sensors;	/* sensors.c */
	struct softgpu_faults *faults;	/* fault-buffer.c */
	struct softgpu_mmu *mmu;	/* mmu.c: BAR1 and BAR2 roots */
	struct softgpu_worker *worker;	/* worker.c; unused if config.synchronous */
	struct softgpu_unknown *unknown;	/* log.c */
	u8 chip_key[32];		/* booter's, to know its own suspend data again */
	struct {			/* what GC6 keeps beside video memory: see power.c */
		bool armed;
		u64 wpr2_start, wpr2_end;
	} gc6;
	unsigned int resets;		/* a job that let go of the lock compares this afterwards */
	bool off_bus;
};

/* softgpu.c */
void sg_reset(struct softgpu *gpu, bool cold);

/* log.c / trace */
enum sg_once { SG_ONCE_NO_MEMORY, SG_ONCE_NO_MASTER };

int sg_log_init(struct softgpu *gpu);
void sg_log_free(struct softgpu *gpu);
/** sg_log_once() - a line that would come by the thousand */
void sg_log_once(struct softgpu *gpu, enum sg_once what, const char *line);
__attribute__((format(printf, 2, 3))) void sg_log(struct softgpu *gpu, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void sg_trace(struct softgpu *gpu, const char *fmt, ...);
/**
 * sg_unknown() - count something the model does not know
 * @kind: a constant: "reg read", "reg write", "rpc" or "control"
 */
void sg_unknown(struct softgpu *gpu, const char *kind, u32 id);
/**
 * sg_fault() - is this the configured fault, and is its turn?
 *
 * Counted faults go by the statistics, asked before the event itself is counted:
 * GSP_DIES once messages_out has reached N, BAD_CHECKSUM and BAD_SEQUENCE for the
 * message that will be the Nth of messages_out, OFF_BUS after N register accesses.
 * For CONTROL_REFUSED the caller compares config.fault.n with the control's id.
 */
bool sg_fault(const struct softgpu *gpu, enum softgpu_fault_kind kind);

/*
 * dma.c: guest memory, page-crossing allowed; false if any byte is not there or bus
 * mastering is off
 */
bool sg_dma_read(struct softgpu *gpu, u64 addr, void *buf, u64 len);
bool sg_dma_write(struct softgpu *gpu, u64 addr, const void *buf, u64 len);

/*
 * worker.c: run @fn(gpu, arg) with the lock held, now if synchronous, else in the
 * model's thread, in order. A reset drops what waits, so @arg is not the job's to free.
 */
int sg_worker_init(struct softgpu *gpu);
void sg_worker_drop(struct softgpu *gpu);
void sg_worker_free(struct softgpu *gpu);	/* without the lock */
void sg_defer(struct softgpu *gpu, void (*fn)(struct softgpu *gpu, void *arg), void *arg);

/** sg_every() - call @fn every @ms from now on, instead of what was asked before; 0 to stop */
void sg_every(struct softgpu *gpu, unsigned int ms, void (*fn)(struct softgpu *gpu));

/* pci.c */
int sg_pci_init(struct softgpu *gpu);
void sg_pci_reset(struct softgpu *gpu);
/** sg_pci_power_on() - as after a reset, but the BARs stay: they are the front's business */
void sg_pci_power_on(struct softgpu *gpu);
/** sg_pci_msi_enabled() - may an MSI be sent? When that becomes true, sg_intr_rearm() is called */
bool sg_pci_msi_enabled(const struct softgpu *gpu);
bool sg_pci_memory_enabled(const struct softgpu *gpu);
bool sg_pci_master_enabled(const struct softgpu *gpu);
/** sg_pci_read() - config space, also for its mirror in BAR0; @len 1, 2 or 4, aligned */
u32 sg_pci_read(struct softgpu *gpu, u32 off, unsigned int len);
void sg_pci_write(struct softgpu *gpu, u32 off, unsigned int len, u32 val);

/*
 * The chip, as softgpu.c reaches it. init allocates, reset gives power-on state
 * (@cold: scratch, too), free also follows an init that failed or never was.
 */
int sg_chip_init(struct softgpu *gpu);
void sg_chip_reset(struct softgpu *gpu, bool cold);
void sg_chip_free(struct softgpu *gpu);
/** sg_reg_read() - BAR0, 32 bits, @off aligned and inside; softgpu.c does other widths */
u32 sg_reg_read(struct softgpu *gpu, u32 off);
void sg_reg_write(struct softgpu *gpu, u32 off, u32 val);
/** sg_aperture_read() - BAR1 or BAR3, @len 1, 2, 4 or 8, inside the BAR, any alignment */
u64 sg_aperture_read(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len);
void sg_aperture_write(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len,
		       u64 val);

/* intr.c */
/** sg_intr_raise() - set a vector's leaf bit, send an MSI if tree and re-arm state allow */
void sg_intr_raise(struct softgpu *gpu, u32 vector);
/** sg_intr_rearm() - the driver wrote XVE_CYA_2: send again if anything enabled is pending */
void sg_intr_rearm(struct softgpu *gpu);

/* falcon.c: raise SWGEN0 on the GSP falcon and its vector */
void sg_gsp_notify(struct softgpu *gpu);
/** sg_gsp_set_mailbox() - what the GSP falcon leaves in MAILBOX0 or 1 for the driver */
void sg_gsp_set_mailbox(struct softgpu *gpu, unsigned int i, u32 val);

/* gsp-rm.c: the stand-in for GSP-RM */
/**
 * sg_gsp_rm_start() - GSP's RISC-V core starts with libos arguments at @libos_args
 * @meta: WPR metadata that booter accepted
 *
 * Return: false (and a log line naming the field) if what the driver prepared is wrong.
 */
bool sg_gsp_rm_start(struct softgpu *gpu, u64 libos_args, const struct gsp_fw_wpr_meta *meta);
/** sg_gsp_rm_doorbell() - NV_PGSP_QUEUE_HEAD(0) was written: messages may wait */
void sg_gsp_rm_doorbell(struct softgpu *gpu);
/** sg_gsp_rm_poll() - time passes: a model without a thread looks again for room in the queue */
void sg_gsp_rm_poll(struct softgpu *gpu);
void sg_gsp_rm_stop(struct softgpu *gpu);
/**
 * sg_gsp_rm_resume() - it starts with what it left in WPR2
 * @meta: at the start of WPR2
 *
 * Return: as sg_gsp_rm_start().
 */
bool sg_gsp_rm_resume(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta);
/** sg_gsp_rm_halted() - it left its state in WPR2 and awaits nothing but a resume */
bool sg_gsp_rm_halted(const struct softgpu *gpu);
/** sg_gsp_error_log() - GSP-RM reports an error, which the driver prints as an Xid line */
void sg_gsp_error_log(struct softgpu *gpu, u32 xid, u32 chid, const char *text);
/** sg_gsp_rc_triggered() - GSP-RM reports that it has stopped a channel */
void sg_gsp_rc_triggered(struct softgpu *gpu, u32 engine, u32 chid, u32 xid);
/** sg_gsp_post_event() - GSP-RM signals an event object of the driver's */
void sg_gsp_post_event(struct softgpu *gpu, u32 h_client, u32 h_event, u32 notify_index, u32 data);

/*
 * mmu.c, used by the stand-in at UPDATE_BAR_PDE and for its static info. Booter puts
 * the two page directories into the non-WPR heap, so they exist while GSP-RM runs.
 * What RM calls BAR2 is SOFTGPU_BAR3 here.
 */
/** sg_mmu_bar_root() - FB address of the page directory, 0 before booter ran */
u64 sg_mmu_bar_root(const struct softgpu *gpu, enum softgpu_bar bar);
/**
 * sg_mmu_set_bar_pde() - make @entry the first PDE of the root
 *
 * Return: false if @level_shift is not the root's.
 */
bool sg_mmu_set_bar_pde(struct softgpu *gpu, enum softgpu_bar bar, u64 entry, u64 level_shift);

/* chip.c: values of the chip, for registers and for GSP's static info */
struct softgpu_chip {
	const char *name, *gpu_name, *short_name, *vbios_version;
	u16 vendor, device, subvendor, subdevice;
	u8 revision;
	u32 boot0, boot42;
	u8 sec2_fuse_version, gsp_fuse_version;
};

extern const struct softgpu_chip softgpu_ga106;

#endif
