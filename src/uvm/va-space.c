// SPDX-License-Identifier: MIT OR GPL-2.0
/* VA spaces come and go. */
#include "uvm/uvm.h"

void uvm_va_space_init(struct uvm_va_space *vs)
{
	mutex_init(&vs->lock);
}

void uvm_va_space_fini(struct uvm_va_space *vs)
{
	mutex_destroy(&vs->lock);
}
