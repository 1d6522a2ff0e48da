/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL_H
#define NV_ABI_CTRL_H

#include "abi/abi.h"
#include "abi/ctrl/ctrl-channel.h"
#include "abi/ctrl/ctrl-engine.h"
#include "abi/ctrl/ctrl-info.h"
#include "abi/ctrl/ctrl0000.h"
#include "abi/ctrl/ctrl0041.h"
#include "abi/ctrl/ctrl0073.h"
#include "abi/ctrl/ctrl0080.h"
#include "abi/ctrl/ctrl2080.h"
#include "abi/ctrl/ctrl208f.h"
#include "abi/ctrl/ctrl503c.h"
#include "abi/ctrl/ctrl5070.h"
#include "abi/ctrl/ctrl83de.h"
#include "abi/ctrl/ctrlb0cc.h"

/**
 * DOC: controls
 *
 * A row C(id, name, params_size, rights, route) for each control that user space may
 * send and this driver answers or passes on, in ascending order of id. The upper half
 * of an id is the class whose objects have the control.
 *
 * rights is USER (anybody) or ADMIN (CAP_SYS_ADMIN). route is RM if src/rm answers it,
 * GSP if GSP-RM does.
 *
 * No row have: controls that only kernel code may send; those whose parameters hold
 * pointers that nobody unpacks yet, since GSP would take them for its own; and those
 * for NVIDIA's tools without public definition. The last have bit 15 set and are
 * passed on as they are (src/rm/control.c).
 *
 * Source of numbers, sizes and rights: open-gpu-kernel-modules 550.163.01, ctrl/ and
 * the exported methods in g_*_nvoc.c.
 */
#define NV_CTRLS(C) \
	NV_CTRLS_0000(C) \
	NV_CTRLS_0073(C) \
	NV_CTRLS_0080(C) \
	NV_CTRLS_00DE(C) \
	NV_CTRLS_2080(C) \
	NV_CTRLS_208F(C) \
	NV_CTRLS_402C(C) \
	NV_CTRLS_503C(C) \
	NV_CTRLS_5070(C) \
	NV_CTRLS_5080(C) \
	NV_CTRLS_83DE(C) \
	NV_CTRLS_906F(C) \
	NV_CTRLS_90XX(C) \
	NV_CTRLS_CHANNEL(C) \
	NV_CTRLS_B0CC(C) \
	NV_CTRLS_C36F(C) \
	NV_CTRLS_C37X(C) \
	NV_CTRLS_CB33(C)

#define NV_CTRL_NUMBER(id, name, size, rights, route)	name = (id),
enum nv_ctrl {
	NV_CTRLS(NV_CTRL_NUMBER)
};

#undef NV_CTRL_NUMBER

#define NV_CTRL_DEPRECATED_NUMBER(id, name, v2)	name = (id),
enum nv_ctrl_deprecated {
	NV_CTRLS_DEPRECATED(NV_CTRL_DEPRECATED_NUMBER)
};

#undef NV_CTRL_DEPRECATED_NUMBER

#define NV_CTRL_CLASS(cmd)		((cmd) >> 16)
/* Both halves of a control's number below the class being zero ask nothing: always NV_OK. */
#define NV_CTRL_IS_NULL(cmd)		(((cmd) & 0xffff) == 0)
/* Controls without public definition; with both bits for administrators only. */
#define NV_CTRL_LEGACY			0x8000
#define NV_CTRL_LEGACY_PRIVILEGED	0xc000
/* Has bit 15 by accident: it is for the driver alone. */
#define NV2080_CTRL_CMD_INTERNAL_GCX_ENTRY_PREREQUISITE	0x2080a7d7

#endif
