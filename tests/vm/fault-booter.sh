#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault booter-fails
# timeout: 90
# Booter refuses to start GSP.

. ./lib.sh

gives_up 'booter_load failed on SEC2 with error'
