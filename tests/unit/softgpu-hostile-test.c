// SPDX-License-Identifier: MIT OR GPL-2.0
/* Some hundred drivers that do anything, the same ones each time; make fuzz has others. */
#include "hostile.h"

#define DRIVERS	100
#define STEPS	300

UNIT_TEST(any_order_of_anything)
{
	for (u64 seed = 1; seed <= DRIVERS; seed++)
		hostile_run((struct choices){
			.left = STEPS, .state = seed * 0x9e3779b97f4a7c15,
		});
}
