/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_STDARG_H
#define UNIT_LINUX_STDARG_H

#include <stdarg.h>

#endif
