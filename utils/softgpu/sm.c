// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A multiprocessor for programs of GA10x that compute addresses and move data, as
 * libcuda's own for copies and fills do. Threads run one after the other, so what they
 * say to each other (barriers, shared memory, votes) is not modelled. Where fields of
 * instructions lie: Mesa, src/nouveau/compiler/nak, and programs seen.
 */
#include <string.h>

#include <linux/bits.h>

#include "sm.h"

#define RZ		255
#define URZ		63
#define PT		7
#define STEPS_MAX	0x4000

/** struct thread - @own while it runs: @lo and @hi are the instruction, the flags how that ended */
struct thread {
	struct sg_sm *sm;
	struct sg_sm_thread *own;
	u64 lo, hi;
	bool done, fault, unknown;
};

/* Bits of the 128 of an instruction. */
static u32 bits(const struct thread *t, u32 at, u32 width)
{
	const u64 mask = (1ull << width) - 1;

	return (at >= 64 ? t->hi >> (at - 64) : t->lo >> at) & mask;
}

static bool bit(const struct thread *t, u32 at)
{
	return bits(t, at, 1);
}

static bool pred(const struct thread *t, u32 at, bool uniform)
{
	u32 p = uniform ? t->own->up : t->own->p;

	return (p >> bits(t, at, 3) & 1) ^ bit(t, at + 3);
}

static void set_pred(struct thread *t, u32 at, bool uniform, bool val)
{
	u8 *p = uniform ? &t->own->up : &t->own->p;
	u32 i = bits(t, at, 3);

	if (i != PT)
		*p = (*p & ~BIT(i)) | val << i;
}

static u32 reg(const struct thread *t, u32 i, bool uniform)
{
	return uniform ? t->own->ur[i & URZ] : t->own->r[i];
}

static void set_reg(struct thread *t, u32 i, bool uniform, u32 val)
{
	if (uniform && (i & URZ) != URZ)
		t->own->ur[i & URZ] = val;
	else if (!uniform && i != RZ)
		t->own->r[i] = val;
}

static u32 constant(struct thread *t, u32 off)
{
	u32 val;

	if (bits(t, 54, 5) || off + sizeof(val) > t->sm->bank_len) {
		t->unknown = true;
		return 0;
	}
	memcpy(&val, t->sm->bank + off, sizeof(val));
	return val;
}

/** struct sources - operands: @a, @b, @c, and the registers after them for 64 bits */
struct sources {
	u32 a, b, c;
	u32 c_hi;
};

/*
 * Bits 11:9 say what stands in bits 63:32 and whether that is the second operand or the
 * third; the other one is a register named at bit 64.
 */
static struct sources operands(struct thread *t, bool uniform)
{
	const u32 form = bits(t, 9, 3), other = bits(t, 64, 8), r = bits(t, 32, 8);
	struct sources s = { .a = reg(t, bits(t, 24, 8), uniform) };
	bool third = form == 2 || form == 3 || form == 7;
	u32 val = 0, hi = 0;

	if (form == 1) {
		val = reg(t, r, uniform);
	} else if (form == 2 || form == 4) {
		val = t->lo >> 32;
	} else if (form == 3 || form == 5) {
		val = constant(t, bits(t, 38, 16));
		hi = third ? constant(t, bits(t, 38, 16) + 4) : 0;
	} else {
		val = t->own->ur[r & URZ];
		hi = t->own->ur[(r & URZ) == URZ ? URZ : (r + 1) & URZ];
	}
	s.b = third ? reg(t, other, uniform) : val;
	s.c = third ? val : reg(t, other, uniform);
	s.c_hi = third ? hi : reg(t, other == (uniform ? URZ : RZ) ? other : other + 1, uniform);
	return s;
}

static u32 negated(const struct thread *t, u32 at, u32 val, bool x)
{
	if (!bit(t, at))
		return val;
	return x ? ~val : -val;
}

