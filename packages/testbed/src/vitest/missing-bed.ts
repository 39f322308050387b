import type { Flavour } from "@lxdkit/protocol";
import { checkPreconditions, readMachineFacts } from "../preconditions.ts";

/** What kind of bed a test wants to open. */
export interface WantedBed {
  /** Both families by default. */
  readonly flavours?: readonly Flavour[];
  /** Whether it needs the cloud image too; false by default. */
  readonly cloudImage?: boolean;
}

/**
 * Why a test cannot open a bed of its own on this machine, in one sentence; undefined when it can.
 *
 * With `LXDKIT_REQUIRE_REAL=1` in the environment it is always undefined: the test then runs, and fails where something
 * is missing.
 */
export function missingBed({ flavours = ["lxd", "incus"], cloudImage = false }: WantedBed = {}): string | undefined {
  if (process.env["LXDKIT_REQUIRE_REAL"] === "1") return undefined;
  try {
    for (const flavour of flavours) checkPreconditions(flavour, cloudImage, readMachineFacts());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
