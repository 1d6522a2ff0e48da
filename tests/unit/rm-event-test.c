// SPDX-License-Identifier: MIT OR GPL-2.0

/* Event objects: from GSP-RM or the driver to a file that is polled. */

#include "rm-rig.h"
#include "softgpu-priv.h"

#define FD		5
#define SUBDEVICE_INDEX	33

enum { H_EVENT = 0xe0, H_EVENT2, H_EVENT3 };

static u32 os_event(struct rm_rig *rig, u32 client, u32 fd)
{
	const struct nv_ioctl_os_event p = { .h_client = client, .fd = fd };
	struct rm_caller caller = rig->user;

	caller.file = &rig->node;
	return rm_alloc_os_event(&caller, &p);
}

static u32 free_os_event(struct rm_rig *rig, u32 client, u32 fd)
{
	const struct nv_ioctl_os_event p = { .h_client = client, .fd = fd };
	struct rm_caller caller = rig->user;

	caller.file = &rig->node;
	return rm_free_os_event(&caller, &p);
}

static u32 event(struct rm_rig *rig, u32 client, u32 parent, u32 handle, u32 index)
{
	const struct nv0005_alloc_parameters p = { .notify_index = index, .data = FD };

	return rig_alloc_as(&rig->user, client, parent, handle, NV01_EVENT_OS_EVENT, &p,
			    sizeof(p));
}

static u32 get(struct rm_rig *rig, struct nv_unix_event *event, u32 *more)
{
	struct nvos41_parameters p = { .p_event = rig_ptr(0), .status = ~0u };
	struct rm_caller caller = rig->user;

	caller.file = &rig->node;
	EXPECT_EQ(rm_escape(&caller, NV_ESC_RM_GET_EVENT_DATA, &p, sizeof(p)), 0);
	memcpy(event, rig_user, sizeof(*event));
	*more = p.more_events;
	return p.status;
}

static u32 events_tree(struct rm_rig *rig)
{
	u32 client;

	rig_init(rig);
	rig_posted = NULL;
	client = rig_tree(rig);
	EXPECT_EQ(os_event(rig, client, FD), NV_OK);
	return client;
}

/* GSP signals an event object, as it does when a channel fails or a clock changes. */
static void post(struct rm_rig *rig, u32 client, u32 handle, u32 data)
{
	sg_gsp_post_event(rig->soft.model, client, handle, SUBDEVICE_INDEX, data);
	hw_softgpu_run_thread(&rig->soft);
}

UNIT_TEST(from_gsp_to_the_file)
{
	struct nv_unix_event got;
	struct rm_rig rig;
	u32 client, more;

	client = events_tree(&rig);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT, SUBDEVICE_INDEX), NV_OK);
	EXPECT(!rm_file_poll(&rig.node));
	EXPECT_EQ(get(&rig, &got, &more), NV_ERR_GENERIC);
	post(&rig, client, H_EVENT, 77);
	post(&rig, client, H_EVENT, 78);
	EXPECT(rig_posted == &rig.node);
	EXPECT(rm_file_poll(&rig.node));
	EXPECT(rm_file_poll(&rig.node));
	EXPECT_EQ(get(&rig, &got, &more), NV_OK);
	EXPECT_EQ(got.h_object, H_EVENT);
	EXPECT_EQ(got.notify_index, SUBDEVICE_INDEX);
	EXPECT_EQ(got.info32, 77);
	EXPECT_EQ(more, 1);
	EXPECT_EQ(get(&rig, &got, &more), NV_OK);
	EXPECT_EQ(got.info32, 78);
	EXPECT_EQ(more, 0);
	EXPECT(!rm_file_poll(&rig.node));
	rig_fini(&rig);
}

UNIT_TEST(without_data)
{
	struct nv_unix_event got;
	struct rm_rig rig;
	u32 client, more;

	client = events_tree(&rig);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT,
			SUBDEVICE_INDEX | NV01_EVENT_WITHOUT_EVENT_DATA), NV_OK);
	post(&rig, client, H_EVENT, 1);
	post(&rig, client, H_EVENT, 2);
	EXPECT(rm_file_poll(&rig.node));
	EXPECT(!rm_file_poll(&rig.node));
	EXPECT_EQ(get(&rig, &got, &more), NV_ERR_GENERIC);
	rig_fini(&rig);
}

/* What GSP names may be gone, or never have been. */
UNIT_TEST(posts_for_nobody)
{
	struct rm_rig rig;
	u32 client;

	client = events_tree(&rig);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT, SUBDEVICE_INDEX), NV_OK);
	post(&rig, client, H_EVENT2, 1);
	post(&rig, client + 1, H_EVENT, 1);
	post(&rig, client, H_SUBDEVICE, 1);
	EXPECT(!rig_posted);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_EVENT), NV_OK);
	post(&rig, client, H_EVENT, 1);
	EXPECT(!rig_posted);
	rig_fini(&rig);
}

