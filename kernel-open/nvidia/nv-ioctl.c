// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * ioctls of the device nodes: copies an escape's struct in and out, answers those
 * escapes that are about Linux and hands the others to the resource manager.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "abi/abi.h"
#include "abi/nv-ioctl.h"
#include "abi/nv-status.h"
#include "nv-linux.h"
#include "regs/nv-intr.h"

/*
 * What files are given once. It serialises NV_ESC_REGISTER_FD, so that files can't register
 * in a circle.
 */
static DEFINE_MUTEX(nv_register_lock);

static struct nv_linux_file *nv_file(struct file *file)
{
	return file->private_data;
}

static void nv_fill_card(struct nv_ioctl_card_info *card, struct nv_linux_state *nvl)
{
	const struct nv_hw *hw = &nvl->hw;

	*card = (struct nv_ioctl_card_info) {
		.valid = true,
		.pci_info = {
			.domain = hw->domain, .bus = hw->bus, .slot = hw->slot,
			.vendor_id = hw->vendor, .device_id = hw->device,
		},
		.gpu_id = nvl->gpu.gpu_id,
		.interrupt_line = nvl->irq,
		.reg_address = hw->bar[0].addr,
		.reg_size = hw->bar[0].size,
		.fb_address = hw->bar[1].addr,
		.fb_size = hw->bar[1].size,
		.minor_number = nvl->gpu.minor,
	};
}

static int nv_esc_card_info(struct file *file, void *arg, size_t size)
{
	struct nv_ioctl_card_info *card = arg;
	size_t i = 0, count = size / sizeof(*card);
	struct nv_linux_state *nvl;
	unsigned int minor = 0;
	int ret = 0;

	if (!count || size % sizeof(*card))
		return -EINVAL;
	memset(arg, 0, size);
	while (!ret && (nvl = nv_next_gpu(minor))) {
		minor = nvl->gpu.minor + 1;
		if (i < count)
			nv_fill_card(&card[i++], nvl);
		else
			ret = -EINVAL;
		nv_put(nvl);
	}
	return ret;
}

static bool nv_can_register(struct file *file, struct file *ctl)
{
	return ctl != file && ctl->f_op == &nv_fops && !nv_file(ctl)->nvl &&
	       !nv_file(ctl)->ctl && !nv_file(file)->ctl;
}

static int nv_esc_register_fd(struct file *file, void *arg, size_t size)
{
	const struct nv_ioctl_register_fd *p = arg;
	struct file *ctl = fget(p->ctl_fd);
	int ret = 0;

	if (!ctl)
		return -EINVAL;
	mutex_lock(&nv_register_lock);
	if (nv_can_register(file, ctl))
		nv_file(file)->ctl = ctl;
	else
		ret = -EINVAL;
	mutex_unlock(&nv_register_lock);
	if (ret)
		fput(ctl);
	return ret;
}

static struct nv_linux_state *nv_get_gpu_id(u32 gpu_id)
{
	struct nv_linux_state *nvl;
	unsigned int minor = 0;

	while ((nvl = nv_next_gpu(minor))) {
		if (nvl->gpu.gpu_id == gpu_id)
			return nvl;
		minor = nvl->gpu.minor + 1;
		nv_put(nvl);
	}
	return NULL;
}

static void nv_detach_gpus(struct nv_linux_state **attached, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (attached[i])
			nv_close_gpu(attached[i]);
	kvfree(attached);
}

static int nv_attach_gpu(u32 gpu_id, struct nv_linux_state **attached)
{
	struct nv_linux_state *nvl = nv_get_gpu_id(gpu_id);
	int ret;

	if (!nvl)
		return -EINVAL;
	ret = nv_open_gpu(nvl);
	if (ret)
		nv_put(nvl);
	else
		*attached = nvl;
	return ret;
}

static int nv_set_attached(struct nv_linux_file *nvlf, struct nv_linux_state **attached,
			   unsigned int count)
{
	int ret = -EINVAL;

	mutex_lock(&nv_register_lock);
	if (!nvlf->attached) {
		nvlf->attached = attached;
		nvlf->num_attached = count;
		ret = 0;
	}
	mutex_unlock(&nv_register_lock);
	return ret;
}

/* GPUs by their ids, which run from now on until the file is closed; 0 is none. */
static int nv_esc_attach_gpus(struct file *file, void *arg, size_t size)
{
	unsigned int i, count = size / sizeof(u32);
	struct nv_linux_state **attached;
	const u32 *gpu_id = arg;
	int ret = 0;

	if (!count || size % sizeof(u32) || nv_file(file)->attached)
		return -EINVAL;
	attached = kvcalloc(count, sizeof(*attached), GFP_KERNEL_ACCOUNT);
	if (!attached)
		return -ENOMEM;
	for (i = 0; i < count && !ret; i++)
		if (gpu_id[i])
			ret = nv_attach_gpu(gpu_id[i], &attached[i]);
	if (!ret)
		ret = nv_set_attached(nv_file(file), attached, count);
	if (ret)
		nv_detach_gpus(attached, count);
	return ret;
}

