#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# usage: enter.sh ROOT COMMAND...   run by dom0.py inside private mount and pid namespaces (dom0.unshare)
#
# Makes this machine's /usr (dnf, rpm, gpg) the scratch root's own, read-only, and runs COMMAND with
# the scratch root as "/". So xapi's command lines, the key's path in /etc/pki/rpm-gpg and the rpm -e
# of the pack's own remove script are exactly those of a real dom0: no --root, no --installroot.
# Everything mounted here ends with the namespace.
set -eu
root=$1
shift
# A host's "/" is a mount point, and the unshare plugin of rpm 4.20 and later relies on it.
mount --rbind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=0755 dev "$root/dev"
# Packages may put documentation there, so that part stays the root's own.
doc=usr/share/doc
mkdir "$root/dev/doc"
[ ! -d "$root/$doc" ] || mount --bind "$root/$doc" "$root/dev/doc"
mount --bind /usr "$root/usr"
mount -o remount,bind,ro "$root/usr"
mount --bind "$root/dev/doc" "$root/$doc"
for node in null zero full random urandom; do
    : >"$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
# A multipath of the release's version: on the real host /sbin is a link to /usr/sbin, so both names are
# that program. Debian's own reads configurations for it.
if [ -e "$root/sbin/multipath" ]; then
    : >"$root/dev/multipath"
    mount --bind /usr/sbin/multipath "$root/dev/multipath"
    mount --bind "$root/sbin/multipath" "$root/usr/sbin/multipath"
fi
# dnf5 installs nothing where /usr is read-only; what it writes there goes with the namespace.
case $1 in
*/dnf5)
    mkdir "$root/dev/upper" "$root/dev/work"
    mount -t overlay -o "lowerdir=/usr,upperdir=$root/dev/upper,workdir=$root/dev/work" usr "$root/usr"
    mount --bind "$root/dev/doc" "$root/$doc"
    if [ -e "$root/sbin/multipath" ]; then mount --bind "$root/sbin/multipath" "$root/usr/sbin/multipath"; fi
    ;;
esac
if [ -n "${ATTACH_FROM:-}" ]; then
    mount --bind "$ATTACH_FROM" "$root$ATTACH_AT"
    mount -o remount,bind,ro "$root$ATTACH_AT"
fi
cd "$root"
# PATH is dom0's: xe lies in /opt/xensource/bin. LANG=C as pool_update.precheck sets it.
exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin:/opt/xensource/bin HOME=/root LANG=C "$@"
