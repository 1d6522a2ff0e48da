// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory whose addresses the program chooses: made, mapped twice, handed on as a file. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "cuda.h"

#define TIMES	3

const struct cu_mem_prop vmm_prop = {
	.type = CU_MEM_ALLOCATION_TYPE_PINNED,
	.handle_types = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
	.location = { CU_MEM_LOCATION_TYPE_DEVICE, 0 },
};

bool vmm_map(u64 addr, size_t size, u64 handle)
{
	const struct cu_mem_access access = { vmm_prop.location, CU_MEM_ACCESS_READWRITE };

	return !cu.mem_map(addr, size, 0, handle, 0) &&
	       !cu.mem_set_access(addr, size, &access, 1);
}

/* What is written at one address is read at the other. */
static bool same_bytes(u64 at, u64 other, size_t size)
{
	u8 *buf = malloc(size);
	bool good = buf;

	if (good)
		fill(buf, size, 31);
	good = good && !cu.memcpy_htod(at, buf, size) && !cu.memset_d8(at + 5, 0, 77) &&
	       !cu.memcpy_dtoh(buf, other, size) && is_filled(buf, 0, 5, 31) &&
	       is_filled(buf + 82, 82, size - 82, 31);
	for (unsigned int i = 5; good && i < 82; i++)
		good = !buf[i];
	free(buf);
	return good;
}

static void test_export(u64 handle, u64 addr, size_t size)
{
	u64 other = 0, imported = 0;
	int fd = -1;

	if (!succeeds(cu.mem_export(&fd, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
		      "vmm-export"))
		return;
	succeeds(cu.mem_import(&imported, (void *)(intptr_t)fd,
			       CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR), "vmm-import");
	check(!cu.mem_address_reserve(&other, size, 0, 0, 0) && vmm_map(other, size, imported) &&
	      same_bytes(addr, other, size) && same_bytes(other, addr, size), "vmm-import-shares");
	check(!cu.mem_unmap(other, size) && !cu.mem_release(imported) &&
	      !cu.mem_address_free(other, size), "vmm-import-freed");
	close(fd);
}

static void test_two_addresses(u64 addr, size_t size)
{
	u64 handle;

	if (!succeeds(cu.mem_create(&handle, size, &vmm_prop, 0), "vmm-create"))
		return;
	check(vmm_map(addr, size, handle) && vmm_map(addr + size, size, handle), "vmm-map");
	check(same_bytes(addr, addr + size, size), "vmm-shares");
	check(!cu.mem_unmap(addr + size, size) && same_bytes(addr, addr, size), "vmm-unmap-one");
	test_export(handle, addr, size);
	check(!cu.mem_unmap(addr, size) && !cu.mem_release(handle), "vmm-release");
}

void test_vmm(void)
{
	size_t size = 0, before = 0, after = 0, total;
	u64 addr;

	cu.mem_get_info(&before, &total);
	succeeds(cu.mem_granularity(&size, &vmm_prop, 0), "vmm-granularity");
	if (!succeeds(cu.mem_address_reserve(&addr, 2 * size, 0, 0, 0), "vmm-reserve"))
		return;
	for (unsigned int i = 0; i < TIMES; i++)
		test_two_addresses(addr, size);
	succeeds(cu.mem_address_free(addr, 2 * size), "vmm-address-free");
	cu.mem_get_info(&after, &total);
	check(after == before, "vmm-memory-returns: %zu MiB free, %zu before", after >> 20,
	      before >> 20);
}
