// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The ioctl() that libcuda finds before the C library's: it counts. With CUDA_IOCTLS in the
 * environment it prints what went wrong, too.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi/nv-ioctl.h"
#include "abi/nvos.h"
#include "cuda.h"

unsigned long ioctls;

static void show(unsigned long request, const void *arg, long ret)
{
	const struct nvos54_parameters *control = arg;
	const struct nvos64_parameters *alloc = arg;
	unsigned int nr = _IOC_NR(request), size = _IOC_SIZE(request);

	if (nr == NV_ESC_RM_CONTROL && size == sizeof(*control)) {
		if (control->status)
			printf("# control %08x of %08x: %#x\n", control->cmd, control->h_object,
			       control->status);
	} else if (nr == NV_ESC_RM_ALLOC && size == sizeof(*alloc)) {
		if (alloc->status)
			printf("# class %04x: %#x\n", alloc->h_class, alloc->status);
	} else if (ret) {
		printf("# ioctl %08lx: errno %d\n", request, errno);
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	void *arg;
	va_list args;
	long ret;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	__atomic_fetch_add(&ioctls, 1, __ATOMIC_RELAXED);
	ret = syscall(SYS_ioctl, fd, request, arg);
	if (getenv("CUDA_IOCTLS"))
		show(request, arg, ret);
	return ret;
}
