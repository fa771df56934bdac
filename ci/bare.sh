# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Bare Debian systems to try things in, by debootstrap; sourced by ci/anywhere and ci/package. The caller is root and in
# mount and PID namespaces of its own, with which mounts and processes end.

# Where apt of this machine takes Debian's packages from.
mirror() {
    # shellcheck disable=SC2016 # expanded by apt
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Identifier: Packages' |
        awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

# usage: bare_root SUITE DIRECTORY    makes the system there; fails with the reason on stderr where it cannot be had
# Kept between runs beside the tests' systems, for a week, as it was when debootstrap had made it.
bare_root() {
    local suite=$1 root=$2 kept="${XDG_CACHE_HOME:-/var/cache}/suppack/bare-$1" from
    mkdir -p "${kept%/*}"
    (
        flock 9
        if [ -z "$(find "$kept" -maxdepth 0 -mtime -7 2>/dev/null)" ]; then
            rm -rf --one-file-system "$kept" "$kept.new"
            from=$(mirror)
            [ -n "$from" ] || { echo "apt of this machine has no source of Debian's" && exit 1; } >&2
            debootstrap --variant=minbase "$suite" "$kept.new" "$from" >"$kept.log" 2>&1 || {
                echo "debootstrap $suite: $(grep -v '^I:' "$kept.log" | tail -n 1)" >&2
                exit 1
            }
            touch "$kept.new"
            mv "$kept.new" "$kept"
        fi
    ) 9>"$kept.lock" || return 1
    cp -a "$kept" "$root"
    # what the network and the mirror are like is this machine's to know
    apt-config dump | grep -E '^Acquire::(http|https|Check-Valid-Until|Retries)' >"$root/etc/apt/apt.conf.d/90as-here" || :
    cp /etc/resolv.conf "$root/etc/"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/throw-away"
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys" || :
    # a device node of a folder mounted nodev opens for nobody
    local node
    for node in null zero full random urandom tty; do
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    in_root "$root" ln -sf pts/ptmx /dev/ptmx
}

# usage: in_root DIRECTORY COMMAND...    as root who has just logged in
in_root() {
    local root=$1
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        chroot "$root" "$@"
}
