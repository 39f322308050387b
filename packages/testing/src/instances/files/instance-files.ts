import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { defaultRoot, withKernelFiles, withoutKernelFiles } from "./default-root.ts";
import type { Directory } from "./file-node.ts";
import { createFileTree, type InstanceFiles } from "./file-tree.ts";

/**
 * The files of an instance, whether it runs or not. They are kept in its record from the first change on. A copy of an
 * instance has the same files when its record has the same `files`, as trees never change.
 */
export function filesOf(state: FakeState, instance: InstanceRecord): InstanceFiles {
  const kept = (): Directory => instance.files ?? defaultRoot(instance);
  return createFileTree({
    root: () => (instance.power === undefined ? kept() : withKernelFiles(kept())),
    keep(root) {
      instance.files = instance.power === undefined ? root : withoutKernelFiles(root, kept());
    },
    now: () => state.clock.now(),
  });
}
