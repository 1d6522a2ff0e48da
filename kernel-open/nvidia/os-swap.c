// SPDX-License-Identifier: MIT OR GPL-2.0
/* Pageable memory: an unnamed file of shmem, which goes to swap when memory runs short. */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>

#include "nv-linux.h"

#define NV_SWAP_TRIES		50
#define NV_SWAP_PAUSE_MS	100

int nv_swap_alloc(struct nv_hw *hw, struct nv_swap *swap, u64 size)
{
	/* Charged as a whole: what overcommit forbids fails here and not half way. */
	struct file *file = shmem_file_setup("nvidia-suspend", size, shmem_no_flags);

	if (IS_ERR(file))
		return -ENOMEM;
	/* No process shall be killed for a suspend: that can be given up. */
	mapping_set_gfp_mask(file->f_mapping, GFP_HIGHUSER | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	*swap = (struct nv_swap) { .size = size, .priv = file };
	return 0;
}

int nv_swap_write(struct nv_hw *hw, struct nv_swap *swap, u64 off, const void *buf, size_t n)
{
	loff_t pos = off;
	ssize_t ret;

	for (; n; n -= ret, buf += ret) {
		if (signal_pending(current))
			return -EINTR;
		ret = kernel_write(swap->priv, buf, n, &pos);
		if (ret == -EINTR || ret == -ERESTARTSYS)
			return -EINTR;
		if (ret <= 0)
			return -ENOMEM;
	}
	return 0;
}

/* What was swapped out needs memory again. To lose it is worse than to wait, or to kill for it. */
static ssize_t nv_swap_read_some(struct file *file, void *buf, size_t n, loff_t *pos)
{
	unsigned int tries;
	ssize_t ret;

	mapping_set_gfp_mask(file->f_mapping, GFP_HIGHUSER);
	for (tries = 0; tries < NV_SWAP_TRIES; tries++) {
		ret = kernel_read(file, buf, n, pos);
		if (ret != -ENOMEM)
			break;
		msleep(NV_SWAP_PAUSE_MS);
	}
	return ret;
}

int nv_swap_read(struct nv_hw *hw, struct nv_swap *swap, u64 off, void *buf, size_t n)
{
	loff_t pos = off;
	ssize_t ret;

	for (; n; n -= ret, buf += ret) {
		ret = nv_swap_read_some(swap->priv, buf, n, &pos);
		if (ret <= 0)
			return -EIO;
	}
	return 0;
}

void nv_swap_free(struct nv_hw *hw, struct nv_swap *swap)
{
	if (swap->priv)
		fput(swap->priv);
	*swap = (struct nv_swap) { };
}
