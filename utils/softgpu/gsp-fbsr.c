// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Saving video memory: before it suspends, the driver names a buffer in system memory
 * and pieces of video memory. GSP-RM copies them while it unloads, and back at the
 * resume, before it says INIT_DONE. The driver frees the lists of pages at once, so
 * what they hold is kept here.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/minmax.h>

#include "chip.h"
#include "gsp-rm.h"

#include "abi/ctrl/ctrl-fbsr.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/nv-class.h"

#define PIECES_MAX	65536

bool sg_pages_valid(const struct gsp_pages *pages)
{
	const u64 bytes = pages->nr << GSP_PAGE_SHIFT;

	return pages->nr <= GSP_PAYLOAD_MAX / sizeof(u64) && pages->offset < GSP_PAGE_SIZE &&
	       pages->length <= bytes && pages->offset <= bytes - pages->length;
}

static bool copy_pages(struct gsp_pages *to, const struct gsp_pages *from)
{
	*to = *from;
	to->page = malloc(from->nr * sizeof(u64) + 1);
	if (to->page)
		memcpy(to->page, from->page, from->nr * sizeof(u64));
	return to->page;
}

void sg_fbsr_free(struct softgpu_gsp_rm *rm)
{
	struct gsp_fbsr_piece *piece, *next;

	list_for_each_entry_safe(piece, next, &rm->fbsr.pieces, link) {
		free(piece->vidmem.page);
		free(piece);
	}
	free(rm->fbsr.buffer.page);
	rm->fbsr = (struct gsp_fbsr){};
	INIT_LIST_HEAD(&rm->fbsr.pieces);
}

static const struct gsp_pages *find_list(const struct gsp_call *call, u32 h_client, u32 handle,
					 u32 class)
{
	const struct gsp_object *object = sg_object_find(call->rm, h_client, handle);

	return object && object->class == class ? &object->pages : NULL;
}

/* In these modes GSP-RM copies; in the others only the driver does. */
static bool copies(u32 type)
{
	return type == NV_FBSR_TYPE_DMA || type == NV_FBSR_TYPE_PAGED_DMA;
}

