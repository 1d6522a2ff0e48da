#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault bad-checksum:1
# timeout: 90
# A message from GSP has a wrong checksum: that boot is given up, the next one works.

. ./lib.sh

recovers 'checksum'
