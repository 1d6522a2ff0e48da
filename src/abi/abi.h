/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_ABI_H
#define NV_ABI_ABI_H

/**
 * DOC: wire layouts
 *
 * Every header in this folder describes bytes of release 550.163.01: what user
 * space passes in ioctls, what the driver and GSP-RM put into messages, what
 * lies in firmware and VBIOS images. The driver, the device model and the tests
 * compile the same headers, so a wrong offset shows as a failed assertion and
 * not as two parties that agree with each other and with nobody else.
 *
 * The wire is little endian, as are all machines this driver builds for; the
 * structs therefore use plain u8..u64. Sizes and offsets come from the release's
 * DWARF (open-gpu-kernel-modules 550.163.01, x86_64).
 */

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define NV_RELEASE		"550.163.01"

#define NV_ABI_SIZE(type, size) \
	static_assert(sizeof(type) == (size), #type " has the wrong size")
#define NV_ABI_OFFSET(type, field, off) \
	static_assert(offsetof(type, field) == (off), #type "." #field " is misplaced")

#endif
