// SPDX-License-Identifier: MIT OR GPL-2.0
/* nvidia-uvm.ko comes and goes, with its nodes. */
#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "abi/abi.h"
#include "nv-uvm-interface.h"
#include "uvm-linux.h"

#define UVM_MINOR	0
#define UVM_MINORS	2	/* the second is the node for tools */

const struct file_operations uvm_fops = {
	.owner = THIS_MODULE,
	.open = uvm_open,
	.release = uvm_release,
	.unlocked_ioctl = uvm_unlocked_ioctl,
	.mmap = uvm_mmap,
};

static dev_t uvm_dev;
static struct cdev uvm_cdev;
static struct device *uvm_node;

/* Closes files whose last user does not wait until a GPU is awake. */
struct workqueue_struct *uvm_close_queue;

static int __init uvm_init(void)
{
	int ret = -ENOMEM;

	uvm_close_queue = alloc_workqueue("nvidia-uvm-close", WQ_UNBOUND, 0);
	if (!uvm_close_queue)
		return ret;
	ret = alloc_chrdev_region(&uvm_dev, UVM_MINOR, UVM_MINORS, UVM_MODULE_NAME);
	if (ret)
		goto err_queue;
	cdev_init(&uvm_cdev, &uvm_fops);
	uvm_cdev.owner = THIS_MODULE;
	ret = cdev_add(&uvm_cdev, uvm_dev, 1);
	if (ret)
		goto err_region;
	uvm_node = nv_node_create(uvm_dev, NULL, UVM_MODULE_NAME);
	if (IS_ERR(uvm_node)) {
		ret = PTR_ERR(uvm_node);
		goto err_cdev;
	}
	return 0;

err_cdev:
	cdev_del(&uvm_cdev);
err_region:
	unregister_chrdev_region(uvm_dev, UVM_MINORS);
err_queue:
	destroy_workqueue(uvm_close_queue);
	return ret;
}

static void __exit uvm_exit(void)
{
	nv_node_destroy(uvm_node);
	cdev_del(&uvm_cdev);
	unregister_chrdev_region(uvm_dev, UVM_MINORS);
	destroy_workqueue(uvm_close_queue);
}

module_init(uvm_init);
module_exit(uvm_exit);

MODULE_DESCRIPTION("OpenNV: unified memory of NVIDIA GPUs");
MODULE_AUTHOR("OpenNV");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION(NV_RELEASE);
