/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_LINUX_H
#define NV_LINUX_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/kref.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "nv-gpu.h"
#include "nv-hw.h"
#include "nv-uvm-interface.h"
#include "rm/rm.h"

/**
 * DOC: nvidia.ko on Linux
 *
 * This folder is everything of nvidia.ko that is Linux: the PCI driver
 * (nv-pci.c), struct nv_hw on a PCI device (os-interface.c, nv-dma.c), interrupts
 * (nv-msi.c), device nodes (nv-chrdev.c, nv-ioctl.c), mappings of user space (nv-mmap.c),
 * its memory (os-mlock.c), /proc (nv-procfs.c) and module parameters (nv-reg.c,
 * os-registry.c). What the hardware and the interfaces are is in src/.
 *
 * A GPU's struct nv_linux_state is held by the PCI driver and by each open file of
 * its node. Unbinding while files are open takes the hardware away at once
 * (nv_hw.lost) and the memory with the last file.
 */

struct seq_file;

#define NV_MODULE_NAME			"nvidia"
#define NV_MAJOR_DEVICE_NUMBER		195
#define NV_MINOR_GPU_COUNT		248	/* 248 to 253 are nobody's */
#define NV_MINOR_CONTROL		255	/* 254 is nvidia-modeset's */

/**
 * struct nv_gate - lets user space to the hardware, or makes it wait while the GPU sleeps
 * @inside: how many are inside, now and then one who turns back at once
 * @closed: who comes waits
 * @wait: where they wait, and who closes it until the last one has left
 * @dep_map: to lockdep it is a lock
 */
struct nv_gate {
	atomic_t inside;
	bool closed;
	wait_queue_head_t wait;
	struct lockdep_map dep_map;
};

enum nv_pm_state { NV_PM_OPEN, NV_PM_CLOSED, NV_PM_REMOVED };

/**
 * struct nv_linux_state - one GPU
 * @ref: see above
 * @hw: the core's window to this device
 * @gpu: the core's view of it
 * @pci: the device; a reference is held
 * @regs: BAR0; mapped until the last reference goes
 * @irq: its MSI, or 0
 * @wait: where nv_hw.wait sleeps
 * @woken: nv_hw.wake was called since the last wait
 * @gate: between user space and the hardware
 * @inode: files of @node put what they map of BAR0 and BAR1 into its address space
 * @write_combining: BAR1 is reserved as write-combined memory
 * @node: /dev/nvidiaN
 * @proc: /proc/driver/nvidia/gpus/<PCI address>
 * @registry: RM's settings for this GPU
 * @open_files: files open on @node
 * @start_error: result of the last attempt to start it
 * @pm_state: what nv-pm.c has done with @gate
 */
struct nv_linux_state {
	struct kref ref;
	struct nv_hw hw;
	struct nv_gpu gpu;
	struct pci_dev *pci;
	void __iomem *regs;
	int irq;
	wait_queue_head_t wait;
	atomic_t woken;
	struct nv_gate gate;
	struct inode *inode;
	bool write_combining;
	struct device *node;
	struct proc_dir_entry *proc;
	struct nv_registry *registry;
	atomic_t open_files;
	int start_error;
	enum nv_pm_state pm_state;
};

/**
 * struct nv_linux_file - an open node
 * @rm: the resource manager's part
 * @file: whose private data this is
 * @nvl: GPU of the node, NULL for /dev/nvidiactl
 * @ctl: file given with NV_ESC_REGISTER_FD, whose clients live at least as long as this
 *	file; a reference is held. Set once, under nv_register_lock.
 * @attached: GPUs that run as long as this file is open, NULL if none were ever attached; set
 *	once, under nv_register_lock
 * @num_attached: how many
 * @map: what mmap() maps, or NULL; set once, under @map_lock
 * @revoked: what @map maps is gone; under @map_lock
 * @map_lock: held by who works on what @map maps; below mmap_lock and the gate
 * @events: where poll() waits
 */
struct nv_linux_file {
	struct rm_file rm;
	struct file *file;
	struct nv_linux_state *nvl;
	struct file *ctl;
	struct nv_linux_state **attached;
	unsigned int num_attached;
	struct rm_mmap *map;
	bool revoked;
	struct rw_semaphore map_lock;
	wait_queue_head_t events;
};

static inline struct nv_linux_state *hw_to_nvl(struct nv_hw *hw)
{
	return container_of(hw, struct nv_linux_state, hw);
}

extern struct rm nv_rm;

