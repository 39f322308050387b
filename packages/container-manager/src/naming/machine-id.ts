/** A number, then any number of container types with a number each: `0`, `2/lxd/4`, `1/kvm/0/lxd/7`. */
const machineId = /^(?:0|[1-9][0-9]*)(?:\/[a-z]+\/(?:0|[1-9][0-9]*))*$/;

/** Says whether a text is the id of a machine, for example `2/lxd/4`. Numbers have no leading zero. */
export function isMachineId(text: string): boolean {
  return machineId.test(text);
}
