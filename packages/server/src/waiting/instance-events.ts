import type { Client } from "@lxdkit/client";
import { lifecycleEventSchema, type ServerEvent } from "@lxdkit/protocol";

/** Hears what happens to the instances of a project. */
export interface InstanceListener {
  /** Something happened that may have changed the instance's status. */
  onEvent(name: string): void;
  /** Events may have been missed. */
  onLost(): void;
}

const source = /^\/1\.0\/(?:instances|containers|virtual-machines)\/([^/?]+)(?:\?|$)/;
const change = /-(?:started|stopped|shutdown|paused|resumed|restarted|ready|deleted|renamed)$/;

/** Listens to the events that the client's other waits hear too; the result ends that. */
export function listenForInstances(client: Client, listener: InstanceListener): () => void {
  const project = client.place.project ?? "default";
  return client.events.listen({
    onEvent(event) {
      const name = changedInstance(event, project);
      if (name !== undefined) listener.onEvent(name);
    },
    onLost: () => {
      listener.onLost();
    },
  });
}

/** The instance of this project whose status an event tells of. */
export function changedInstance({ type, metadata, project = "default" }: ServerEvent, own: string): string | undefined {
  if (type !== "lifecycle" || project !== own) return undefined;
  const event = lifecycleEventSchema.safeParse(metadata).data;
  if (event === undefined || !change.test(event.action)) return undefined;
  const name = source.exec(event.source)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}
