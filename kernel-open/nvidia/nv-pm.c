// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * GPUs sleep with the machine. Nothing of user space takes part: the kernel says that a suspend
 * is to come while all processes still run, and again when they run again.
 *
 *	PREPARE    gate closed, mappings revoked, video memory saved to pageable memory
 *	           (user space is frozen)
 *	suspend    GSP saves itself, the GPU loses its power
 *	resume     GSP is back
 *	           (user space is thawed: who wants the GPU waits at the gate)
 *	POST       video memory restored, gate open
 *
 * Pageable memory may be on a disk, which is there before the first step and in the last.
 */
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/suspend.h>

#include "nv-linux.h"

/* A GPU that is removed must not find its gate closed behind it. Above nv_gpu.lock. */
static DEFINE_MUTEX(nv_pm_lock);

/* A GPU that nobody has open is shut down; its next user boots it. */
static int nv_pm_prepare_gpu(struct nv_linux_state *nvl, bool hibernate)
{
	struct nv_power_policy policy;
	enum nv_power_state how;
	const char *why;
	int ret;

	if (!atomic_read(&nvl->open_files)) {
		nv_gpu_stop(&nvl->gpu);
		return 0;
	}
	nv_pm_policy(&policy, hibernate);
	how = nv_power_choose(&nvl->gpu, &policy, &why);
	ret = nv_power_save(&nvl->gpu, how);
	/* Memory that refreshes itself needs no room elsewhere. */
	if (ret == -ENOMEM && how == NV_POWER_GCOFF && policy.s2idle) {
		how = NV_POWER_GC6;
		why = "there is no memory to save video memory in";
		ret = nv_power_save(&nvl->gpu, how);
	}
	if (!ret && nvl->gpu.power.prepared != NV_POWER_ON)
		dev_info(&nvl->pci->dev, "sleeps in %s: %s\n", nv_power_name(how), why);
	return ret;
}

static int nv_pm_close_gpu(struct nv_linux_state *nvl, bool hibernate)
{
	int ret = 0;

	mutex_lock(&nv_pm_lock);
	if (nvl->pm_state == NV_PM_OPEN) {
		nv_gate_close(nvl);
		nv_revoke_gpu_mappings_locked(nvl);
		nvl->pm_state = NV_PM_CLOSED;
		ret = nv_pm_prepare_gpu(nvl, hibernate);
	}
	mutex_unlock(&nv_pm_lock);
	return ret;
}

static void nv_pm_open_gpu(struct nv_linux_state *nvl)
{
	mutex_lock(&nv_pm_lock);
	if (nvl->pm_state == NV_PM_CLOSED) {
		if (nv_power_restore(&nvl->gpu))
			rm_lose_gpu(&nv_rm, &nvl->gpu);
		nvl->pm_state = NV_PM_OPEN;
		nv_gate_open(nvl);
		rm_catch_up(&nv_rm, &nvl->gpu);
	}
	mutex_unlock(&nv_pm_lock);
}

void nv_pm_remove_gpu(struct nv_linux_state *nvl)
{
	mutex_lock(&nv_pm_lock);
	nvl->pm_state = NV_PM_REMOVED;
	nv_gate_open(nvl);
	mutex_unlock(&nv_pm_lock);
}

static void nv_pm_open_all(void)
{
	struct nv_linux_state *nvl;
	unsigned int minor;

	for (minor = 0; (nvl = nv_next_gpu(minor)); nv_put(nvl)) {
		minor = nvl->gpu.minor + 1;
		nv_pm_open_gpu(nvl);
	}
	nv_uvm_gate_open();
}

static int nv_pm_close_all(bool hibernate)
{
	struct nv_linux_state *nvl;
	unsigned int minor;
	int ret = 0;

	nv_uvm_gate_close();
	for (minor = 0; !ret && (nvl = nv_next_gpu(minor)); nv_put(nvl)) {
		minor = nvl->gpu.minor + 1;
		ret = nv_pm_close_gpu(nvl, hibernate);
	}
	/* Who refuses is not told that the suspend is over. */
	if (ret)
		nv_pm_open_all();
	return ret;
}

static int nv_pm_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
		return notifier_from_errno(nv_pm_close_all(false));
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return notifier_from_errno(nv_pm_close_all(true));
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		nv_pm_open_all();
		return NOTIFY_OK;
	}
	return NOTIFY_DONE;
}

static struct notifier_block nv_pm_nb = { .notifier_call = nv_pm_notify };

static int nv_pm_sleep(struct device *dev)
{
	struct nv_linux_state *nvl = dev_get_drvdata(dev);

	return nv_power_suspend(&nvl->gpu);
}

/* What was meant for s2idle does not survive a sleep in which memory has no power. */
static int nv_pm_suspend(struct device *dev)
{
	struct nv_linux_state *nvl = dev_get_drvdata(dev);

	if (nvl->gpu.power.prepared == NV_POWER_GC6 &&
	    pm_suspend_target_state != PM_SUSPEND_TO_IDLE) {
		dev_err(dev, "prepared for s2idle, which /sys/power/mem_sleep names: no suspend\n");
		return -EOPNOTSUPP;
	}
	return nv_pm_sleep(dev);
}

/* A machine does not fail to wake for a GPU: whoever uses that is told. */
static int nv_pm_wake(struct device *dev)
{
	struct nv_linux_state *nvl = dev_get_drvdata(dev);

	nv_power_resume(&nvl->gpu);
	return 0;
}

const struct dev_pm_ops nv_pm_ops = {
	.suspend = nv_pm_suspend,
	.resume = nv_pm_wake,
	.freeze = nv_pm_sleep,
	.thaw = nv_pm_wake,
	.poweroff = nv_pm_sleep,
	.restore = nv_pm_wake,
};

int nv_pm_init(void)
{
	return register_pm_notifier(&nv_pm_nb);
}

void nv_pm_exit(void)
{
	unregister_pm_notifier(&nv_pm_nb);
}
