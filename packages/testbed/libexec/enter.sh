#!/bin/bash
# enter.sh BED MEMBER COMMAND...: runs a command in the surroundings of a member.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/cgroups.sh"
bed=$1
member=$2
shift 2
name=lxdkit-testbed-${bed##*/}
inside=/proc/$(cat "$bed/inside")/ns
# In the bed's control groups, so that the command ends with the bed.
cgroup_join "$name" $$ && cgroup_settle "$name" $$ || exit 125
exec nsenter --mount="$inside/mnt" --cgroup="$inside/cgroup" --ipc="$inside/ipc" --pid="$inside/pid_for_children" \
  nsenter --target "$(cat "$bed/$member.pid")" --net --mount --uts --wd="$PWD" "$@"
