import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import { OperationFailure } from "../../core/refusal.ts";
import type { MigrationEnds } from "./ends.ts";

/** What goes from one fake to another, as JSON. */
export interface MigrationPayload extends Pick<InstanceRecord, "bootable" | "contents" | "volume"> {
  readonly snapshots: readonly InstanceSnapshotRecord[];
}

/** Sends an instance, or something else, and waits until the other side has it. */
export async function sendPayload({ control, fs }: MigrationEnds, payload: object): Promise<void> {
  try {
    control.send({ fake: "lxdkit" });
    await control.next();
    fs.send(payload);
    const { error } = await control.next();
    if (typeof error === "string" && error !== "") throw new OperationFailure(error);
  } finally {
    control.close();
    fs.close();
  }
}

/** Receives what the other side sends, and says to it how `use` went. */
export async function receivePayload({ control, fs }: MigrationEnds, use: (payload: object) => void): Promise<void> {
  try {
    await control.next();
    control.send({ fake: "lxdkit" });
    use(await fs.next());
    control.send({ error: "" });
  } catch (error) {
    if (error instanceof Error) control.send({ error: error.message });
    throw error;
  }
}
