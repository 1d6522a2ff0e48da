// SPDX-License-Identifier: MIT OR GPL-2.0
/* Files and GPUs as the resource manager sees them. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "rm/gr-context.h"
#include "rm/memory.h"
#include "rm/resource.h"
#include "rm/rm-priv.h"

/* While a GPU is removed: how often to look whether the last call has left it. */
#define RM_LEAVE_POLL_US	1000

int rm_init(struct rm *rm, const struct rm_os *os)
{
	rm->os = os;
	xa_init_flags(&rm->clients, XA_FLAGS_ALLOC);
	rm->next_client = RM_CLIENT_HANDLE_BASE;
	xa_init(&rm->gpus);
	mutex_init(&rm->lock);
	rm_events_init(rm);
	return 0;
}

void rm_fini(struct rm *rm)
{
	WARN_ON(!xa_empty(&rm->clients));
	WARN_ON(!xa_empty(&rm->gpus));
	WARN_ON(!list_empty(&rm->events) || !list_empty(&rm->os_events));
	xa_destroy(&rm->clients);
	xa_destroy(&rm->gpus);
	mutex_destroy(&rm->lock);
}

int rm_add_gpu(struct rm *rm, struct nv_gpu *gpu)
{
	struct rm_gpu *rgpu = kzalloc(sizeof(*rgpu), GFP_KERNEL);
	int ret;

	if (!rgpu)
		return -ENOMEM;
	rgpu->gr = rm_gr_new();
	if (!rgpu->gr) {
		kfree(rgpu);
		return -ENOMEM;
	}
	rgpu->gpu = gpu;
	rgpu->gpu_id = gpu->gpu_id;
	refcount_set(&rgpu->ref, 1);
	atomic_set(&rgpu->users, 1);
	mutex_init(&rgpu->lock);
	INIT_LIST_HEAD(&rgpu->memories);
	INIT_LIST_HEAD(&rgpu->shared.wanting);
	INIT_LIST_HEAD(&rgpu->resources);
	INIT_LIST_HEAD(&rgpu->later);

	mutex_lock(&rm->lock);
	ret = xa_insert(&rm->gpus, gpu->gpu_id, rgpu, GFP_KERNEL);
	mutex_unlock(&rm->lock);
	if (!ret) {
		rm_events_add_gpu(rm, gpu);
		return 0;
	}
	rm_gpu_put(rgpu);
	return ret == -EBUSY ? -EEXIST : ret;
}

/* The next client from *@handle on, with a reference. */
static struct rm_client *rm_next_client(struct rm *rm, unsigned long *handle)
{
	struct rm_client *client;

	mutex_lock(&rm->lock);
	xa_for_each_start(&rm->clients, *handle, client, *handle)
		if (refcount_inc_not_zero(&client->object.ref))
			break;
	mutex_unlock(&rm->lock);
	++*handle;
	return client;
}

void rm_remove_gpu(struct rm *rm, struct nv_gpu *gpu)
{
	struct rm_client *client;
	unsigned long handle = 0;
	struct rm_gpu *rgpu;
	int users;

	mutex_lock(&rm->lock);
	rgpu = xa_erase(&rm->gpus, gpu->gpu_id);
	mutex_unlock(&rm->lock);
	if (!rgpu)
		return;
	rm_events_remove_gpu(gpu);

	/* From here on nobody enters; whoever is inside comes back, as waits for GSP end. */
	for (users = atomic_dec_return(&rgpu->users); users;
	     users = atomic_read_acquire(&rgpu->users))
		gpu->hw->ops->sleep_us(gpu->hw, RM_LEAVE_POLL_US);

	while ((client = rm_next_client(rm, &handle))) {
		rm_client_free_gpu(client, rgpu);
		rm_client_put(client);
	}
	/* Channels of user space end here: nothing reads their memory any more. */
	nv_gpu_stop(gpu);
	rm_resources_release_gpu(rgpu, gpu);
	rm_memory_release_gpu(rm, rgpu, gpu);
	rm_shared_data_release_gpu(rgpu);
	rm_gr_release_gpu(rgpu);
	rm_later_release_gpu(rgpu);
	rm_gpu_put(rgpu);
}

void rm_lose_gpu(struct rm *rm, struct nv_gpu *gpu)
{
	struct rm_gpu *rgpu = rm_gpu_get(rm, gpu->gpu_id);

	if (!rgpu)
		return;
	rm_memory_lose_gpu(rm, rgpu);
	rm_gpu_put(rgpu);
}

void rm_file_open(struct rm *rm, struct rm_file *file, struct nv_gpu *gpu)
{
	file->rm = rm;
	file->gpu = gpu;
	INIT_LIST_HEAD(&file->clients);
	file->events = NULL;
	file->export = NULL;
}

/* A client of the file that nobody frees yet, with a reference; rm_client_free() claims it. */
static struct rm_client *rm_file_first_client(struct rm_file *file)
{
	struct rm_client *client;

	mutex_lock(&file->rm->lock);
	client = list_first_entry_or_null(&file->clients, struct rm_client, file_node);
	if (client)
		refcount_inc(&client->object.ref);
	mutex_unlock(&file->rm->lock);
	return client;
}

void rm_file_close(struct rm_file *file)
{
	struct rm_client *client;

	rm_events_close(file);
	while ((client = rm_file_first_client(file))) {
		rm_client_free(client, false);
		rm_client_put(client);
	}
	rm_export_close(file);
}
