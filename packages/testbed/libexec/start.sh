#!/bin/bash
# start.sh NAME BED MEMBER...: enters the namespaces of a bed. Called by supervise.sh in the new cgroup namespace.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/cgroups.sh"
name=$1
shift
# Seen from the new namespace, the roots of the outer hierarchies no longer look like roots.
cgroup_mounts() { cat "$bed/mounts"; }
bed=$1
cgroup_settle "$name" $$ || exit 1
# The whole chain dies with its supervisor: setpriv ends unshare, unshare ends process 1, process 1 ends all others.
exec setpriv --pdeathsig KILL \
  unshare --net --mount --pid --ipc --fork --kill-child --mount-proc "$here/keeper.sh" "$@"
