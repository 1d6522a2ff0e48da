/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_RS_ACCESS_H
#define NV_ABI_RS_ACCESS_H

#include <linux/bits.h>

/* Who may do what with an object: struct rs_share_policy of RM_SHARE. Source:
 * open-gpu-kernel-modules 550.163.01, rs_access.h.
 */
#define RS_ACCESS_DUP_OBJECT		0
#define RS_ACCESS_NICE			1
#define RS_ACCESS_DEBUG			2

#define RS_SHARE_TYPE_NONE		0
#define RS_SHARE_TYPE_ALL		1
#define RS_SHARE_TYPE_OS_SECURITY_TOKEN	2
#define RS_SHARE_TYPE_CLIENT		3
#define RS_SHARE_TYPE_PID		4
#define RS_SHARE_TYPE_SMC_PARTITION	5
#define RS_SHARE_TYPE_GPU		6
#define RS_SHARE_TYPE_FM_CLIENT		7
#define RS_SHARE_TYPE_MAX		8

#define RS_SHARE_ACTION_FLAG_REVOKE	BIT(0)
#define RS_SHARE_ACTION_FLAG_REQUIRE	BIT(1)
#define RS_SHARE_ACTION_FLAG_COMPOSE	BIT(2)

#endif
