// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * RM's settings ("registry"): every numeric module parameter under its own name, then
 * NVreg_RegistryDwords, then this GPU's part of NVreg_RegistryDwordsPerDevice. Of
 * entries with the same name GSP takes the last.
 */
#include <linux/ctype.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "nv-linux.h"

#define NV_REGISTRY_MAX		256

static int nv_registry_set(struct nv_registry *registry, const char *name, u32 value)
{
	char *copy;

	if (registry->count == NV_REGISTRY_MAX)
		return -E2BIG;
	copy = kstrdup(name, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	registry->entry[registry->count++] =
		(struct nv_registry_entry) { .name = copy, .value = value };
	return 0;
}

/* One "Name=value"; a malformed one is named and skipped, the rest still counts. */
static int nv_registry_parse(struct nv_registry *registry, struct device *dev, char *text)
{
	char *value = strchr(text, '=');
	u32 number;

	if (value)
		*value++ = '\0';
	if (!value || !*text || kstrtou32(value, 0, &number)) {
		dev_warn(dev, "registry setting \"%s\" ignored: not of the form Name=number\n",
			 text);
		return 0;
	}
	return nv_registry_set(registry, text, number);
}

static void nv_strip_spaces(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (!isspace(*text))
			*to++ = *text;
	*to = '\0';
}

/* Settings behind "pci=<address>" hold for that device only, until the next "pci=". */
static int nv_registry_parse_list(struct nv_registry *registry, struct device *dev,
				  const char *list)
{
	char *copy, *rest, *text;
	bool ours = true;
	int ret = 0;

	if (!list)
		return 0;
	copy = kstrdup(list, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	nv_strip_spaces(copy);
	while (!ret && (text = strsep(&rest, ";"))) {
		if (str_has_prefix(text, "pci="))
			ours = !strcasecmp(text + strlen("pci="), dev_name(dev));
		else if (*text && ours)
			ret = nv_registry_parse(registry, dev, text);
	}
	kfree(copy);
	return ret;
}

struct nv_registry_param_ctx {
	struct nv_registry *registry;
	int ret;
};

static void nv_registry_add_param(void *data, const char *name, u32 value)
{
	struct nv_registry_param_ctx *ctx = data;

	if (!ctx->ret)
		ctx->ret = nv_registry_set(ctx->registry, name, value);
}

struct nv_registry *nv_registry_create(struct pci_dev *pci)
{
	struct nv_registry_param_ctx ctx = { };
	int ret;

	ctx.registry = kzalloc(struct_size(ctx.registry, entry, NV_REGISTRY_MAX), GFP_KERNEL);
	if (!ctx.registry)
		return ERR_PTR(-ENOMEM);
	nv_params_each(nv_registry_add_param, &ctx);
	ret = ctx.ret;
	if (!ret)
		ret = nv_registry_parse_list(ctx.registry, &pci->dev, NVreg_RegistryDwords);
	if (!ret)
		ret = nv_registry_parse_list(ctx.registry, &pci->dev,
					     NVreg_RegistryDwordsPerDevice);
	if (!ret)
		return ctx.registry;
	if (ret == -E2BIG)
		dev_err(&pci->dev, "more than %d registry settings\n", NV_REGISTRY_MAX);
	nv_registry_free(ctx.registry);
	return ERR_PTR(ret);
}

void nv_registry_free(struct nv_registry *registry)
{
	if (!registry)
		return;
	while (registry->count)
		kfree(registry->entry[--registry->count].name);
	kfree(registry);
}
