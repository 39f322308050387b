import type { Testbed } from "./testbed.ts";

/** The network that OVN networks of {@link startOvn} reach the outside by. */
export const ovnUplink = "ovn-uplink";

/** Whether the machine has the programs of OVN, which `lxdkit-testbed install --with ovn` brings. */
export async function hasOvn(bed: Pick<Testbed, "run">): Promise<boolean> {
  const look = "command -v ovn-northd && command -v ovs-vswitchd";
  return (await bed.run(["sh", "-c", look], { allowFailure: true })).exitCode === 0;
}

/**
 * Starts OVN inside a bed, with a switch in user space, since kernels need not have one; and makes the network
 * {@link ovnUplink}, which routes 198.51.100.0/24 to OVN networks. It ends with the bed, which nobody else should use:
 * Incus goes on looking for OVN without a pause once it is gone, and keeps a processor busy.
 *
 * Rejects with `TESTBED_COMMAND_FAILED`.
 */
export async function startOvn(bed: Pick<Testbed, "directory" | "flavour" | "run">): Promise<void> {
  const client = bed.flavour === "lxd" ? "lxc" : "incus";
  const shell = async (script: string): Promise<void> => {
    await bed.run(["sh", "-euc", `${surroundings}\n${script}`, "sh", `${bed.directory}/ovn`]);
  };
  await shell(start);
  const config = [
    "parent=br-ex",
    "ipv4.gateway=192.0.2.1/24",
    "ipv4.ovn.ranges=192.0.2.100-192.0.2.199",
    "ipv4.routes=198.51.100.0/24",
    "dns.nameservers=192.0.2.1",
  ];
  await bed.run([client, "network", "create", ovnUplink, "--type=physical", ...config]);
}

/** The folders in which the servers look for sockets are mounted for this bed alone. */
const surroundings = `
export OVS_RUNDIR=/run/openvswitch OVN_RUNDIR=/run/ovn
mkdir -p "$1" && cd "$1"
run() { program=$1; shift; "$program" --detach --no-chdir --pidfile --log-file="$PWD/$program.log" -vsyslog:off "$@"; }`;

const start = `
mkdir -p $OVS_RUNDIR $OVN_RUNDIR
mount -t tmpfs none $OVS_RUNDIR
mount -t tmpfs none $OVN_RUNDIR
north=$OVN_RUNDIR/ovnnb_db.sock south=$OVN_RUNDIR/ovnsb_db.sock
ovsdb-tool create switch.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-tool create north.db /usr/share/ovn/ovn-nb.ovsschema
ovsdb-tool create south.db /usr/share/ovn/ovn-sb.ovsschema
run ovsdb-server --remote=punix:$OVS_RUNDIR/db.sock --remote=punix:$north --remote=punix:$south switch.db north.db south.db
ovs-vsctl --no-wait init -- set open_vswitch . external-ids:system-id=m1 external-ids:ovn-remote=unix:$south \\
  external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=127.0.0.1
run ovs-vswitchd
run ovn-northd --ovnnb-db=unix:$north --ovnsb-db=unix:$south
for bridge in br-ex br-int; do
  ovs-vsctl --timeout=10 add-br $bridge -- set bridge $bridge datapath_type=netdev
done`;
