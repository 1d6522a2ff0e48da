#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault no-interrupt
# timeout: 90
# Interrupts never arrive.

. ./lib.sh

gives_up 'no interrupt arrives'
