#!/bin/bash
# build-cloud-rootfs.sh TARGET SUITE MIRROR: makes the root file system of a Debian that cloud-init sets up.
#
# Runs in mount and PID namespaces of its own, so that nothing of it is left when it is interrupted.
set -eu
target=$1
suite=$2
mirror=$3

# Nothing of it must survive a power cut, so dpkg need not wait for the disk.
mkdir -p "$target/etc/dpkg/dpkg.cfg.d"
echo force-unsafe-io >"$target/etc/dpkg/dpkg.cfg.d/testbed"
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,ca-certificates "$suite" "$target" "$mirror"

# What reaches the mirror from here must do so from inside of the new system too.
cp --dereference /etc/resolv.conf "$target/etc/resolv.conf"
install -m 755 /dev/stdin "$target/usr/sbin/policy-rc.d" <<'EOF'
#!/bin/sh
exit 101
EOF
authorities=$target/tmp/authorities.crt
cat /etc/ssl/certs/ca-certificates.crt >"$authorities" 2>/dev/null || :
mount -t proc proc "$target/proc"
inside() {
  chroot "$target" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
apt="apt-get -q -o Acquire::Retries=5 -o Acquire::https::CAInfo=/tmp/authorities.crt"
inside $apt update
# udev is no dependency of cloud-init, yet its first stage does not end without it.
inside $apt install --yes --no-install-recommends cloud-init netplan.io udev libpam-systemd systemd-resolved

# There are no locales to choose from in so small a system, and trying would count as an error of cloud-init.
printf 'datasource_list: [NoCloud, LXD, None]\nlocale: false\n' >"$target/etc/cloud/cloud.cfg.d/90_testbed.cfg"
inside systemctl enable systemd-networkd systemd-resolved
inside systemctl mask systemd-binfmt.service
umount "$target/proc"
rm -rf "$target/usr/sbin/policy-rc.d" "$target/etc/dpkg/dpkg.cfg.d/testbed" "$target/etc/hostname" \
  "$target"/var/lib/apt/lists/* "$target"/var/cache/apt/* "$target"/var/log/*.log \
  "$target"/usr/share/{doc,man,locale}/* "$target"/tmp/*
: >"$target/etc/machine-id"
