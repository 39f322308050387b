# Functions for the control groups of a bed. Sourced by the other scripts.
#
# A bed has one directory of its own below the root of every mounted hierarchy (version 1, version 2 or both). LXC
# makes its lxc.payload.* and lxc.monitor.* directories inside it, because the bed has its own cgroup namespace.
# So everything a bed leaves behind, also after a kill, is found again by the bed's name.

# cgroup_mounts: prints "MOUNTPOINT TYPE OPTIONS" of every mounted hierarchy.
cgroup_mounts() {
  awk '{
    for (i = 7; i <= NF && $i != "-"; i++);
    if ($4 == "/" && ($(i + 1) == "cgroup" || $(i + 1) == "cgroup2")) print $5, $(i + 1), $(i + 3)
  }' /proc/self/mountinfo | sort -u -k1,1
}

# cgroup_directories NAME: prints the bed's directory in every hierarchy.
cgroup_directories() {
  local mountpoint rest
  cgroup_mounts | while read -r mountpoint rest; do echo "$mountpoint/$1"; done
}

# cgroup_create NAME: makes the bed's directories.
cgroup_create() {
  local directory parent file
  cgroup_directories "$1" | while read -r directory; do
    mkdir -p "$directory"
    # A process can only enter a version 1 cpuset group that has processors and memory nodes.
    parent=${directory%/*}
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$parent/cpuset.effective_cpus" ]; then cat "$parent/$file" >"$directory/$file"; fi
    done
    # Version 2 lets a group either hold processes or hand controllers down; LXC ignores this leaf of process 1.
    if [ -e "$directory/cgroup.controllers" ]; then mkdir -p "$directory/init.scope"; fi
  done
}

# cgroup_join NAME PID: moves a process into the bed's directories.
cgroup_join() {
  local directory
  for directory in $(cgroup_directories "$1"); do echo "$2" >"$directory/cgroup.procs" || return 1; done
}

# cgroup_settle NAME PID: moves a process on to the leaf of version 2 hierarchies. The cgroup namespace must exist.
cgroup_settle() {
  local directory
  for directory in $(cgroup_directories "$1"); do
    if [ -d "$directory/init.scope" ]; then echo "$2" >"$directory/init.scope/cgroup.procs" || return 1; fi
  done
}

# cgroup_kill NAME [SPARED]: thaws and kills every process of the bed but one, until none is left.
cgroup_kill() {
  local directories directory file pid found tries=0
  directories=$(cgroup_directories "$1")
  while [ "$tries" -lt 600 ]; do
    found=0
    for directory in $directories; do
      [ -d "$directory" ] || continue
      for pid in $(find "$directory" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u); do
        # 0 stands for a process of another PID namespace, which cannot be meant.
        [ "$pid" -gt 0 ] && [ "$pid" != "${2:-}" ] || continue
        found=1
        kill -KILL "$pid" 2>/dev/null
      done
      # A frozen process does not die before it is thawed.
      for file in $(find "$directory" -name freezer.state 2>/dev/null); do echo THAWED >"$file" 2>/dev/null; done
      for file in $(find "$directory" -name cgroup.freeze 2>/dev/null); do echo 0 >"$file" 2>/dev/null; done
    done
    [ "$found" = 0 ] && return 0
    tries=$((tries + 1))
    sleep 0.05
  done
  return 1
}

# cgroup_remove NAME: removes the bed's directories with all that LXC made in them.
cgroup_remove() {
  local directory tries
  for directory in $(cgroup_directories "$1"); do
    tries=0
    while [ -d "$directory" ] && [ "$tries" -lt 100 ]; do
      find "$directory" -depth -type d -exec rmdir {} \; 2>/dev/null
      tries=$((tries + 1))
      [ -d "$directory" ] && sleep 0.05
    done
  done
  return 0
}