UNIT_TEST(file_closed)
{
	struct rm_rig rig;
	u32 client;

	client = events_tree(&rig);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT, SUBDEVICE_INDEX), NV_OK);
	rm_file_close(&rig.node);
	post(&rig, client, H_EVENT, 1);
	EXPECT(!rig_posted);
	EXPECT(!rm_file_poll(&rig.node));
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT2, 1), NV_ERR_INVALID_ARGUMENT);
	rig_fini(&rig);
}

UNIT_TEST(os_events)
{
	struct rm_rig rig;
	u32 client, i;

	client = events_tree(&rig);
	EXPECT_EQ(os_event(&rig, client, FD), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(os_event(&rig, client + 1, FD), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT, SUBDEVICE_INDEX), NV_OK);
	EXPECT_EQ(free_os_event(&rig, client, FD + 1), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(free_os_event(&rig, client, FD), NV_OK);
	EXPECT_EQ(free_os_event(&rig, client, FD), NV_ERR_INVALID_ARGUMENT);
	post(&rig, client, H_EVENT, 1);
	EXPECT(!rig_posted);
	for (i = 0; os_event(&rig, client, i) == NV_OK; i++)
		EXPECT(i < 1000);
	EXPECT(i > 16);
	rig_fini(&rig);
}

UNIT_TEST(hostile_events)
{
	struct nv0005_alloc_parameters p = { .data = FD };
	struct rm_rig rig;
	u32 client;

	client = events_tree(&rig);
	p.data = FD + 1;
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_SUBDEVICE, H_EVENT, NV01_EVENT_OS_EVENT, &p,
			       sizeof(p)), NV_ERR_INVALID_ARGUMENT);
	p.data = FD | 1ull << 32;
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_SUBDEVICE, H_EVENT, NV01_EVENT_OS_EVENT, &p,
			       sizeof(p)), NV_ERR_INVALID_ARGUMENT);
	p = (struct nv0005_alloc_parameters) { .data = FD, .h_src_resource = H_DEVICE };
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_SUBDEVICE, H_EVENT, NV01_EVENT_OS_EVENT, &p,
			       sizeof(p)), NV_ERR_NOT_SUPPORTED);
	p = (struct nv0005_alloc_parameters) { .data = FD, .h_parent_client = client + 1 };
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_SUBDEVICE, H_EVENT, NV01_EVENT_OS_EVENT, &p,
			       sizeof(p)), NV_ERR_NOT_SUPPORTED);
	/* Under a client there is nothing that GSP knows. */
	EXPECT_EQ(event(&rig, client, client, H_EVENT, 3), NV_OK);
	EXPECT_EQ(event(&rig, client, H_EVENT, H_EVENT2, 3), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_EVENT), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(from_the_driver)
{
	struct nv_unix_event got;
	struct rm_object *object;
	struct rm_client *client;
	struct rm_rig rig;
	u32 h_client, more, i;

	h_client = events_tree(&rig);
	EXPECT_EQ(event(&rig, h_client, H_SUBDEVICE, H_EVENT, 3), NV_OK);
	EXPECT_EQ(event(&rig, h_client, H_SUBDEVICE, H_EVENT2, 3), NV_OK);
	EXPECT_EQ(event(&rig, h_client, H_SUBDEVICE, H_EVENT3, 4), NV_OK);
	client = rm_client_get(&rig.user, h_client);
	object = rm_object_get(client, H_SUBDEVICE);
	rm_event_notify(object, 3, 10, 20);
	EXPECT_EQ(get(&rig, &got, &more), NV_OK);
	EXPECT_EQ(more, 1);
	EXPECT(got.h_object == H_EVENT && got.info32 == 10 && got.info16 == 20);
	EXPECT_EQ(get(&rig, &got, &more), NV_OK);
	EXPECT_EQ(got.h_object, H_EVENT2);
	/* Who fetches nothing loses the later ones. */
	for (i = 0; i < 1000; i++)
		rm_event_notify(object, 4, i, 0);
	for (i = 0; get(&rig, &got, &more) == NV_OK; i++)
		EXPECT_EQ(got.info32, i);
	EXPECT(i > 100 && i < 1000);
	rm_object_put(object);
	rm_client_put(client);
	rig_fini(&rig);
}

UNIT_TEST(gpu_removed)
{
	struct rm_rig rig;
	u32 client;

	client = events_tree(&rig);
	EXPECT_EQ(event(&rig, client, H_SUBDEVICE, H_EVENT, SUBDEVICE_INDEX), NV_OK);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	post(&rig, client, H_EVENT, 1);
	EXPECT(!rig_posted);
	rig_fini(&rig);
}

UNIT_TEST(each_allocation_fails_once)
{
	struct rm_rig rig;
	u32 client, status;
	int n;

	rig_init(&rig);
	client = rig_tree(&rig);
	for (n = 1, status = ~0u; status != NV_OK; n++) {
		unit_fail_alloc_at(n);
		status = os_event(&rig, client, FD);
		if (status == NV_OK)
			status = event(&rig, client, H_SUBDEVICE, H_EVENT, 3);
		EXPECT(status == NV_OK || status == NV_ERR_NO_MEMORY);
		EXPECT_EQ(status == NV_OK, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		if (status != NV_OK)
			free_os_event(&rig, client, FD);
	}
	EXPECT(n > 3);
	rig_fini(&rig);
}