struct rm_caller nv_caller(struct file *file)
{
	return (struct rm_caller) {
		.file = &nv_file(file)->rm,
		.admin = capable(CAP_SYS_ADMIN),
		.euid = from_kuid(&init_user_ns, current_euid()),
		.pid = task_tgid_nr(current),
	};
}

static int nv_esc_alloc_os_event(struct file *file, void *arg, size_t size)
{
	struct rm_caller caller = nv_caller(file);
	struct nv_ioctl_os_event *p = arg;

	p->status = rm_alloc_os_event(&caller, p);
	return 0;
}

static int nv_esc_free_os_event(struct file *file, void *arg, size_t size)
{
	struct rm_caller caller = nv_caller(file);
	struct nv_ioctl_os_event *p = arg;

	p->status = rm_free_os_event(&caller, p);
	return 0;
}

static int nv_esc_status_code(struct file *file, void *arg, size_t size)
{
	struct nv_ioctl_status_code *p = arg;
	struct nv_linux_state *nvl;
	unsigned int minor = 0;
	int ret = -ENODEV;

	while (ret && (nvl = nv_next_gpu(minor))) {
		minor = nvl->gpu.minor + 1;
		if (nvl->hw.domain == p->domain && nvl->hw.bus == p->bus &&
		    nvl->hw.slot == p->slot) {
			p->status = rm_status(READ_ONCE(nvl->start_error));
			ret = 0;
		}
		nv_put(nvl);
	}
	return ret;
}

/* Up to the first dot, which is as far as a relaxed comparison goes. */
static bool nv_same_branch(const char *a)
{
	size_t n = strcspn(NV_RELEASE, ".");

	return strcspn(a, ".") == n && !strncmp(a, NV_RELEASE, n);
}

static bool nv_version_matches(const struct nv_ioctl_rm_api_version *p)
{
	switch (p->cmd) {
	case NV_RM_API_VERSION_CMD_QUERY:
		return true;
	case NV_RM_API_VERSION_CMD_RELAXED:
		return nv_same_branch(p->version_string);
	default:
		return !strcmp(p->version_string, NV_RELEASE);
	}
}

static int nv_esc_check_version_str(struct file *file, void *arg, size_t size)
{
	struct nv_ioctl_rm_api_version *p = arg;
	bool match;

	p->version_string[sizeof(p->version_string) - 1] = '\0';
	match = nv_version_matches(p);
	if (!match)
		pr_err_ratelimited(NV_MODULE_NAME ": %s is of release %*pE, this module of %s: install user space of the same release\n",
				   current->comm, (int)strlen(p->version_string),
				   p->version_string, NV_RELEASE);
	p->reply = match ? NV_RM_API_VERSION_REPLY_RECOGNIZED :
			   NV_RM_API_VERSION_REPLY_UNRECOGNIZED;
	strscpy_pad(p->version_string, NV_RELEASE, sizeof(p->version_string));
	return match ? 0 : -EINVAL;
}

static int nv_esc_query_device_intr(struct file *file, void *arg, size_t size)
{
	struct nv_ioctl_query_device_intr *p = arg;
	struct nv_linux_state *nvl = nv_file(file)->nvl;
	int ret = nv_gate_enter(nvl);

	if (ret)
		return ret;
	p->intr_status = nv_rd32(&nvl->hw, NV_CPU_INTR_TOP);
	p->status = NV_OK;
	nv_gate_leave(nvl);
	return 0;
}

/* User space tells the size of a block of hotplug memory; the first answer stands. */
static int nv_esc_sys_params(struct file *file, void *arg, size_t size)
{
	static atomic64_t memblock_size;
	const struct nv_ioctl_sys_params *p = arg;
	s64 old = atomic64_cmpxchg(&memblock_size, 0, p->memblock_size);

	return old && old != p->memblock_size ? -EBUSY : 0;
}

/* Video memory behind PCIe is no NUMA node. */
static int nv_esc_numa_info(struct file *file, void *arg, size_t size)
{
	struct nv_ioctl_numa_info *p = arg;

	*p = (struct nv_ioctl_numa_info) {
		.nid = NUMA_NO_NODE, .status = NV_IOCTL_NUMA_STATUS_DISABLED,
	};
	return 0;
}

/* A file is open only when its GPU has started, so there is nothing to wait for. */
static int nv_esc_wait_open_complete(struct file *file, void *arg, size_t size)
{
	*(struct nv_ioctl_wait_open_complete *)arg = (struct nv_ioctl_wait_open_complete) { };
	return 0;
}

enum nv_node { NV_NODE_ANY, NV_NODE_CTL, NV_NODE_GPU };

