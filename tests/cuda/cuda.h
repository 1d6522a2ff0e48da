/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef TESTS_CUDA_H
#define TESTS_CUDA_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * DOC: programs for libcuda
 *
 * They load libcuda.so.1 by themselves and declare the calls of its public driver
 * interface that they use, so neither a toolkit nor its headers are needed. Verdicts are
 * printed as "ok NAME" and "not ok NAME reason" lines.
 */

#define CUDA_SUCCESS			0
#define CUDA_ERROR_INVALID_VALUE	1
#define CUDA_ERROR_OUT_OF_MEMORY	2
#define CUDA_ERROR_NOT_READY		600
#define CUDA_ERROR_ILLEGAL_ADDRESS	700
#define CUDA_ERROR_LAUNCH_FAILED	719

#define CU_DEVICE_ATTRIBUTE_WARP_SIZE			10
#define CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT	16
#define CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR	75
#define CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR	76

#define CU_MEMORYTYPE_HOST		1
#define CU_MEMORYTYPE_DEVICE		2
#define CU_MEMORYTYPE_ARRAY		3

#define CU_AD_FORMAT_UNSIGNED_INT8	1
#define CU_AD_FORMAT_FLOAT		0x20

struct cu_uuid {
	u8 bytes[16];
};

/** struct cu_memcpy_2d - a copy of @height lines of @width bytes */
struct cu_memcpy_2d {
	size_t src_x, src_y;
	unsigned int src_type;
	const void *src_host;
	u64 src_device;
	void *src_array;
	size_t src_pitch;
	size_t dst_x, dst_y;
	unsigned int dst_type;
	void *dst_host;
	u64 dst_device;
	void *dst_array;
	size_t dst_pitch;
	size_t width, height;
};

/** struct cu_memcpy_3d - a copy of @depth planes of such lines; a plane is height times pitch */
struct cu_memcpy_3d {
	size_t src_x, src_y, src_z, src_lod;
	unsigned int src_type;
	const void *src_host;
	u64 src_device;
	void *src_array, *reserved0;
	size_t src_pitch, src_height;
	size_t dst_x, dst_y, dst_z, dst_lod;
	unsigned int dst_type;
	void *dst_host;
	u64 dst_device;
	void *dst_array, *reserved1;
	size_t dst_pitch, dst_height;
	size_t width, height, depth;
};

/** struct cu_array_3d - an array; heights and depths of 0 make it one of fewer dimensions */
struct cu_array_3d {
	size_t width, height, depth;
	int format;
	unsigned int channels, flags;
};

#define CU_CTX_SCHED_BLOCKING_SYNC		4

#define CU_EVENT_BLOCKING_SYNC			1
#define CU_EVENT_DISABLE_TIMING			2
#define CU_EVENT_INTERPROCESS			4
#define CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS	1

/** struct cu_ipc_handle - names an allocation to another process */
struct cu_ipc_handle {
	char bytes[64];
};

#define CU_MEMHOSTREGISTER_DEVICEMAP	2
#define CU_MEMHOSTREGISTER_IOMEMORY	4

#define CU_MEM_ATTACH_GLOBAL		1
#define CU_MEM_ATTACH_SINGLE		4

enum cu_mem_advise {
	CU_MEM_ADVISE_SET_READ_MOSTLY = 1,
	CU_MEM_ADVISE_UNSET_READ_MOSTLY,
	CU_MEM_ADVISE_SET_PREFERRED_LOCATION,
	CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION,
	CU_MEM_ADVISE_SET_ACCESSED_BY,
	CU_MEM_ADVISE_UNSET_ACCESSED_BY,
};

#define CU_DEVICE_CPU			(-1)

#define CU_MEM_ALLOCATION_TYPE_PINNED	1
#define CU_MEM_LOCATION_TYPE_DEVICE	1
#define CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR	1
#define CU_MEM_ACCESS_READWRITE		3

struct cu_mem_location {
	int type, id;
};

/** struct cu_mem_prop - what kind of memory cuMemCreate() is to make */
struct cu_mem_prop {
	int type, handle_types;
	struct cu_mem_location location;
	void *win32;
	u8 compression, rdma;
	u16 usage;
	u8 reserved[4];
};