static u32 fbsr_init(const struct gsp_call *call)
{
	const struct nv2080_ctrl_fbsr_init *args = call->params;
	struct gsp_fbsr *fbsr = &call->rm->fbsr;
	const struct gsp_pages *list;

	if (!copies(args->fbsr_type) && args->fbsr_type != NV_FBSR_TYPE_FILE)
		return NV_ERR_INVALID_ARGUMENT;
	if (args->num_regions > PIECES_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	list = find_list(call, args->h_client, args->h_sysmem, NV01_MEMORY_LIST_SYSTEM);
	if (!list)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	if (args->gsp_fb_allocs_sys_offset > list->length && copies(args->fbsr_type))
		return NV_ERR_INVALID_LIMIT;
	/* A suspend that was given up may have left something. */
	sg_fbsr_free(call->rm);
	if (!copy_pages(&fbsr->buffer, list))
		return NV_ERR_NO_MEMORY;
	fbsr->type = args->fbsr_type;
	fbsr->announced = args->num_regions;
	return NV_OK;
}

static bool inside(const struct gsp_pages *pages, u64 offset, u64 size)
{
	return size && size <= pages->length && offset <= pages->length - size;
}

bool sg_fbsr_piece_fits(const struct gsp_fbsr *fbsr, const struct gsp_fbsr_piece *piece)
{
	return inside(&piece->vidmem, piece->vid_offset, piece->size) &&
	       inside(&fbsr->buffer, piece->sys_offset, piece->size);
}

static u32 fbsr_send_region_info(const struct gsp_call *call)
{
	const struct nv2080_ctrl_fbsr_region *args = call->params;
	struct gsp_fbsr *fbsr = &call->rm->fbsr;
	struct gsp_fbsr_piece *piece, wanted;
	const struct gsp_pages *list;

	if (!copies(fbsr->type) || args->fbsr_type != fbsr->type ||
	    fbsr->nr_pieces >= fbsr->announced)
		return NV_ERR_INVALID_STATE;
	list = find_list(call, args->h_client, args->h_vidmem, NV01_MEMORY_LIST_FBMEM);
	if (!list)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	wanted = (struct gsp_fbsr_piece){
		.vidmem = *list, .vid_offset = args->vid_offset,
		.sys_offset = args->sys_offset, .size = args->size,
	};
	if (!sg_fbsr_piece_fits(fbsr, &wanted))
		return NV_ERR_INVALID_LIMIT;
	piece = malloc(sizeof(*piece));
	if (!piece || !copy_pages(&wanted.vidmem, list)) {
		free(piece);
		return NV_ERR_NO_MEMORY;
	}
	*piece = wanted;
	list_add_tail(&piece->link, &fbsr->pieces);
	fbsr->nr_pieces++;
	return NV_OK;
}

/* The address of @off in @pages, and how much of the page is left there. */
static u64 locate(const struct gsp_pages *pages, u64 off, u64 *left)
{
	off += pages->offset;
	*left = GSP_PAGE_SIZE - off % GSP_PAGE_SIZE;
	return (pages->page[off >> GSP_PAGE_SHIFT] << GSP_PAGE_SHIFT) + off % GSP_PAGE_SIZE;
}

static bool copy_piece(struct softgpu *gpu, const struct gsp_fbsr *fbsr,
		       const struct gsp_fbsr_piece *piece, bool save)
{
	u64 done, part, vid = 0, sys = 0, vid_left, sys_left;
	u8 buf[GSP_PAGE_SIZE];

	for (done = 0; done < piece->size; done += part) {
		vid = locate(&piece->vidmem, piece->vid_offset + done, &vid_left);
		sys = locate(&fbsr->buffer, piece->sys_offset + done, &sys_left);
		part = min(piece->size - done, min(vid_left, sys_left));
		if (save && !(sg_vram_read(gpu, vid, buf, part) &&
			      sg_dma_write(gpu, sys, buf, part)))
			break;
		if (!save && !(sg_dma_read(gpu, sys, buf, part) &&
			       sg_vram_write(gpu, vid, buf, part)))
			break;
	}
	if (done < piece->size)
		sg_log(gpu, "GSP-RM cannot %s: video memory %#llx, system memory %#llx",
		       save ? "save" : "restore", vid, sys);
	return done >= piece->size;
}

static bool copy_all(struct softgpu_gsp_rm *rm, bool save)
{
	const struct gsp_fbsr_piece *piece;
	u64 bytes = 0;

	list_for_each_entry(piece, &rm->fbsr.pieces, link) {
		if (!copy_piece(rm->gpu, &rm->fbsr, piece, save))
			return false;
		bytes += piece->size;
	}
	sg_trace(rm->gpu, "gsp %s %#llx bytes of video memory in %u pieces",
		 save ? "saves" : "restores", bytes, rm->fbsr.nr_pieces);
	return true;
}

u32 sg_fbsr_save(struct softgpu_gsp_rm *rm)
{
	const struct gsp_fbsr *fbsr = &rm->fbsr;

	if (copies(fbsr->type) && fbsr->nr_pieces != fbsr->announced) {
		sg_log(rm->gpu, "GSP-RM cannot suspend: FBSR_INIT announced %u regions, %u came",
		       fbsr->announced, fbsr->nr_pieces);
		return NV_ERR_INVALID_STATE;
	}
	return copy_all(rm, true) ? NV_OK : NV_ERR_INVALID_ADDRESS;
}

bool sg_fbsr_restore(struct softgpu_gsp_rm *rm)
{
	return copy_all(rm, false);
}

const struct gsp_control sg_controls_fbsr[] = {
	{ NV2080_CTRL_CMD_INTERNAL_FBSR_INIT, sizeof(struct nv2080_ctrl_fbsr_init), fbsr_init },
	{ NV2080_CTRL_CMD_INTERNAL_FBSR_SEND_REGION_INFO, sizeof(struct nv2080_ctrl_fbsr_region),
	  fbsr_send_region_info },
	{}
};
