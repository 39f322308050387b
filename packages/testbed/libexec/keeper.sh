#!/bin/bash
# keeper.sh BED MEMBER...: process 1 of a bed. Starts its members, then reaps what ends.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bed=$1
shift
for member in "$@"; do
  unshare --net --mount --uts "$here/member.sh" "$bed" "$member" &
done
# A bash that waits reaps every process that is handed to process 1.
sleep infinity &
while :; do wait; done