/* nv-pci.c */
int nv_pci_register_driver(void);
void nv_pci_unregister_driver(void);
/** nv_get_minor() - the GPU of a minor with a reference, or NULL */
struct nv_linux_state *nv_get_minor(unsigned int minor);
void nv_put(struct nv_linux_state *nvl);
/** nv_next_gpu() - the GPU with the lowest minor from @minor on, with a reference, or NULL */
struct nv_linux_state *nv_next_gpu(unsigned int minor);

/* os-interface.c */
extern const struct nv_hw_ops nv_pci_hw_ops;
extern const struct rm_os nv_rm_os;

/* nv-dma.c */
int nv_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig);
int nv_dma_alloc_user(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig);
void nv_dma_free(struct nv_hw *hw, struct nv_dma *dma);
/**
 * nv_dma_map() - make pages known to the device
 * @sgt: filled in, for nv_dma_unmap()
 * @page: filled in: the address of each 4 KiB
 *
 * Return: 0; -EOPNOTSUPP where CPU and device would see different things; -ENOMEM and the like.
 */
int nv_dma_map(struct device *dev, struct sg_table *sgt, struct page **pages, size_t count,
	       enum dma_data_direction direction, u64 *page);
void nv_dma_unmap(struct device *dev, struct sg_table *sgt, enum dma_data_direction direction);

/* nv-gate.c */
void nv_gate_init(struct nv_gate *gate);
/**
 * nv_gate_enter() - begin to use the GPU; sleeps while it sleeps
 *
 * Between this and nv_gate_leave() no user memory is touched: it may be a mapping of the GPU
 * that waits for the gate, and whoever closes that waits for those inside. Nobody enters twice,
 * but by nv_gate_try_enter().
 *
 * Return: 0; -ERESTARTSYS if the process is killed meanwhile; -ENODEV if the GPU is gone.
 */
int nv_gate_enter(struct nv_linux_state *nvl);
/** nv_gate_reenter() - be inside again, whatever happens, for who left although the caller stays */
void nv_gate_reenter(struct nv_linux_state *nvl);
/** nv_gate_try_enter() - likewise, without sleeping; false if it is closed */
bool nv_gate_try_enter(struct nv_linux_state *nvl);
void nv_gate_leave(struct nv_linux_state *nvl);
/** nv_gate_wait() - sleep until trying again is worth it. Return: 0; -ERESTARTSYS if killed */
int nv_gate_wait(struct nv_linux_state *nvl);
/** nv_gate_close() - let nobody in any more and wait for those inside; they don't wait for us */
void nv_gate_close(struct nv_linux_state *nvl);
/** nv_gate_open() - let everybody in; also one that is open, to wake those who wait in vain */
void nv_gate_open(struct nv_linux_state *nvl);
/** nv_uvm_gate_close() - let no call of nvidia-uvm.ko begin, before any gate of a GPU closes */
void nv_uvm_gate_close(void);
/** nv_uvm_gate_open() - the inverse, when all gates are open; also if it is open */
void nv_uvm_gate_open(void);

/* nv-mmap.c */
int nv_mmap_init(void);
void nv_mmap_exit(void);
int nv_mmap_add_gpu(struct nv_linux_state *nvl);
/** nv_mmap_remove_gpu() - the inverse, when nobody holds @nvl any more; also if that failed */
void nv_mmap_remove_gpu(struct nv_linux_state *nvl);
/** nv_mmap_open() - prepare a file of which nvl is set */
void nv_mmap_open(struct nv_linux_file *nvlf, struct file *file);
void nv_mmap_release(struct nv_linux_file *nvlf);
int nv_mmap(struct file *file, struct vm_area_struct *vma);
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
unsigned long nv_get_unmapped_area(struct file *file, unsigned long address, unsigned long len,
				   unsigned long pgoff, unsigned long flags);
#else
#define nv_get_unmapped_area	NULL
#endif
/** nv_revoke_gpu_mappings_locked() - unmap the GPU's BARs everywhere; its gate is closed */
void nv_revoke_gpu_mappings_locked(struct nv_linux_state *nvl);
/* struct rm_os */
int nv_mmap_context(const struct rm_caller *caller, int fd, struct rm_mmap *map);
void nv_mmap_revoke(struct rm_mmap *map);

/* os-mlock.c */
/**
 * nv_follow_pfn() - the page frame of I/O memory that user space has mapped
 * @vma: found with mmap_lock held, which still is
 * @address: in it
 * @pfn: set in any case, to 0 on failure
 *
 * Return: 0; -EINVAL if @vma maps no I/O memory or ends before @address; -EFAULT if nothing is
 * mapped there at present.
 */
