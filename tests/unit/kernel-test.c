// SPDX-License-Identifier: MIT OR GPL-2.0

/* The stand-ins themselves, where they are more than a macro. */

#include <linux/bitfield.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "unit.h"

static long a, b, c;

UNIT_TEST(xarray_keeps_order)
{
	unsigned long i, seen = 0;
	struct xarray xa;
	long *entry;

	xa_init(&xa);
	EXPECT(!xa_store(&xa, 7, &b, GFP_KERNEL));
	EXPECT_EQ(xa_insert(&xa, 1ul << 40, &c, GFP_KERNEL), 0);
	EXPECT_EQ(xa_insert(&xa, 3, &a, GFP_KERNEL), 0);
	EXPECT_EQ(xa_insert(&xa, 3, &c, GFP_KERNEL), -EBUSY);
	EXPECT(xa_load(&xa, 3) == &a);
	EXPECT(!xa_load(&xa, 4));
	xa_for_each(&xa, i, entry) {
		EXPECT(i > seen);
		seen = i;
		EXPECT(xa_erase(&xa, i) == entry);
	}
	EXPECT_EQ(seen, 1ul << 40);
	EXPECT(xa_empty(&xa));
	xa_destroy(&xa);
}

UNIT_TEST(xarray_allocates_ids)
{
	u32 id, next = 0, n;
	struct xarray xa;

	xa_init_flags(&xa, XA_FLAGS_ALLOC1);
	for (n = 1; n <= 3; n++) {
		EXPECT_EQ(xa_alloc(&xa, &id, &a, XA_LIMIT(0, 3), GFP_KERNEL), 0);
		EXPECT_EQ(id, n);
	}
	EXPECT_EQ(xa_alloc(&xa, &id, &a, XA_LIMIT(0, 3), GFP_KERNEL), -EBUSY);
	xa_erase(&xa, 2);
	EXPECT_EQ(xa_alloc(&xa, &id, &b, XA_LIMIT(0, 3), GFP_KERNEL), 0);
	EXPECT_EQ(id, 2);
	xa_erase(&xa, 1);
	EXPECT_EQ(xa_alloc_cyclic(&xa, &id, &b, XA_LIMIT(1, 4), &next, GFP_KERNEL), 0);
	EXPECT_EQ(id, 1);
	unit_fail_alloc_at(1);
	EXPECT_EQ(xa_alloc(&xa, &id, &a, xa_limit_32b, GFP_KERNEL), -ENOMEM);
	xa_destroy(&xa);
}

UNIT_TEST(allocations_fail_on_request)
{
	void *p;

	unit_fail_alloc_at(2);
	p = kmalloc(8, GFP_KERNEL);
	EXPECT(p);
	EXPECT(!kzalloc(8, GFP_KERNEL));
	EXPECT(!kcalloc(SIZE_MAX / 2, 4, GFP_KERNEL));
	kfree(p);
	EXPECT_EQ(unit_live_allocs(), 0);
}

struct item {
	int n;
	struct list_head node;
};

UNIT_TEST(lists)
{
	struct item items[4], *pos, *next;
	LIST_HEAD(other);
	LIST_HEAD(head);
	int i, sum = 0;

	for (i = 0; i < 4; i++) {
		items[i].n = i;
		list_add_tail(&items[i].node, &head);
	}
	list_move(&items[3].node, &head);
	EXPECT_EQ(list_first_entry(&head, struct item, node)->n, 3);
	list_for_each_entry_safe(pos, next, &head, node) {
		sum = 10 * sum + pos->n;
		if (pos->n % 2)
			list_move_tail(&pos->node, &other);
	}
	EXPECT_EQ(sum, 3012);
	list_splice_init(&other, &head);
	EXPECT(list_empty(&other));
	sum = 0;
	list_for_each_entry_reverse(pos, &head, node)
		sum = 10 * sum + pos->n;
	EXPECT_EQ(sum, 2013);
}

UNIT_TEST(fields_and_sums)
{
	char text[4];
	size_t sum;

	EXPECT_EQ(FIELD_GET(GENMASK_ULL(47, 40), 0xab0000000000ull), 0xab);
	EXPECT_EQ(FIELD_PREP(GENMASK(7, 4), 0x1f), 0xf0);
	EXPECT(check_add_overflow(SIZE_MAX, (size_t)1, &sum));
	EXPECT_EQ(array_size(SIZE_MAX / 2, 3), (long long)SIZE_MAX);
	EXPECT_EQ(strscpy(text, "abcdef", sizeof(text)), -E2BIG);
	EXPECT_STR(text, "abc");
}
