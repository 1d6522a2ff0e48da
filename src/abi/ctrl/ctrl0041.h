/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL0041_H
#define NV_ABI_CTRL0041_H

#include "abi/ctrl/ctrl-info.h"

/*
 * Controls that memory of all classes has. Their parameters point to a list, so that they have no
 * row; struct nvxxxx_ctrl_info_params.
 */
#define NV0041_CTRL_CMD_GET_SURFACE_INFO		0x00410110

#define NV0041_CTRL_SURFACE_INFO_INDEX_ATTRS		1	/* compression, ZCULL */
#define NV0041_CTRL_SURFACE_INFO_INDEX_COMPR_COVERAGE	5
#define NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_SIZE	7	/* pages of 4 KiB */
#define NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_ATTR	8	/* bits of NVOS32_ATTR_* */
#define NV0041_CTRL_SURFACE_INFO_INDEX_ADDR_SPACE_TYPE	9	/* NV0000_CTRL_CLIENT_ADDR_* */

#endif
