import { type EditOptions, editResource, type Server } from "@lxdkit/server";
import { type Connection, isNotFound, waitReady } from "@lxdkit/transport";
import { LxdkitError } from "@lxdkit/protocol";
import { changeBack, mergeObject, type Writable, type WritableBody } from "./merge-object.ts";
import type { Action, CreateAction, ObjectChange, UpdateAction } from "./step.ts";

/** What came of a step. */
export interface Performed {
  /** False when all was so already, and nothing was written. */
  readonly isChanged: boolean;
  /** Takes it back; undefined for what cannot be, or need not. */
  readonly undo?: (() => Promise<void>) | undefined;
}

type Signal = Pick<EditOptions, "signal">;

/** Makes an object. One that somebody else has made meanwhile gets merged what was to be in it. */
async function create(server: Server, action: CreateAction, { signal }: Signal): Promise<Performed> {
  const { object, body } = action;
  if (object === undefined) {
    await send(server, action.method, action.path, { body, signal });
    return { isChanged: true };
  }
  if ((await read(server, object, { signal })) !== undefined)
    return update(server, mergeInto(object, body), { signal });
  try {
    await send(server, action.method, action.path, { body, signal });
  } catch (error) {
    await untilBack(server.client.connection, error);
    const made = await read(server, object, {}).catch(() => undefined);
    // A pool that failed half-way keeps its name.
    if (made !== undefined && made.status !== undefined && !/^(?:Created|)$/.test(made.status)) {
      await send(server, "DELETE", object, {}).catch(() => undefined);
      throw error;
    }
    if (made === undefined) throw error;
    if (signal?.aborted === true || isLost(error)) return { isChanged: true, undo: () => remove(server, object) };
    return update(server, mergeInto(object, body), { signal });
  }
  return { isChanged: true, undo: () => remove(server, object) };
}

/** Changes an object by its ETag. */
async function update(
  server: Server,
  { path, change }: Pick<UpdateAction, "path" | "change">,
  { signal }: Signal,
): Promise<Performed> {
  let before: Writable = {};
  const rules = { sendsEmpty: path === "/1.0" };
  const edit = (how: (current: Writable) => WritableBody | undefined, options: Signal): Promise<boolean> =>
    editResource<Writable, WritableBody>(
      {
        read: async () => ask(server, path, options),
        change: how,
        write: (body, { ifMatch }) => send(server, "PUT", path, { body, ifMatch, ...options }),
      },
      options,
    );
  const merge = (current: Writable): WritableBody | undefined => {
    before = current;
    return mergeObject(current, change, rules);
  };
  const isChanged = await edit(merge, { signal }).catch(async (error: unknown) => {
    await untilBack(server.client.connection, error);
    if (!isLost(error)) throw error;
    // The request may have been carried out all the same.
    const { value } = await ask(server, path, {});
    if (mergeObject(value, change) !== undefined) throw error;
    return true;
  });
  if (!isChanged) return { isChanged };
  const { value: after } = await ask(server, path, {});
  const undo = async (): Promise<void> => {
    await edit((current) => mergeObject(current, changeBack(before, after, current), rules), {});
  };
  return { isChanged, undo };
}

/** What is to be in an object that was to be made. */
function mergeInto(path: string, body: CreateAction["body"]): Pick<UpdateAction, "path" | "change"> {
  const { config, devices, description } = body as ObjectChange;
  return { path, change: { config, devices, ...(description !== "" && { description }) } };
}

async function remove(server: Server, path: string): Promise<void> {
  await send(server, "DELETE", path, {}).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

interface SendOptions extends Signal {
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
}

async function send(
  server: Server,
  method: "POST" | "PUT" | "DELETE",
  path: string,
  options: SendOptions,
): Promise<void> {
  const { body, ifMatch, signal } = options;
  const answer = await server.client.api(method, path, { body, ifMatch, signal });
  if (answer.kind === "json") await answer.handle?.wait({ signal });
}

/** An object as it is; undefined when there is none. */
async function read(
  server: Server,
  path: string,
  options: Signal,
): Promise<(Writable & { readonly status?: string }) | undefined> {
  return ask(server, path, options).then(
    ({ value }) => value,
    (error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    },
  );
}

async function ask(
  server: Server,
  path: string,
  { signal }: Signal,
): Promise<{ readonly value: Writable & { readonly status?: string }; readonly etag: string | undefined }> {
  const answer = await server.client.api("GET", path, { signal });
  if (answer.kind === "stream") {
    answer.body.destroy();
    return { value: {}, etag: undefined };
  }
  const { etag } = answer.headers;
  return { value: answer.envelope.metadata as Writable, etag: typeof etag === "string" ? etag : undefined };
}

function isLost(error: unknown): boolean {
  return LxdkitError.is(error) && error.code === "CONNECTION_LOST";
}

/** After an answer that was lost, the server may just be starting again. */
async function untilBack(connection: Connection, error: unknown): Promise<void> {
  if (isLost(error)) await waitReady(connection).catch(() => undefined);
}

/** Does what a step on the server alone asks for. */
export async function performOnServer(server: Server, action: Action, options: Signal): Promise<Performed> {
  if (action.kind === "create") return create(server, action, options);
  if (action.kind === "update") return update(server, action, options);
  throw new TypeError(`${action.kind} is no request to a server`);
}
