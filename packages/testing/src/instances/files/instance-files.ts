import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { defaultRoot, emptyRoot, withKernelFiles, withoutKernelFiles } from "./default-root.ts";
import type { Directory } from "./file-node.ts";
import { createFileTree, type InstanceFiles } from "./file-tree.ts";

/**
 * The files of an instance, whether it runs or not. They are kept in its record from the first change on. A copy or a
 * snapshot of an instance has the same files when it has the same `contents`, as trees never change. What is made
 * belongs to `owner`; to root by default.
 */
export function filesOf(
  state: FakeState,
  instance: InstanceRecord,
  owner?: { readonly uid: number; readonly gid: number },
): InstanceFiles {
  const kept = (): Directory => instance.contents?.root ?? (instance.bootable ? defaultRoot(instance) : emptyRoot);
  return createFileTree({
    root: () => (instance.power === undefined ? kept() : withKernelFiles(kept())),
    keep(root) {
      const own = instance.power === undefined ? root : withoutKernelFiles(root, kept());
      instance.contents = { ...instance.contents, root: own };
    },
    now: () => state.clock.now(),
    ...(owner === undefined ? {} : { owner: { uid: owner.uid, gid: owner.gid } }),
    toDevice(path, bytes) {
      if (path === "/dev/console" && bytes.length > 0) state.consoles.write(instance, bytes.toString());
    },
  });
}
