// SPDX-License-Identifier: MIT OR GPL-2.0

/* SET_REGISTRY: the driver's registry keys, which the stand-in's parts may look at. */

#include <stdlib.h>
#include <string.h>

#include <linux/list.h>

#include "gsp-rm.h"

#define NAME_MAX_LENGTH	255

static bool lie(struct softgpu_gsp_rm *rm, const char *field, u32 index, u32 value)
{
	sg_rm_die(rm, "SET_REGISTRY: %s of entry %u is %#x", field, index, value);
	return false;
}

/* The name that begins at @off, if it ends inside the table. */
static const char *entry_name(const u8 *table, u32 size, u32 first, u32 off)
{
	const char *name = (const char *)table + off;
	u32 room;

	if (off < first || off >= size)
		return NULL;
	room = size - off;
	if (room > NAME_MAX_LENGTH + 1)
		room = NAME_MAX_LENGTH + 1;
	return *name && memchr(name, 0, room) ? name : NULL;
}

static bool check_value(struct softgpu_gsp_rm *rm, u32 index, u32 size,
			const struct gsp_registry_entry *entry)
{
	switch (entry->type) {
	case GSP_REGISTRY_TYPE_DWORD:
		return entry->length == sizeof(u32) || lie(rm, "length", index, entry->length);
	case GSP_REGISTRY_TYPE_BINARY:
	case GSP_REGISTRY_TYPE_STRING:
		if (entry->data > size)
			return lie(rm, "data", index, entry->data);
		return entry->length <= size - entry->data ||
		       lie(rm, "length", index, entry->length);
	default:
		return lie(rm, "type", index, entry->type);
	}
}

static bool keep(struct softgpu_gsp_rm *rm, const struct gsp_registry_entry *entry,
		 const char *name)
{
	struct gsp_registry_key *key = malloc(sizeof(*key) + strlen(name) + 1);

	if (!key) {
		sg_rm_die(rm, "out of memory");
		return false;
	}
	key->type = entry->type;
	key->dword = entry->type == GSP_REGISTRY_TYPE_DWORD ? entry->data : 0;
	strcpy(key->name, name);
	list_add_tail(&key->link, &rm->registry);
	sg_trace(rm->gpu, "registry: %s = %#x (type %u)", name, key->dword, key->type);
	return true;
}

bool sg_registry_parse(struct softgpu_gsp_rm *rm, const void *payload, u32 length)
{
	const struct gsp_registry_table *table = payload;
	struct gsp_registry_entry entry;
	const char *name;
	u32 i, first;

	if (length < sizeof(*table) || table->size < sizeof(*table) || table->size > length) {
		sg_rm_die(rm, "SET_REGISTRY: size is %u of %u bytes", table->size, length);
		return false;
	}
	if (table->num_entries > (table->size - sizeof(*table)) / sizeof(entry)) {
		sg_rm_die(rm, "SET_REGISTRY: numEntries %u do not fit %u bytes",
			  table->num_entries, table->size);
		return false;
	}
	first = sizeof(*table) + table->num_entries * sizeof(entry);
	for (i = 0; i < table->num_entries; i++) {
		entry = table->entries[i];
		name = entry_name(payload, table->size, first, entry.name_offset);
		if (!name)
			return lie(rm, "nameOffset", i, entry.name_offset);
		if (!check_value(rm, i, table->size, &entry) || !keep(rm, &entry, name))
			return false;
	}
	return true;
}

u32 sg_registry_dword(const struct softgpu_gsp_rm *rm, const char *name, u32 standard)
{
	const struct gsp_registry_key *key;

	list_for_each_entry(key, &rm->registry, link)
		if (key->type == GSP_REGISTRY_TYPE_DWORD && !strcmp(key->name, name))
			return key->dword;
	return standard;
}

void sg_registry_free(struct softgpu_gsp_rm *rm)
{
	struct gsp_registry_key *key, *next;

	list_for_each_entry_safe(key, next, &rm->registry, link)
		free(key);
	INIT_LIST_HEAD(&rm->registry);
}
