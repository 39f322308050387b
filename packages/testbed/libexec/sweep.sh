#!/bin/bash
# sweep.sh BED: removes what is left of a bed whose supervisor is dead.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/cgroups.sh"
name=lxdkit-testbed-${1##*/}
cgroup_kill "$name"
cgroup_remove "$name"
rm -rf --one-file-system "$1"