/* Escapes that are answered here; a size of 0 leaves the check to the handler. */
static const struct nv_escape_desc {
	unsigned int nr;
	size_t size;
	enum nv_node node;
	int (*fn)(struct file *file, void *arg, size_t size);
} nv_escapes[] = {
	{ NV_ESC_CARD_INFO, 0, NV_NODE_CTL, nv_esc_card_info },
	{ NV_ESC_REGISTER_FD, sizeof(struct nv_ioctl_register_fd), NV_NODE_ANY,
	  nv_esc_register_fd },
	{ NV_ESC_ALLOC_OS_EVENT, sizeof(struct nv_ioctl_os_event), NV_NODE_ANY,
	  nv_esc_alloc_os_event },
	{ NV_ESC_FREE_OS_EVENT, sizeof(struct nv_ioctl_os_event), NV_NODE_ANY,
	  nv_esc_free_os_event },
	{ NV_ESC_STATUS_CODE, sizeof(struct nv_ioctl_status_code), NV_NODE_CTL,
	  nv_esc_status_code },
	{ NV_ESC_CHECK_VERSION_STR, sizeof(struct nv_ioctl_rm_api_version), NV_NODE_CTL,
	  nv_esc_check_version_str },
	{ NV_ESC_ATTACH_GPUS_TO_FD, 0, NV_NODE_CTL, nv_esc_attach_gpus },
	{ NV_ESC_QUERY_DEVICE_INTR, sizeof(struct nv_ioctl_query_device_intr), NV_NODE_GPU,
	  nv_esc_query_device_intr },
	{ NV_ESC_SYS_PARAMS, sizeof(struct nv_ioctl_sys_params), NV_NODE_CTL,
	  nv_esc_sys_params },
	{ NV_ESC_NUMA_INFO, sizeof(struct nv_ioctl_numa_info), NV_NODE_GPU, nv_esc_numa_info },
	{ NV_ESC_WAIT_OPEN_COMPLETE, sizeof(struct nv_ioctl_wait_open_complete), NV_NODE_ANY,
	  nv_esc_wait_open_complete },
};

static const struct nv_escape_desc *nv_find_escape(unsigned int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nv_escapes); i++)
		if (nv_escapes[i].nr == nr)
			return &nv_escapes[i];
	return NULL;
}

static bool nv_node_allowed(struct file *file, enum nv_node node)
{
	return node == NV_NODE_ANY || (node == NV_NODE_GPU) == !!nv_file(file)->nvl;
}

static int nv_rm_escape(struct file *file, unsigned int nr, void *arg, size_t size)
{
	struct rm_caller caller = nv_caller(file);

	return rm_escape(&caller, nr, arg, size);
}

static int nv_escape(struct file *file, unsigned int nr, void *arg, size_t size)
{
	const struct nv_escape_desc *desc = nv_find_escape(nr);

	if (!desc)
		return nv_rm_escape(file, nr, arg, size);
	if (!nv_node_allowed(file, desc->node) || (desc->size && desc->size != size))
		return -EINVAL;
	return desc->fn(file, arg, size);
}

/* The struct goes back to user space on errors, too: it may hold a status or a version. */
static long nv_copied_escape(struct file *file, unsigned int nr, void __user *user, size_t size)
{
	u8 small[256] __aligned(8);
	void *arg = small;
	long ret;

	if (!size || size > NV_IOCTL_XFER_SIZE_MAX)
		return -EINVAL;
	if (size > sizeof(small))
		arg = kvmalloc(size, GFP_KERNEL);
	if (!arg)
		return -ENOMEM;
	ret = -EFAULT;
	if (!copy_from_user(arg, user, size)) {
		ret = nv_escape(file, nr, arg, size);
		if (ret != -EFAULT && copy_to_user(user, arg, size))
			ret = -EFAULT;
	}
	if (arg != small)
		kvfree(arg);
	return ret;
}

long nv_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct nv_ioctl_xfer xfer;

	if (_IOC_TYPE(cmd) != NV_IOCTL_MAGIC)
		return -EINVAL;
	if (_IOC_NR(cmd) != NV_ESC_IOCTL_XFER_CMD)
		return nv_copied_escape(file, _IOC_NR(cmd), user, _IOC_SIZE(cmd));
	if (_IOC_SIZE(cmd) != sizeof(xfer))
		return -EINVAL;
	if (copy_from_user(&xfer, user, sizeof(xfer)))
		return -EFAULT;
	if (xfer.cmd == NV_ESC_IOCTL_XFER_CMD)
		return -EINVAL;
	return nv_copied_escape(file, xfer.cmd, u64_to_user_ptr(xfer.ptr), xfer.size);
}

void nv_ioctl_release(struct nv_linux_file *nvlf)
{
	nv_detach_gpus(nvlf->attached, nvlf->num_attached);
	if (nvlf->ctl)
		fput(nvlf->ctl);
}
