# SPDX-License-Identifier: MIT OR GPL-2.0
#
# For people; kbuild and DKMS use Kbuild and dkms.conf.

OUT ?= out
KDIR ?=
OPENNV_START := $(or $(OPENNV_START),$(shell date +%s))
export OUT OPENNV_START

sources := $(wildcard Kbuild dkms.conf COPYING debian/* debian/source/* rpm/* utils/packages \
	utils/support/* utils/firmware/* utils/firmware/*/*.py kernel-open/*/* kernel-open/*/*/* \
	src/* src/*/* src/*/*/*)
help:
	@echo 'make run        boot a Debian 13 guest with the model of a GPU; nvidia-smi, and a sleep in use'
	@echo 'make shell      the same, with a shell in the guest'
	@echo 'make check      check-lint, check-unit, check-kunit, check-packages and check-vm'
	@echo '                and, apart, check-kernels: builds for kernels of Debian, 6.1 to 7.3,'
	@echo '                and check-debug: guest tests on a kernel that looks for bugs'
	@echo 'make soak       CYCLES= suspends (10) of each of KINDS= (all; tests/soak/run --help),'
	@echo '                with a program on the GPU all the while'
	@echo 'make fuzz       SECONDS= (60) of libFuzzer each on the model: a driver, a vfio-user client'
	@echo 'make check-peer what nvidia-smi says on NVIDIA'"'"'s own driver and on ours, compared'
	@echo 'make check-cuda Debian'"'"'s libcuda on our driver; from then on part of check, until clean'
	@echo 'make bench      figures: builds, starts, our driver beside the peer'
	@echo 'make deb        the Debian packages, in $(OUT)/deb'
	@echo 'make rpm        the RPMs, in $(OUT)/rpm'
	@echo 'make softgpu    the model of a GPU, $(OUT)/softgpu'
	@echo 'make modules    the kernel modules, in $(OUT)/modules, for the guest kernel or for KDIR='
	@echo 'make clean      remove $(OUT); OPENNV_CACHE (/var/cache/opennv) keeps the Debian roots'

run shell:
	@utils/vm/setup build guest
	@$(MAKE) --no-print-directory deb softgpu
	@utils/vm/run $(filter shell,$@)

# With libcuda, once check-cuda has run here.
check:
	@tests/run lint unit kunit packages vm $(if $(wildcard $(OUT)/cuda/cuda),cuda)

check-lint check-unit check-kunit check-packages check-vm check-debug check-cuda: check-%:
	@tests/run $*

check-kernels: setup-build setup-guest
	@tests/kernels/run

# CYCLES suspends of each of KINDS, with a program on the GPU all the while.
CYCLES ?= 10
KINDS ?=
soak: setup-build setup-guest
	@$(MAKE) --no-print-directory deb softgpu
	@tests/soak/run $(CYCLES) $(KINDS)

SECONDS ?= 60
fuzz:
	@tests/fuzz/run --seconds $(SECONDS)

# Apart from check: it needs contrib and non-free of the Debian archive, as does check-cuda.
check-peer: setup-build setup-guest
	@tests/peer/check

bench: setup-build setup-guest
	@tests/bench/run

setup-%:
	@utils/vm/setup $*

deb rpm: %: setup-% $(OUT)/%/stamp

$(OUT)/%/stamp: $(sources)
	@utils/packages $*
	@touch $@

softgpu: setup-build
	@$(MAKE) -s --no-print-directory -C utils/softgpu OUT=$(abspath $(OUT))

modules: setup-guest
	@utils/vm/modules $(KDIR)

clean:
	rm -rf $(OUT)

.PHONY: help run shell check check-lint check-unit check-kunit check-packages check-vm \
	check-debug check-kernels check-peer check-cuda bench soak fuzz deb rpm softgpu modules clean
.DELETE_ON_ERROR:
