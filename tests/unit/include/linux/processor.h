/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_PROCESSOR_H
#define UNIT_LINUX_PROCESSOR_H

#include <linux/compiler.h>

#define cpu_relax()	barrier()

#endif