static void iadd3(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);
	const bool x = bit(t, 74);
	u64 sum = (u64)negated(t, 72, s.a, x);

	/* The negation of a second operand has its bit where an immediate would lie. */
	sum += bits(t, 9, 3) == 4 ? s.b : negated(t, 63, s.b, x);
	sum += negated(t, 75, s.c, x);
	if (x)
		sum += pred(t, 87, u) + pred(t, 77, u);
	/* Minus is plus complement and one, whose carry counts, too. */
	if (!x && ((bit(t, 72) && !s.a) || (bit(t, 75) && !s.c)))
		sum += 1ull << 32;
	set_pred(t, 81, u, sum >> 32 & 1);
	set_pred(t, 84, u, sum >> 33 & 1);
	set_reg(t, bits(t, 16, 8), u, sum);
}

static void imad(struct thread *t, bool u, bool wide)
{
	const struct sources s = operands(t, u);
	u64 product = bit(t, 73) ? (u64)((s64)(s32)s.a * (s32)s.b) : (u64)s.a * s.b;
	u64 c = negated(t, 75, s.c, false);
	u32 d = bits(t, 16, 8);

	if (bit(t, 72))
		product = -product;
	if (wide)
		c = (u64)s.c_hi << 32 | s.c;
	if (bit(t, 74))
		c += pred(t, 87, u);
	set_reg(t, d, u, product + c);
	if (wide && d != (u ? URZ : RZ))
		set_reg(t, d + 1, u, (product + c) >> 32);
}

static bool compare(u32 op, s64 a, s64 b)
{
	switch (op) {
	case 0: return false;
	case 1: return a < b;
	case 2: return a == b;
	case 3: return a <= b;
	case 4: return a > b;
	case 5: return a != b;
	case 6: return a >= b;
	default: return true;
	}
}

static bool combine(u32 op, bool a, bool b)
{
	if (op == 0)
		return a && b;
	return op == 1 ? a || b : a ^ b;
}

/* With .EX it is the upper half of a comparison whose lower one left a predicate. */
static void isetp(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);
	const bool sign = bit(t, 73), with = pred(t, 87, u);
	s64 a = sign ? (s32)s.a : (s64)s.a, b = sign ? (s32)s.b : (s64)s.b;
	u32 op = bits(t, 76, 3), how = bits(t, 74, 2);
	bool is = compare(op, a, b);

	if (bit(t, 72)) {
		bool low = pred(t, 68, u);

		if (op == 2)
			is = a == b && low;
		else if (op == 5)
			is = a != b || low;
		else
			is = a == b ? low : is;
	}
	set_pred(t, 81, u, combine(how, is, with));
	set_pred(t, 84, u, combine(how, !is, with));
}

static u32 lut3(u32 lut, u32 a, u32 b, u32 c)
{
	u32 val = 0;

	for (u32 i = 0; i < 8; i++)
		if (lut >> i & 1)
			val |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
	return val;
}

static void lop3(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);
	u32 val = lut3(bits(t, 72, 8), s.a, s.b, s.c);

	set_pred(t, 81, u, val || pred(t, 87, u));
	set_reg(t, bits(t, 16, 8), u, val);
}

static void plop3(struct thread *t)
{
	const u32 lut = bits(t, 64, 3) | bits(t, 72, 5) << 3;
	bool a = pred(t, 87, false), b = pred(t, 77, false), c = pred(t, 68, false);
	u32 row = a << 2 | b << 1 | c;

	set_pred(t, 81, false, lut >> row & 1);
	set_pred(t, 84, false, bits(t, 16, 8) >> row & 1);
}

static void shf(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);
	const bool wide = bits(t, 73, 2) < 2, sign = !bit(t, 73);
	u32 most = wide ? 64 : 32, by = s.b;
	u64 val = (u64)s.c << 32 | s.a;

	if (bit(t, 75))
		by &= most - 1;
	if (by >= 64)
		by = 64;
	if (!bit(t, 76))
		val = by == 64 ? 0 : val << by;
	else if (sign)
		val = (s64)val >> (by == 64 ? 63 : by);
	else
		val = by == 64 ? 0 : val >> by;
	set_reg(t, bits(t, 16, 8), u, bit(t, 80) ? val >> 32 : val);
}