int nv_follow_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long *pfn);
typedef int nv_pfn_run_fn(void *ctx, unsigned long pfn, unsigned long count);
/**
 * nv_follow_pfn_range() - visit the page frames of a range, in one step per page table entry
 * @vma: as above
 * @address: begin, a multiple of the page size
 * @size: bytes, likewise; the range ends in @vma
 * @write: only what may be written
 * @fn: called with @ctx for each run of @count frames from @pfn on; an error ends the walk
 * @ctx: for @fn
 *
 * Return: bytes visited, fewer than @size if nothing (or nothing writable) is mapped behind;
 * -EFAULT if that is so at @address; -EINVAL as above; an error of @fn.
 */
long nv_follow_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long size,
			 bool write, nv_pfn_run_fn *fn, void *ctx);
/* struct rm_os */
int nv_pin_user(struct nv_gpu *gpu, u64 user, u64 size, bool writable, struct nv_dma *out);
void nv_unpin_user(struct nv_gpu *gpu, struct nv_dma *dma);

/* os-swap.c */
int nv_swap_alloc(struct nv_hw *hw, struct nv_swap *swap, u64 size);
int nv_swap_write(struct nv_hw *hw, struct nv_swap *swap, u64 off, const void *buf, size_t n);
int nv_swap_read(struct nv_hw *hw, struct nv_swap *swap, u64 off, void *buf, size_t n);
void nv_swap_free(struct nv_hw *hw, struct nv_swap *swap);

/* nv-pm.c */
extern const struct dev_pm_ops nv_pm_ops;
int nv_pm_init(void);
void nv_pm_exit(void);
/** nv_pm_remove_gpu() - let everybody through to a GPU that goes away: it sleeps no more */
void nv_pm_remove_gpu(struct nv_linux_state *nvl);

/* nv-pm-proc.c */
/** nv_pm_policy() - what the module's parameters and the machine say of how to sleep */
void nv_pm_policy(struct nv_power_policy *policy, bool hibernate);
int nv_power_proc_show(struct seq_file *m, void *v);
/** nv_pm_proc_add() - suspend and suspend_depth below @root; 0, -ENOMEM */
int nv_pm_proc_add(struct proc_dir_entry *root);

/* nv-msi.c */
int nv_request_irq(struct nv_linux_state *nvl);
void nv_free_irq(struct nv_linux_state *nvl);
void nv_sync_irq(struct nv_hw *hw);

/* nv-chrdev.c */
int nv_chrdev_init(void);
void nv_chrdev_exit(void);
/**
 * nv_open_gpu() - bring a GPU up for its first user; the others find it running
 *
 * Return: 0; -EIO if it does not start; an error of nv_gate_enter().
 */
int nv_open_gpu(struct nv_linux_state *nvl);
/** nv_close_gpu() - the inverse, and drop a reference */
void nv_close_gpu(struct nv_linux_state *nvl);
/* struct rm_os */
struct rm_file *nv_file_get(int fd);
void nv_file_put(struct rm_file *file);
void nv_event_post(struct rm_file *file);
extern const struct file_operations nv_fops;

/* nv-ioctl.c */
/** nv_caller() - the current process, asking through an open node */
struct rm_caller nv_caller(struct file *file);
long nv_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
void nv_ioctl_release(struct nv_linux_file *nvlf);

/* nv-procfs.c */
int nv_procfs_init(void);
void nv_procfs_exit(void);
int nv_procfs_add_gpu(struct nv_linux_state *nvl);
void nv_procfs_remove_gpu(struct nv_linux_state *nvl);

/* nv-reg.c: module parameters */
extern unsigned int NVreg_ModifyDeviceFiles;
extern unsigned int NVreg_DeviceFileUID, NVreg_DeviceFileGID, NVreg_DeviceFileMode;
extern unsigned int NVreg_RegisterPCIDriver;
extern unsigned int NVreg_EnableS0ixPowerManagement;
extern unsigned int NVreg_S0ixPowerManagementVideoMemoryThreshold;
extern unsigned int NVreg_PreserveVideoMemoryAllocations;
extern char *NVreg_RegistryDwords, *NVreg_RegistryDwordsPerDevice;
void nv_params_show(struct seq_file *m);
/** nv_params_each() - call @fn for every numeric parameter */
void nv_params_each(void (*fn)(void *ctx, const char *name, u32 value), void *ctx);

/* os-registry.c */
/** nv_registry_create() - RM's settings for @pci from the module's parameters, or an ERR_PTR */
struct nv_registry *nv_registry_create(struct pci_dev *pci);
void nv_registry_free(struct nv_registry *registry);

#endif
