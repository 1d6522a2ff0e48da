// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What an open /dev/nvidia-uvm becomes: a VA space, or what keeps a VA space's process memory.
 *
 * A VA space knows the mm of its process, but does not keep it: its mappings hold the file, so
 * neither would ever go. A second file keeps the mm. It cannot be mapped, so that it is closed
 * with the other files of the process, and the mm goes then.
 */
#include <linux/file.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "nv-uvm-interface.h"
#include "uvm-linux.h"

#define UVM_INIT_FLAGS	(UVM_INIT_FLAGS_DISABLE_HMM | UVM_INIT_FLAGS_MULTI_PROCESS_SHARING_MODE)

int uvm_open(struct inode *inode, struct file *file)
{
	struct uvm_file *uf = kzalloc(sizeof(*uf), GFP_KERNEL_ACCOUNT);

	if (!uf)
		return -ENOMEM;
	mutex_init(&uf->lock);
	file->private_data = uf;
	return nonseekable_open(inode, file);
}

static void uvm_become(struct uvm_file *uf, enum uvm_file_kind kind)
{
	smp_store_release(&uf->kind, kind); /* whoever sees it sees the rest */
}

u32 uvm_initialize(struct file *file, void *params)
{
	const struct uvm_initialize_params *p = params;
	struct uvm_file *uf = uvm_file(file);
	u32 status = NV_OK;

	if (p->flags & ~(u64)UVM_INIT_FLAGS)
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&uf->lock);
	if (uf->kind == UVM_FILE_BLANK) {
		uf->flags = p->flags;
		if (!(p->flags & UVM_INIT_FLAGS_MULTI_PROCESS_SHARING_MODE)) {
			uf->mm = current->mm;
			mmgrab(uf->mm);
		}
		uvm_va_space_init(&uf->vs, nv_uvm_os());
		uvm_become(uf, UVM_FILE_VA_SPACE);
	} else if (uf->kind == UVM_FILE_MM || uf->flags != p->flags) {
		status = NV_ERR_INVALID_ARGUMENT;
	}
	mutex_unlock(&uf->lock);
	return status;
}

/* Let a VA space have its one MM file, whose lock is held; that one is no VA space. */
static u32 uvm_keep_mm(struct uvm_file *va_space)
{
	u32 status = NV_OK;

	if (!va_space->mm)
		return NV_WARN_NOTHING_TO_DO;
	mutex_lock_nested(&va_space->lock, SINGLE_DEPTH_NESTING);
	if (va_space->has_mm_file)
		status = NV_ERR_INVALID_STATE;
	else if (mmget_not_zero(va_space->mm))
		va_space->has_mm_file = true;
	else
		status = NV_ERR_PAGE_TABLE_NOT_AVAIL;
	mutex_unlock(&va_space->lock);
	return status;
}

static u32 uvm_become_mm(struct uvm_file *uf, struct file *va_space)
{
	u32 status;

	if (va_space->f_op != &uvm_fops || uvm_file_kind(va_space) != UVM_FILE_VA_SPACE)
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&uf->lock);
	status = uf->kind == UVM_FILE_BLANK ? NV_OK : NV_ERR_IN_USE;
	if (status == NV_OK)
		status = uvm_keep_mm(uvm_file(va_space));
	if (status == NV_OK) {
		uf->mm = uvm_file(va_space)->mm;
		uf->va_space = get_file(va_space);
		uvm_become(uf, UVM_FILE_MM);
	}
	mutex_unlock(&uf->lock);
	return status;
}

u32 uvm_mm_initialize(struct file *file, void *params)
{
	const struct uvm_mm_initialize_params *p = params;
	struct file *va_space = fget(p->uvm_fd);
	u32 status;

	if (!va_space)
		return NV_ERR_INVALID_ARGUMENT;
	status = uvm_become_mm(uvm_file(file), va_space);
	fput(va_space);
	return status;
}

/* What is on GPUs goes before the memory of the process does. */
static void uvm_close(struct uvm_file *uf)
{
	nv_uvm_enter_always();
	switch (uf->kind) {
	case UVM_FILE_VA_SPACE:
		uvm_va_space_fini(&uf->vs);
		if (uf->mm)
			mmdrop(uf->mm);
		break;
	case UVM_FILE_MM:
		uvm_va_space_stop(&uvm_file(uf->va_space)->vs);
		break;
	case UVM_FILE_BLANK:
		break;
	}
	nv_uvm_leave();
	if (uf->kind == UVM_FILE_MM) {
		mmput(uf->mm);
		fput(uf->va_space);
	}
	mutex_destroy(&uf->lock);
	kfree(uf);
}

static void uvm_close_work(struct work_struct *work)
{
	uvm_close(container_of(work, struct uvm_file, close_work));
}

/* While a GPU sleeps nothing can be given back on it; a process that was killed must not wait. */
int uvm_release(struct inode *inode, struct file *file)
{
	struct uvm_file *uf = uvm_file(file);

	if (nv_uvm_closed()) {
		INIT_WORK(&uf->close_work, uvm_close_work);
		queue_work(uvm_close_queue, &uf->close_work);
	} else {
		uvm_close(uf);
	}
	return 0;
}
