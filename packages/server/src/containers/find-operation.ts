import type { Client } from "@lxdkit/client";
import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import { operationInstances } from "./operation-instances.ts";

/** Waits until an operation has ended. Failed, cancelled or forgotten: whatever became of it, it is over then. */
export async function untilOver(client: Client, { id }: Operation, signal: AbortSignal | undefined): Promise<void> {
  await client.operations.wait(id, { signal, timeoutMs: 0 }).catch(() => undefined);
}

/** The operation that works on an instance at the moment; undefined when there is none, or none can be seen. */
export async function findOperation(client: Client, name: string): Promise<Operation | undefined> {
  const operations = await client.operations.list().catch(() => []);
  return operations.find(
    (operation) => !isFinalStatus(operation.status_code) && operationInstances(operation).includes(name),
  );
}
