/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_INTERVAL_TREE_H
#define UNIT_LINUX_INTERVAL_TREE_H

#include <stdbool.h>
#include <stddef.h>

/* The kernel's is a tree; here a list by @start does. */
struct interval_tree_node {
	unsigned long start;
	unsigned long last;
	struct interval_tree_node *next;
};

struct rb_root_cached {
	struct interval_tree_node *first;
};

#define RB_ROOT_CACHED	(struct rb_root_cached) { NULL }

static inline void interval_tree_insert(struct interval_tree_node *node,
					struct rb_root_cached *root)
{
	struct interval_tree_node **at = &root->first;

	while (*at && (*at)->start < node->start)
		at = &(*at)->next;
	node->next = *at;
	*at = node;
}

static inline void interval_tree_remove(struct interval_tree_node *node,
					struct rb_root_cached *root)
{
	struct interval_tree_node **at = &root->first;

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
}

static inline struct interval_tree_node *unit_interval_find(struct interval_tree_node *at,
							    unsigned long start,
							    unsigned long last)
{
	while (at && (at->last < start || at->start > last))
		at = at->next;
	return at;
}

static inline struct interval_tree_node *interval_tree_iter_first(struct rb_root_cached *root,
								  unsigned long start,
								  unsigned long last)
{
	return unit_interval_find(root->first, start, last);
}

static inline struct interval_tree_node *interval_tree_iter_next(struct interval_tree_node *node,
								 unsigned long start,
								 unsigned long last)
{
	return unit_interval_find(node->next, start, last);
}

#endif
