#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: host.sh TEMPLATE SCRATCH POOL NAME MEGABYTES   run by fleet.py in namespaces of its own (mount, UTS, net, pid)
#
# A host: the template under an overlay in memory, this machine's /usr (tests/interop/enter.sh), its own name and
# network, and a real sshd. Says "ready", and starts sshd when it is told to by a line. All of it ends with the namespaces.
set -eu
template=$1 scratch=$2 pool=$3 name=$4 megabytes=$5
hostname "$name"
mount -t tmpfs -o "size=${megabytes}m" host "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
chmod 0755 "$scratch/upper"
mount -t overlay -o "lowerdir=$template,upperdir=$scratch/upper,workdir=$scratch/work" host "$scratch/root"
root=$scratch/root
echo "$name" >"$root/etc/hostname"
mkdir -p "$root/var/pool-stand-in"
mount --bind "$pool" "$root/var/pool-stand-in"
echo ready
read -r _
exec /bin/sh "${0%/*}/../interop/enter.sh" "$root" /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