static void lea(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);
	u32 by = bits(t, 75, 5);
	u64 sum = s.a << by;

	if (bit(t, 80))
		sum = (u32)((((u64)s.c << 32 | s.a) << by) >> 32);
	if (bit(t, 72))
		sum = (u32)-sum;
	sum += s.b;
	if (bit(t, 74))
		sum += pred(t, 87, u);
	set_pred(t, 81, u, sum >> 32 & 1);
	set_reg(t, bits(t, 16, 8), u, sum);
}

static void special(struct thread *t, bool u)
{
	const u32 which = bits(t, 72, 8);
	u32 val = 0;

	if (which >= 0x21 && which <= 0x23)
		val = t->own->tid[which - 0x21];
	else if (which >= 0x25 && which <= 0x27)
		val = t->sm->at[which - 0x25];
	else if (which != 0xff && which != 0)
		t->unknown = true;
	set_reg(t, bits(t, 16, 8), u, val);
}

static void load_uniform(struct thread *t)
{
	const u32 off = bits(t, 38, 16), d = bits(t, 16, 8);

	set_reg(t, d, true, constant(t, off));
	if (bits(t, 73, 3) == 5)
		set_reg(t, d + 1, true, constant(t, off + 4));
}

/* The uniform register is a descriptor of how to cache, so only the other one counts. */
static void memory(struct thread *t, bool store)
{
	static const u8 sizes[] = { 1, 1, 2, 2, 4, 8, 16, 0 };
	const u32 kind = bits(t, 73, 3), a = bits(t, 24, 8);
	u32 d = store ? bits(t, 32, 8) : bits(t, 16, 8), size = sizes[kind];
	s64 off = (s32)(bits(t, 40, 24) << 8) >> 8;
	u64 addr = t->own->r[a] + off, done;
	u32 val[4] = { 0 };

	if (bit(t, 72))
		addr = ((u64)reg(t, a == RZ ? RZ : a + 1, false) << 32 | t->own->r[a]) + off;
	if (!size || (d != RZ && d + size / 4 > RZ)) {
		t->unknown = true;
		return;
	}
	for (u32 i = 0; store && d != RZ && i < (size + 3) / 4; i++)
		val[i] = t->own->r[d + i];
	done = store ? sg_space_write(t->sm->channel->gpu, &t->sm->space, addr, val, size) :
		       sg_space_read(t->sm->channel->gpu, &t->sm->space, addr, val, size);
	if (done < size) {
		sg_gr_fault(t->sm->channel, "program's", addr + done, store);
		t->fault = true;
		return;
	}
	if (kind == 1)
		val[0] = (s32)(s8)val[0];
	else if (kind == 3)
		val[0] = (s32)(s16)val[0];
	for (u32 i = 0; !store && d != RZ && i < (size + 3) / 4; i++)
		t->own->r[d + i] = val[i];
}

static void branch(struct thread *t)
{
	u64 off = (t->hi & 0x3ffff) << 32 | t->lo >> 32;

	if (pred(t, 87, false))
		t->own->pc += (u32)(off & ~3ull);
}

static void move(struct thread *t, bool u)
{
	set_reg(t, bits(t, 16, 8), u, operands(t, u).b);
}

static void choose(struct thread *t, bool u)
{
	const struct sources s = operands(t, u);

	set_reg(t, bits(t, 16, 8), u, pred(t, 87, u) ? s.a : s.b);
}

/* CS2R takes a register that is always 0, in a pair. */
static void clear_pair(struct thread *t)
{
	u32 d = bits(t, 16, 8);

	if (bits(t, 72, 8) != 0xff)
		t->unknown = true;
	set_reg(t, d, false, 0);
	if (bit(t, 80) && d != RZ)
		set_reg(t, d + 1, false, 0);
}

