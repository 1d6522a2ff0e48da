// SPDX-License-Identifier: MIT OR GPL-2.0
/* What /proc says of power, and what decides how a GPU sleeps. */
#include <linux/acpi.h>
#include <linux/capability.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/suspend.h>
#include <linux/uaccess.h>

#include "gsp/gsp.h"
#include "nv-linux.h"

static bool nv_low_power_s0(void)
{
#ifdef CONFIG_ACPI
	return !acpi_disabled && acpi_gbl_FADT.flags & ACPI_FADT_LOW_POWER_S0;
#else
	return false;
#endif
}

void nv_pm_policy(struct nv_power_policy *policy, bool hibernate)
{
	*policy = (struct nv_power_policy) {
		.s0ix = NVreg_EnableS0ixPowerManagement == 1,
		.threshold = (u64)NVreg_S0ixPowerManagementVideoMemoryThreshold * SZ_1M,
		.low_power_s0 = nv_low_power_s0(),
		.s2idle = pm_suspend_default_s2idle(),
		.hibernate = hibernate,
	};
}

static const char *nv_supported(bool yes)
{
	return yes ? "Supported" : "Not Supported";
}

/* Only a GPU that runs says what it can. */
static void nv_show_hardware(struct seq_file *m, struct nv_gpu *gpu)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);
	bool running = nv_gpu_running(gpu);

	seq_printf(m, " Video Memory Self Refresh: %s\n",
		   running ? nv_supported(info->is_gc6_rtd3_allowed) : "?");
	seq_printf(m, " Video Memory Off:          %s\n",
		   running ? nv_supported(info->is_gcoff_rtd3_allowed) : "?");
}

static void nv_show_sleep(struct seq_file *m, struct nv_gpu *gpu)
{
	struct nv_power_policy policy;
	const char *why = "nobody uses it", *missing;
	const char *how = "shut down";

	nv_pm_policy(&policy, false);
	missing = nv_power_s0ix_missing(gpu, &policy);
	if (nv_gpu_running(gpu))
		how = nv_power_name(nv_power_choose(gpu, &policy, &why));
	seq_puts(m, "\nS0ix Power Management:\n");
	seq_printf(m, " Platform Support:          %s\n", nv_supported(policy.low_power_s0));
	seq_printf(m, " Status:                    %s\n", missing ? "Disabled" : "Enabled");
	if (missing)
		seq_printf(m, " Reason:                    %s\n", missing);
	seq_puts(m, "\nNext Suspend:\n");
	seq_printf(m, " Mode:                      %s\n", how);
	seq_printf(m, " Reason:                    %s\n", why);
}

int nv_power_proc_show(struct seq_file *m, void *v)
{
	struct nv_linux_state *nvl = m->private;

	seq_puts(m, "Runtime D3 status:          Not supported\n");
	seq_printf(m, "Video Memory:               %s\n\n",
		   nv_gpu_running(&nvl->gpu) ? "Active" : "Off");
	seq_puts(m, "GPU Hardware Support:\n");
	nv_show_hardware(m, &nvl->gpu);
	nv_show_sleep(m, &nvl->gpu);
	return 0;
}

/*
 * NVIDIA's units write to these before and after a suspend. All that happens without them, so
 * words that they may write are taken, and nothing depends on them.
 */
static ssize_t nv_take_word(const char __user *buf, size_t count, const char * const *words,
			    size_t nr_words)
{
	char word[16] = { };

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!count || count >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, buf, count))
		return -EFAULT;
	return __sysfs_match_string(words, nr_words, word) < 0 ? -EINVAL : count;
}

static const char * const nv_suspend_words[] = { "suspend", "hibernate", "resume" };
static const char * const nv_depth_words[] = { "default", "modeset", "uvm" };

static ssize_t nv_suspend_write(struct file *file, const char __user *buf, size_t count,
				loff_t *pos)
{
	return nv_take_word(buf, count, nv_suspend_words, ARRAY_SIZE(nv_suspend_words));
}

static ssize_t nv_depth_write(struct file *file, const char __user *buf, size_t count,
			      loff_t *pos)
{
	return nv_take_word(buf, count, nv_depth_words, ARRAY_SIZE(nv_depth_words));
}

static int nv_words_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (const char *)m->private);
	return 0;
}

static int nv_words_open(struct inode *inode, struct file *file)
{
	return single_open(file, nv_words_show, pde_data(inode));
}

static const struct proc_ops nv_suspend_ops = {
	.proc_open = nv_words_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = nv_suspend_write,
};

static const struct proc_ops nv_depth_ops = {
	.proc_open = nv_words_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = nv_depth_write,
};

int nv_pm_proc_add(struct proc_dir_entry *root)
{
	if (proc_create_data("suspend", 0644, root, &nv_suspend_ops,
			     "suspend hibernate resume") &&
	    proc_create_data("suspend_depth", 0644, root, &nv_depth_ops, "default modeset uvm"))
		return 0;
	return -ENOMEM;
}
