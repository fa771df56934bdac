#!/bin/sh
# SPDX-License-Identifier: MIT
# What xe-install-supplemental-pack starts on XenServer 5.6 to 6.5; from 6.5 SP1 on it starts "install".
case $0 in
*/*) exec "${0%/*}/install" "$@" ;;
*) exec ./install "$@" ;;
esac
