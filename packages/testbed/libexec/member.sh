#!/bin/bash
# member.sh BED MEMBER: the surroundings of one server of a bed, in a network, mount and host name space of its own.
#
# BED/mounts lists the control group hierarchies, BED/MEMBER.services the programs to run: one line of shell each, the
# server last. BED/MEMBER.server has its process; SIGUSR1 starts it again.
set -u
bed=$1
member=$2
fail() {
  echo "$1" >"$bed/failed"
  exit 1
}

hostname "$member"
ip link set lo up || fail "cannot bring up the loopback interface"
# LXD looks for network devices in sysfs, which shows those of the namespace it was mounted in.
mount -t sysfs sysfs /sys || fail "cannot mount sysfs in the namespace"
has_place=no
while read -r mountpoint type options; do
  if [ "$type" = cgroup ] && [ "$has_place" = no ]; then
    has_place=yes
    mount -t tmpfs -o mode=755 cgroups /sys/fs/cgroup || fail "cannot mount a place for control groups"
  fi
  mkdir -p "$mountpoint"
  # Only the names of controllers belong to the hierarchy; the rest are flags that a second mount may not change.
  flags='^(rw|ro|xattr|noprefix|clone_children|release_agent=.*|nsdelegate|memory_.*|favordynmods|pids_.*)$'
  names=$(echo "$options" | tr , '\n' | grep -vE "$flags" | paste -sd, -)
  mount -t "$type" ${names:+-o "$names"} "$type" "$mountpoint" || fail "cannot mount the control groups at $mountpoint"
done <"$bed/mounts"

# start SERVICE: starts a program and notes its process, so that the last one noted is the server's.
start() {
  eval "$1" </dev/null &
  echo $! >"$bed/$member.new" && mv "$bed/$member.new" "$bed/$member.server"
}
while read -r service; do
  server=$service
  start "$service"
done <"$bed/$member.services"
# The server has been killed and shall live again.
trap 'start "$server"' USR1
echo $$ >"$bed/$member.new" && mv "$bed/$member.new" "$bed/$member.pid"
wait
# A trap interrupts the wait.
while [ $? -gt 128 ]; do wait; done
