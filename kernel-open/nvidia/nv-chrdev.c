// SPDX-License-Identifier: MIT OR GPL-2.0
/* Device nodes: /dev/nvidiactl and /dev/nvidiaN. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "nv-linux.h"

static struct class nv_class = { .name = NV_MODULE_NAME };

static struct cdev nv_cdev_gpu, nv_cdev_ctl;
static struct device *nv_ctl_node;

/*
 * Nodes come with the rights that NVreg_DeviceFile* ask for; no helper has to run. Who
 * removes a node asks for its name only, with null pointers for the rest.
 */
static char *nv_devnode(devnode_const struct device *dev, umode_t *mode, kuid_t *uid,
			kgid_t *gid)
{
	if (mode)
		*mode = NVreg_DeviceFileMode & 0777;
	if (uid)
		*uid = make_kuid(&init_user_ns, NVreg_DeviceFileUID);
	if (gid)
		*gid = make_kgid(&init_user_ns, NVreg_DeviceFileGID);
	return NULL;
}

static const struct device_type nv_node_type = {
	.name = NV_MODULE_NAME,
	.devnode = nv_devnode,
};

static void nv_node_release(struct device *dev)
{
	kfree(dev);
}

struct device *nv_node_create(dev_t dev, struct device *parent, const char *name)
{
	struct device *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int ret;

	if (!node)
		return ERR_PTR(-ENOMEM);
	node->devt = dev;
	node->class = &nv_class;
	node->type = &nv_node_type;
	node->parent = parent;
	node->release = nv_node_release;
	device_initialize(node);
	ret = dev_set_name(node, "%s", name);
	if (!ret)
		ret = device_add(node);
	if (ret) {
		put_device(node);
		return ERR_PTR(ret);
	}
	return node;
}
EXPORT_SYMBOL_GPL(nv_node_create);

void nv_node_destroy(struct device *node)
{
	device_unregister(node);
}
EXPORT_SYMBOL_GPL(nv_node_destroy);

int nv_open_gpu(struct nv_linux_state *nvl)
{
	int ret = nv_gate_enter(nvl);

	if (ret)
		return ret;
	/* Before the start, so that a suspend that comes between sees this user. */
	atomic_inc(&nvl->open_files);
	ret = nv_gpu_start(&nvl->gpu);
	WRITE_ONCE(nvl->start_error, ret);
	nv_gate_leave(nvl);
	if (!ret)
		return 0;
	atomic_dec(&nvl->open_files);
	return -EIO;
}

void nv_close_gpu(struct nv_linux_state *nvl)
{
	atomic_dec(&nvl->open_files);
	nv_put(nvl);
}

static int nv_open(struct inode *inode, struct file *file)
{
	struct nv_linux_file *nvlf = kzalloc(sizeof(*nvlf), GFP_KERNEL);
	unsigned int minor = iminor(inode);
	int ret = 0;

	if (!nvlf)
		return -ENOMEM;
	if (minor != NV_MINOR_CONTROL) {
		nvlf->nvl = nv_get_minor(minor);
		ret = nvlf->nvl ? nv_open_gpu(nvlf->nvl) : -ENXIO;
	}
	if (ret) {
		if (nvlf->nvl)
			nv_put(nvlf->nvl);
		kfree(nvlf);
		return ret;
	}
	nvlf->file = file;
	rm_file_open(&nv_rm, &nvlf->rm, nvlf->nvl ? &nvlf->nvl->gpu : NULL);
	init_waitqueue_head(&nvlf->events);
	nv_mmap_open(nvlf, file);
	file->private_data = nvlf;
	return nonseekable_open(inode, file);
}

static int nv_release_file(struct inode *inode, struct file *file)
{
	struct nv_linux_file *nvlf = file->private_data;

	nv_mmap_release(nvlf);
	rm_file_close(&nvlf->rm);
	nv_ioctl_release(nvlf);
	if (nvlf->nvl)
		nv_close_gpu(nvlf->nvl);
	kfree(nvlf);
	return 0;
}

struct rm_file *nv_file_get(int fd)
{
	struct file *file = fget(fd);
	struct nv_linux_file *nvlf;

	if (!file)
		return NULL;
	nvlf = file->f_op == &nv_fops ? file->private_data : NULL;
	if (nvlf && !nvlf->nvl)
		return &nvlf->rm;
	fput(file);
	return NULL;
}

void nv_file_put(struct rm_file *file)
{
	fput(container_of(file, struct nv_linux_file, rm)->file);
}

void nv_event_post(struct rm_file *file)
{
	wake_up_interruptible(&container_of(file, struct nv_linux_file, rm)->events);
}

static __poll_t nv_poll(struct file *file, poll_table *wait)
{
	struct nv_linux_file *nvlf = file->private_data;

	poll_wait(file, &nvlf->events, wait);
	if (rm_file_poll(&nvlf->rm))
		return EPOLLIN | EPOLLPRI;
	if (nvlf->nvl && READ_ONCE(nvlf->nvl->hw.lost))
		return EPOLLHUP;
	return 0;
}

const struct file_operations nv_fops = {
	.owner = THIS_MODULE,
	.open = nv_open,
	.release = nv_release_file,
	.unlocked_ioctl = nv_ioctl,
	.mmap = nv_mmap,
	.get_unmapped_area = nv_get_unmapped_area,
	.poll = nv_poll,
};

static int nv_cdev_add(struct cdev *cdev, unsigned int minor, unsigned int count)
{
	dev_t dev = MKDEV(NV_MAJOR_DEVICE_NUMBER, minor);
	int ret = register_chrdev_region(dev, count, NV_MODULE_NAME);

	if (ret) {
		pr_err(NV_MODULE_NAME ": another driver holds character device major %d\n",
		       NV_MAJOR_DEVICE_NUMBER);
		return ret;
	}
	cdev_init(cdev, &nv_fops);
	cdev->owner = THIS_MODULE;
	ret = cdev_add(cdev, dev, count);
	if (ret)
		unregister_chrdev_region(dev, count);
	return ret;
}

static void nv_cdev_del(struct cdev *cdev)
{
	dev_t dev = cdev->dev;
	unsigned int count = cdev->count;

	cdev_del(cdev);
	unregister_chrdev_region(dev, count);
}

int nv_chrdev_init(void)
{
	int ret = class_register(&nv_class);

	if (ret)
		return ret;
	ret = nv_cdev_add(&nv_cdev_gpu, 0, NV_MINOR_GPU_COUNT);
	if (ret)
		goto err_class;
	ret = nv_cdev_add(&nv_cdev_ctl, NV_MINOR_CONTROL, 1);
	if (ret)
		goto err_gpu;
	nv_ctl_node = nv_node_create(nv_cdev_ctl.dev, NULL, "nvidiactl");
	if (IS_ERR(nv_ctl_node)) {
		ret = PTR_ERR(nv_ctl_node);
		goto err_ctl;
	}
	return 0;

err_ctl:
	nv_cdev_del(&nv_cdev_ctl);
err_gpu:
	nv_cdev_del(&nv_cdev_gpu);
err_class:
	class_unregister(&nv_class);
	return ret;
}

void nv_chrdev_exit(void)
{
	nv_node_destroy(nv_ctl_node);
	nv_cdev_del(&nv_cdev_ctl);
	nv_cdev_del(&nv_cdev_gpu);
	class_unregister(&nv_class);
}
