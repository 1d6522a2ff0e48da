/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UVM_LINUX_H
#define UVM_LINUX_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "uvm/uvm.h"

/**
 * DOC: nvidia-uvm.ko on Linux
 *
 * This folder is everything of nvidia-uvm.ko that is Linux: device nodes (uvm.c), what an open
 * one is (uvm-file.c), ioctls (uvm-ioctl.c) and mappings (uvm-mmap.c). What VA spaces are is in
 * src/uvm; what GPUs and their memory are is nvidia.ko's, by nv-uvm-interface.h and rm/uvm.h.
 */

#define UVM_MODULE_NAME	"nvidia-uvm"

enum uvm_file_kind { UVM_FILE_BLANK, UVM_FILE_VA_SPACE, UVM_FILE_MM };

/**
 * struct uvm_file - an open /dev/nvidia-uvm
 * @lock: held while it becomes what it is
 * @kind: what it is; UVM_INITIALIZE or UVM_MM_INITIALIZE decide, once
 * @flags: of UVM_INITIALIZE
 * @vs: the VA space, if it is one
 * @mm: VA space: of whom, but that may be gone; MM: likewise, and it is kept; NULL if the VA space
 *	is shared between processes
 * @has_mm_file: the VA space has a file that keeps its mm; under @lock
 * @va_space: MM: the file of the VA space, with a reference
 * @close_work: closes the file while a GPU sleeps
 */
struct uvm_file {
	struct mutex lock;
	enum uvm_file_kind kind;
	u64 flags;
	struct uvm_va_space vs;
	struct mm_struct *mm;
	bool has_mm_file;
	struct file *va_space;
	struct work_struct close_work;
};

static inline struct uvm_file *uvm_file(struct file *file)
{
	return file->private_data;
}

/** uvm_file_kind() - what @file is; it stays what it is, unless it is blank */
static inline enum uvm_file_kind uvm_file_kind(struct file *file)
{
	return smp_load_acquire(&uvm_file(file)->kind); /* see uvm_become() */
}

/* uvm.c */
extern const struct file_operations uvm_fops;
extern struct workqueue_struct *uvm_close_queue;

/* uvm-ioctl.c */
long uvm_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* uvm-mmap.c */
int uvm_mmap(struct file *file, struct vm_area_struct *vma);

/* uvm-file.c */
u32 uvm_initialize(struct file *file, void *params);
u32 uvm_mm_initialize(struct file *file, void *params);
int uvm_open(struct inode *inode, struct file *file);
int uvm_release(struct inode *inode, struct file *file);

#endif