/** struct cu_mem_access - what @location may do with a mapping */
struct cu_mem_access {
	struct cu_mem_location location;
	int flags;
};

/* Name in struct cuda, symbol, arguments. All of them return CUDA_SUCCESS or an error. */
#define CUDA_CALLS(X)									\
	X(init, "cuInit", (unsigned int flags))						\
	X(get_error_name, "cuGetErrorName", (int error, const char **name))		\
	X(driver_get_version, "cuDriverGetVersion", (int *version))			\
	X(device_get_count, "cuDeviceGetCount", (int *count))				\
	X(device_get, "cuDeviceGet", (int *device, int ordinal))			\
	X(device_get_name, "cuDeviceGetName", (char *name, int len, int device))	\
	X(device_get_uuid, "cuDeviceGetUuid", (struct cu_uuid *uuid, int device))	\
	X(device_total_mem, "cuDeviceTotalMem_v2", (size_t *bytes, int device))		\
	X(device_get_attribute, "cuDeviceGetAttribute",					\
	  (int *value, int attribute, int device))					\
	X(ctx_create, "cuCtxCreate_v2", (void **ctx, unsigned int flags, int device))	\
	X(ctx_destroy, "cuCtxDestroy_v2", (void *ctx))					\
	X(ctx_get_device, "cuCtxGetDevice", (int *device))				\
	X(ctx_synchronize, "cuCtxSynchronize", (void))					\
	X(mem_get_info, "cuMemGetInfo_v2", (size_t *free, size_t *total))		\
	X(mem_alloc, "cuMemAlloc_v2", (u64 *ptr, size_t size))			\
	X(mem_free, "cuMemFree_v2", (u64 ptr))					\
	X(memcpy_htod, "cuMemcpyHtoD_v2", (u64 dst, const void *src, size_t size))	\
	X(memcpy_dtoh, "cuMemcpyDtoH_v2", (void *dst, u64 src, size_t size))		\
	X(memcpy_dtod, "cuMemcpyDtoD_v2", (u64 dst, u64 src, size_t size))	\
	X(memcpy_2d, "cuMemcpy2D_v2", (const struct cu_memcpy_2d *copy))		\
	X(memcpy_3d, "cuMemcpy3D_v2", (const struct cu_memcpy_3d *copy))		\
	X(array_create, "cuArray3DCreate_v2", (void **array, const struct cu_array_3d *desc)) \
	X(array_destroy, "cuArrayDestroy", (void *array))				\
	X(memset_d32_async, "cuMemsetD32Async",						\
	  (u64 dst, unsigned int value, size_t count, void *stream))			\
	X(ipc_get_mem_handle, "cuIpcGetMemHandle", (struct cu_ipc_handle *handle, u64 ptr)) \
	X(ipc_open_mem_handle, "cuIpcOpenMemHandle_v2",					\
	  (u64 *ptr, struct cu_ipc_handle handle, unsigned int flags))			\
	X(ipc_close_mem_handle, "cuIpcCloseMemHandle", (u64 ptr))			\
	X(ipc_get_event_handle, "cuIpcGetEventHandle",					\
	  (struct cu_ipc_handle *handle, void *event))					\
	X(ipc_open_event_handle, "cuIpcOpenEventHandle",				\
	  (void **event, struct cu_ipc_handle handle))					\
	X(mem_granularity, "cuMemGetAllocationGranularity",				\
	  (size_t *size, const struct cu_mem_prop *prop, int option))			\
	X(mem_create, "cuMemCreate",							\
	  (u64 *handle, size_t size, const struct cu_mem_prop *prop, u64 flags))	\
	X(mem_release, "cuMemRelease", (u64 handle))					\
	X(mem_address_reserve, "cuMemAddressReserve",					\
	  (u64 *ptr, size_t size, size_t alignment, u64 addr, u64 flags))		\
	X(mem_address_free, "cuMemAddressFree", (u64 ptr, size_t size))			\
	X(mem_map, "cuMemMap",								\
	  (u64 ptr, size_t size, size_t offset, u64 handle, u64 flags))			\
	X(mem_unmap, "cuMemUnmap", (u64 ptr, size_t size))				\
	X(mem_set_access, "cuMemSetAccess",						\
	  (u64 ptr, size_t size, const struct cu_mem_access *access, size_t count))	\
	X(mem_alloc_managed, "cuMemAllocManaged", (u64 *ptr, size_t size, unsigned int flags)) \
	X(mem_prefetch_async, "cuMemPrefetchAsync",					\
	  (u64 ptr, size_t size, int device, void *stream))				\
	X(mem_advise, "cuMemAdvise", (u64 ptr, size_t size, int advice, int device))	\
	X(stream_attach_mem_async, "cuStreamAttachMemAsync",				\
	  (void *stream, u64 ptr, size_t size, unsigned int flags))			\
	X(mem_export, "cuMemExportToShareableHandle",					\
	  (void *to, u64 handle, int type, u64 flags))					\
	X(mem_import, "cuMemImportFromShareableHandle",					\
	  (u64 *handle, void *from, int type))						\
	X(memset_d8, "cuMemsetD8_v2", (u64 dst, unsigned char value, size_t count))	\
	X(memset_d16, "cuMemsetD16_v2", (u64 dst, unsigned short value, size_t count)) \
	X(memset_d32, "cuMemsetD32_v2", (u64 dst, unsigned int value, size_t count))	\
	X(mem_host_alloc, "cuMemHostAlloc", (void **ptr, size_t size, unsigned int flags)) \
	X(mem_free_host, "cuMemFreeHost", (void *ptr))					\
	X(mem_host_register, "cuMemHostRegister_v2",					\
	  (void *ptr, size_t size, unsigned int flags))					\
	X(mem_host_unregister, "cuMemHostUnregister", (void *ptr))			\
	X(mem_host_device_pointer, "cuMemHostGetDevicePointer_v2",			\
	  (u64 *ptr, void *host, unsigned int flags))					\
	X(memcpy_htod_async, "cuMemcpyHtoDAsync_v2",					\
	  (u64 dst, const void *src, size_t size, void *stream))			\
	X(memcpy_dtoh_async, "cuMemcpyDtoHAsync_v2",					\
	  (void *dst, u64 src, size_t size, void *stream))				\
	X(stream_create, "cuStreamCreate", (void **stream, unsigned int flags))		\
	X(stream_synchronize, "cuStreamSynchronize", (void *stream))			\
	X(stream_wait_event, "cuStreamWaitEvent",					\
	  (void *stream, void *event, unsigned int flags))				\
	X(stream_destroy, "cuStreamDestroy_v2", (void *stream))				\
	X(event_create, "cuEventCreate", (void **event, unsigned int flags))		\
	X(event_record, "cuEventRecord", (void *event, void *stream))			\
	X(event_query, "cuEventQuery", (void *event))					\
	X(event_synchronize, "cuEventSynchronize", (void *event))			\
	X(event_elapsed_time, "cuEventElapsedTime", (float *ms, void *start, void *end)) \
	X(event_destroy, "cuEventDestroy_v2", (void *event))

