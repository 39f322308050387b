import type { Client } from "@lxdkit/client";
import type { Instance, Operation } from "@lxdkit/protocol";
import { unlessMissing } from "../unless-missing.ts";

/** Config key that tells a container apart from another one of the same name. */
const requestKey = "user.lxdkit.request";

/** What is known of a creation under way. */
export interface CreationAttempt {
  /** Empty until the server has chosen one. */
  name: string;
  /** Written to the container, so that ours can be told from one that came in between under the same name. */
  readonly requestId: string;
  /** The last operation that was started, which may still be going on. */
  operation: Operation | undefined;
}

/** The config that marks a container as made by this attempt. */
export function attemptMark(attempt: CreationAttempt): Readonly<Record<string, string>> {
  return { [requestKey]: attempt.requestId };
}

/** The container under the attempt's name, and whether this attempt made it; undefined when there is none. */
export async function readAttempt(
  client: Client,
  attempt: CreationAttempt,
): Promise<{ readonly instance: Instance; readonly isOurs: boolean } | undefined> {
  const instance =
    attempt.name === ""
      ? await findByMark(client, attempt)
      : (await unlessMissing(client.instances.get(attempt.name)))?.value;
  return instance && { instance, isOurs: instance.config[requestKey] === attempt.requestId };
}

/** A container that the server was to name, when its answer got lost. */
async function findByMark(client: Client, attempt: CreationAttempt): Promise<Instance | undefined> {
  const instances = await client.instances.list();
  return instances.find(({ config }) => config[requestKey] === attempt.requestId);
}