static void execute(struct thread *t)
{
	switch (bits(t, 0, 9)) {
	case 0x002: return move(t, false);
	case 0x007: return choose(t, false);
	case 0x00c: return isetp(t, false);
	case 0x010: return iadd3(t, false);
	case 0x011: return lea(t, false);
	case 0x012: return lop3(t, false);
	case 0x01c: return plop3(t);
	case 0x019: return shf(t, false);
	case 0x024: return imad(t, false, false);
	case 0x025: return imad(t, false, true);
	case 0x082: return move(t, true);
	case 0x087: return choose(t, true);
	case 0x08c: return isetp(t, true);
	case 0x090: return iadd3(t, true);
	case 0x091: return lea(t, true);
	case 0x092: return lop3(t, true);
	case 0x099: return shf(t, true);
	case 0x0a4: return imad(t, true, false);
	case 0x0a5: return imad(t, true, true);
	case 0x0b9: return load_uniform(t);
	case 0x119: return special(t, false);
	case 0x1c3: return special(t, true);
	case 0x005: return clear_pair(t);
	case 0x181: return memory(t, false);
	case 0x186: return memory(t, true);
	case 0x147: return branch(t);
	case 0x14d:
		t->done = pred(t, 87, false);
		return;
	case 0x118:			/* NOP, and where threads of a warp part and meet */
	case 0x145:
	case 0x141:
		return;
	}
	t->unknown = true;
}

static bool fetch(struct thread *t)
{
	const struct sg_sm *sm = t->sm;
	u32 at = t->own->pc;

	if (at % 16 || at >= sm->code_len || sm->code_len - at < 16)
		return false;
	memcpy(&t->lo, sm->code + at, sizeof(t->lo));
	memcpy(&t->hi, sm->code + at + 8, sizeof(t->hi));
	return true;
}

/* What faults is executed again, from its start: a part of it may have been stored. */
static enum sg_sm_end run_thread(struct sg_sm *sm, u64 *steps)
{
	struct thread t = { .sm = sm, .own = &sm->thread };
	u64 end = *steps + STEPS_MAX;
	u32 at = 0;

	sm->thread.p |= BIT(PT);
	sm->thread.up |= BIT(PT);
	for (; *steps < end && !t.done && !t.fault && !t.unknown; (*steps)++) {
		at = sm->thread.pc;
		if (!fetch(&t))
			break;
		sm->thread.pc += 16;
		if (pred(&t, 12, false))
			execute(&t);
	}
	if (t.fault) {
		sm->thread.pc = at;
		return SG_SM_FAULT;
	}
	if (t.done && !t.unknown)
		return SG_SM_DONE;
	sg_log(sm->channel->gpu, "channel %u, %#llx: instruction %#x (%03llx) is not modelled",
	       sm->channel->chid, sm->program, at, t.lo & 0xfff);
	return SG_SM_UNKNOWN;
}

bool sg_sm_advance(u32 at[3], const u32 size[3])
{
	for (unsigned int i = 0; i < 3; i++) {
		if (++at[i] < size[i])
			return true;
		at[i] = 0;
	}
	return false;
}

static bool next_thread(struct sg_sm *sm)
{
	struct sg_sm_thread next = { 0 };
	bool more;

	memcpy(next.tid, sm->thread.tid, sizeof(next.tid));
	more = sg_sm_advance(next.tid, sm->block);
	sm->thread = next;
	return more;
}

enum sg_sm_end sg_sm_block(struct sg_sm *sm, u64 *steps)
{
	enum sg_sm_end end = SG_SM_DONE;
	bool more = sm->block[0] && sm->block[1] && sm->block[2];

	*steps = 0;
	while (more && end == SG_SM_DONE) {
		end = run_thread(sm, steps);
		more = end == SG_SM_DONE && next_thread(sm);
	}
	return end;
}