struct cuda {
#define CUDA_MEMBER(name, symbol, args) int (*(name)) args;
	CUDA_CALLS(CUDA_MEMBER)
#undef CUDA_MEMBER
};

extern struct cuda cu;

/** check() - print a verdict; returns @good */
__attribute__((format(printf, 2, 3)))
bool check(bool good, const char *name, ...);
/** succeeds() - print the verdict on a call's result, with the name of its error */
bool succeeds(int result, const char *name);
/** fill() - bytes that depend on @seed and on where they are */
void fill(void *buf, size_t size, unsigned int seed);
/** is_filled() - are they those of fill(), as bytes @at and on of it */
bool is_filled(const void *buf, size_t at, size_t size, unsigned int seed);
double seconds(void);
/** ioctls - how many libcuda has made */
extern unsigned long ioctls;

/* Each is run in a context of its own, which it finds current. */
void test_memory(void);
void test_copy(void);
void test_array(void);
void test_async(void);
void test_large(void);
void test_vmm(void);
void test_managed(void);
void test_process(void);
void test_share(void);
void test_sleep(void);

/** figures_main() - time libcuda, which @load loads, in @processes at once; exit code */
int figures_main(unsigned int processes, bool (*load)(void));

extern const struct cu_mem_prop vmm_prop;
/** vmm_map() - map memory of cuMemCreate() for reading and writing */
bool vmm_map(u64 addr, size_t size, u64 handle);

#endif
