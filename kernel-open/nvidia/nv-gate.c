// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The gate of a GPU: who uses the hardware for user space is inside; while the GPU
 * sleeps nobody is, and who comes waits.
 */
#include <linux/freezer.h>
#include <linux/sched/signal.h>

#include "nv-linux.h"

void nv_gate_init(struct nv_gate *gate)
{
	static struct lock_class_key key;

	atomic_set(&gate->inside, 0);
	gate->closed = false;
	init_waitqueue_head(&gate->wait);
	lockdep_init_map(&gate->dep_map, "nv_gate", &key, 0);
}

static void nv_gate_drop(struct nv_gate *gate)
{
	/* The closer sets @closed before it looks at @inside: one of the two sees the other. */
	if (!atomic_dec_return(&gate->inside) && READ_ONCE(gate->closed))
		wake_up_all(&gate->wait);
}

static bool nv_gate_try(struct nv_gate *gate)
{
	atomic_inc(&gate->inside);
	smp_mb__after_atomic(); /* see nv_gate_drop() */
	if (!READ_ONCE(gate->closed))
		return true;
	nv_gate_drop(gate);
	return false;
}

/* Everything the GPU is asked for ends by itself once it is lost, so nobody has to wait then. */
static bool nv_gate_passable(struct nv_linux_state *nvl)
{
	return !READ_ONCE(nvl->gate.closed) || READ_ONCE(nvl->hw.lost);
}

/* A sleeper of @state does not keep the freezer from freezing its process. */
static int nv_gate_sleep(struct nv_linux_state *nvl, unsigned int state)
{
	return wait_event_state(nvl->gate.wait, nv_gate_passable(nvl), state);
}

int nv_gate_enter(struct nv_linux_state *nvl)
{
	int ret;

	while (!READ_ONCE(nvl->hw.lost)) {
		if (nv_gate_try(&nvl->gate)) {
			rwsem_acquire_read(&nvl->gate.dep_map, 0, 0, _RET_IP_);
			return 0;
		}
		ret = nv_gate_sleep(nvl, TASK_KILLABLE | TASK_FREEZABLE);
		if (ret)
			return ret;
	}
	return -ENODEV;
}

void nv_gate_reenter(struct nv_linux_state *nvl)
{
	struct nv_gate *gate = &nvl->gate;

	while (!nv_gate_try(gate))
		wait_event_state(gate->wait, !READ_ONCE(gate->closed),
				 (TASK_UNINTERRUPTIBLE | TASK_FREEZABLE));
	rwsem_acquire_read(&gate->dep_map, 0, 0, _RET_IP_);
}

bool nv_gate_try_enter(struct nv_linux_state *nvl)
{
	if (!nv_gate_try(&nvl->gate))
		return false;
	rwsem_acquire_read(&nvl->gate.dep_map, 0, 1, _RET_IP_);
	return true;
}

void nv_gate_leave(struct nv_linux_state *nvl)
{
	rwsem_release(&nvl->gate.dep_map, _RET_IP_);
	nv_gate_drop(&nvl->gate);
}

int nv_gate_wait(struct nv_linux_state *nvl)
{
	/* A system call that touched the mapping may hold locks that are nothing to us. */
	return nv_gate_sleep(nvl, TASK_KILLABLE | TASK_FREEZABLE_UNSAFE);
}

void nv_gate_close(struct nv_linux_state *nvl)
{
	struct nv_gate *gate = &nvl->gate;

	/* Whoever is inside and waits for what the caller holds would wait forever. */
	rwsem_acquire(&gate->dep_map, 0, 0, _RET_IP_);
	xchg(&gate->closed, true); /* a full barrier, see nv_gate_drop() */
	wait_event(gate->wait, !atomic_read(&gate->inside));
	rwsem_release(&gate->dep_map, _RET_IP_);
}

void nv_gate_open(struct nv_linux_state *nvl)
{
	xchg(&nvl->gate.closed, false); /* before rm_catch_up() looks at what was put aside */
	wake_up_all(&nvl->gate.wait);
}

/*
 * Unified memory has a gate of its own before those of the GPUs: its calls hold locks, under
 * which nobody may sleep until a GPU wakes.
 */
static struct nv_gate nv_uvm_gate = {
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(nv_uvm_gate.wait),
};

static int nv_uvm_enter_state(unsigned int state)
{
	int ret;

	while (!nv_gate_try(&nv_uvm_gate)) {
		ret = wait_event_state(nv_uvm_gate.wait, !READ_ONCE(nv_uvm_gate.closed), state);
		if (ret)
			return ret;
	}
	return 0;
}

int nv_uvm_enter(void)
{
	return nv_uvm_enter_state(TASK_KILLABLE | TASK_FREEZABLE);
}

void nv_uvm_enter_always(void)
{
	nv_uvm_enter_state(TASK_UNINTERRUPTIBLE | TASK_FREEZABLE);
}

bool nv_uvm_try_enter(void)
{
	return nv_gate_try(&nv_uvm_gate);
}

void nv_uvm_leave(void)
{
	nv_gate_drop(&nv_uvm_gate);
}

bool nv_uvm_closed(void)
{
	return READ_ONCE(nv_uvm_gate.closed);
}

void nv_uvm_gate_close(void)
{
	xchg(&nv_uvm_gate.closed, true); /* a full barrier, see nv_gate_drop() */
	wait_event(nv_uvm_gate.wait, !atomic_read(&nv_uvm_gate.inside));
}

void nv_uvm_gate_open(void)
{
	WRITE_ONCE(nv_uvm_gate.closed, false);
	wake_up_all(&nv_uvm_gate.wait);
}
