#!/bin/bash
# supervise.sh BED MEMBER...: keeps a bed alive while standard input stays open, then removes every trace of it.
#
# It makes the bed's folder, waits for a line of input while the opener fills it, and then starts the bed. It runs outside the bed, in a session of its own. The other end of standard input belongs to the program that opened
# the bed: however that program ends, the input ends too.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/cgroups.sh"
bed=$1
name=lxdkit-testbed-${bed##*/}
trap '' INT HUP PIPE

started() { sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20; }
# Containers run as other users and must be able to pass.
mkdir -m 711 "$bed" || exit 1
echo "$$ $(started $$)" >"$bed/supervisor.new" && mv "$bed/supervisor.new" "$bed/supervisor"
exec 3<&0
if ! read -r _ <&3; then
  rm -rf "$bed"
  exit 0
fi

cgroup_mounts >"$bed/mounts"
cgroup_create "$name" 2>>"$bed/supervisor.log" || echo "cannot make control groups for the bed" >"$bed/failed"
(
  exec 3<&-
  cgroup_join "$name" "$BASHPID" || echo "cannot enter the bed's control groups" >"$bed/failed"
  exec unshare --cgroup "$here/start.sh" "$name" "$@"
) </dev/null >>"$bed/supervisor.log" 2>&1 &
inside=$!
echo "$inside" >"$bed/inside.new" && mv "$bed/inside.new" "$bed/inside"

cat <&3 >/dev/null &
reader=$!
trap 'kill "$reader"' TERM
wait -n "$inside" "$reader"
if kill -0 "$reader" 2>/dev/null; then
  # The inside ended on its own. The opener reads why, then closes its end.
  [ -e "$bed/failed" ] || tail -n 1 "$bed/supervisor.log" >"$bed/failed"
  wait "$reader"
fi
# The outermost process of the bed is spared, because it takes leave of process 1 and then ends by itself.
cgroup_kill "$name" "$inside" || kill -KILL "$inside" 2>/dev/null
wait "$inside" 2>/dev/null
cgroup_remove "$name"
rm -rf --one-file-system "$bed"
