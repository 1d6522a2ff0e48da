// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * System memory that GSP is handed at start: metadata for booter, and for GSP-RM the
 * libos arguments, which lead to log buffers and to its own arguments.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "gsp/boot.h"
#include "gsp/fb-layout.h"

static const u64 log_ids[NV_GSP_NR_LOGS] = {
	GSP_LIBOS_ID_LOGINIT, GSP_LIBOS_ID_LOGINTR, GSP_LIBOS_ID_LOGRM,
};

/* A log starts with its put pointer; its own page addresses follow. */
static void fill_log(struct nv_dma *log)
{
	memcpy((u64 *)log->cpu + 1, log->page, log->size / GSP_PAGE_SIZE * sizeof(u64));
}

static void fill_region(struct gsp_libos_region *region, u64 id8, const struct nv_dma *dma)
{
	region->id8 = id8;
	region->pa = dma->page[0];
	region->size = dma->size;
	region->kind = GSP_LIBOS_REGION_CONTIGUOUS;
	region->loc = GSP_LIBOS_REGION_LOC_SYSMEM;
}

static void fill_libos_args(struct nv_gsp_boot_state *boot)
{
	struct gsp_libos_region *region = boot->libos_args.cpu;
	int i;

	for (i = 0; i < NV_GSP_NR_LOGS; i++)
		fill_region(region++, log_ids[i], &boot->log[i]);
	fill_region(region, GSP_LIBOS_ID_RMARGS, &boot->rm_args);
}

static void fill_rm_args(struct nv_gsp *gsp)
{
	struct gsp_arguments_cached *args = gsp->boot->rm_args.cpu;

	args->shared_mem_phys_addr = gsp->queue.shm.page[0];
	args->page_table_entry_count = GSP_SHM_PAGES;
	args->cmd_queue_offset = GSP_SHM_CMDQ_OFF;
	args->stat_queue_offset = GSP_SHM_STATQ_OFF;
	args->gpu_instance = gsp->gpu->minor;
}

static int fill_wpr_meta(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	const struct gsp_riscv_ucode_desc *desc = &boot->bootloader.desc;
	struct gsp_fw_wpr_meta *meta = boot->wpr_meta.cpu;

	meta->magic = GSP_FW_WPR_META_MAGIC;
	meta->revision = GSP_FW_WPR_META_REVISION;
	meta->sysmem_addr_of_radix3_elf = boot->image.tree.page[0];
	meta->size_of_radix3_elf = boot->image.size;
	meta->sysmem_addr_of_bootloader = boot->bootloader.dma.page[0];
	meta->size_of_bootloader = boot->bootloader.size;
	meta->bootloader_code_offset = desc->monitor_code_offset;
	meta->bootloader_data_offset = desc->monitor_data_offset;
	meta->bootloader_manifest_offset = desc->manifest_offset;
	meta->sysmem_addr_of_signature = boot->image.signature.page[0];
	meta->size_of_signature = boot->image.signature_size;
	return nv_fb_layout(gsp->hw, gsp->gpu->chip, meta);
}

int gsp_boot_mem_init(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	struct {
		struct nv_dma *dma;
		size_t size;
	} blocks[] = {
		{ &boot->flush, GSP_PAGE_SIZE },
		{ &boot->wpr_meta, GSP_PAGE_SIZE },
		{ &boot->libos_args, GSP_PAGE_SIZE },
		{ &boot->rm_args, GSP_PAGE_SIZE },
		{ &boot->log[0], GSP_LIBOS_LOG_SIZE },
		{ &boot->log[1], GSP_LIBOS_LOG_SIZE },
		{ &boot->log[2], GSP_LIBOS_LOG_SIZE },
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		err = gsp->hw->ops->dma_alloc(gsp->hw, blocks[i].dma, blocks[i].size, true);
		if (err)
			return err;
	}

	for (i = 0; i < NV_GSP_NR_LOGS; i++)
		fill_log(&boot->log[i]);
	fill_libos_args(boot);
	fill_rm_args(gsp);
	return fill_wpr_meta(gsp);
}

void gsp_boot_mem_loaded(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;

	nv_gsp_image_fini(gsp->hw, &boot->image);
	nv_bootloader_fini(gsp->hw, &boot->bootloader);
	if (boot->wpr_meta.cpu)
		boot->layout = *(struct gsp_fw_wpr_meta *)boot->wpr_meta.cpu;
	gsp->hw->ops->dma_free(gsp->hw, &boot->wpr_meta);
}

void gsp_boot_mem_fini(struct nv_gsp *gsp)
{
	const struct nv_hw_ops *ops = gsp->hw->ops;
	struct nv_gsp_boot_state *boot = gsp->boot;
	int i;

	gsp_boot_mem_loaded(gsp);
	nv_falcon_ucode_fini(gsp->hw, &boot->booter_load);
	gsp_suspend_mem_fini(gsp);
	for (i = 0; i < NV_GSP_NR_LOGS; i++)
		ops->dma_free(gsp->hw, &boot->log[i]);
	ops->dma_free(gsp->hw, &boot->rm_args);
	ops->dma_free(gsp->hw, &boot->libos_args);
	ops->dma_free(gsp->hw, &boot->flush);
}
