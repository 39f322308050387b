import type { Client } from "@lxdkit/client";
import { lifecycleEventSchema, type ServerEvent } from "@lxdkit/protocol";

/** Hears what happens to the instances of a project. */
export interface InstanceListener {
  /** Something happened that may have changed the instance's status, for example `instance-stopped`. */
  onEvent(name: string, action: string): void;
  /** Events may have been missed. */
  onLost(): void;
}

const source = /^\/1\.0\/(?:instances|containers|virtual-machines)\/([^/?]+)(?:\?|$)/;
const changing = /-(?:started|stopped|shutdown|paused|resumed|restarted|ready|deleted|renamed)$/;

/** Listens to the events that the client's other waits hear too; the result ends that. */
export function listenForInstances(client: Client, listener: InstanceListener): () => void {
  const project = client.place.project ?? "default";
  return client.events.listen({
    onEvent(event) {
      const change = changeIn(event, project);
      if (change !== undefined) listener.onEvent(change.name, change.action);
    },
    onLost: () => {
      listener.onLost();
    },
  });
}

/** What an event tells of the status of an instance of this project. */
function changeIn(
  { type, metadata, project = "default" }: ServerEvent,
  own: string,
): { readonly name: string; readonly action: string } | undefined {
  if (type !== "lifecycle" || project !== own) return undefined;
  const event = lifecycleEventSchema.safeParse(metadata).data;
  if (event === undefined || !changing.test(event.action)) return undefined;
  const name = source.exec(event.source)?.[1];
  return name === undefined ? undefined : { name: decodeURIComponent(name), action: event.action };
}
