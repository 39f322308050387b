import type { Duplex } from "node:stream";
import type { ApiExtension, Operation } from "@lxdkit/protocol";
import { operationSchema, requireExtension } from "@lxdkit/protocol";
import type {
  Content,
  OpenWebSocketOptions,
  Query,
  RequestOptions,
  Response,
  StreamedResponse,
  WebSocketHandle,
} from "@lxdkit/transport";
import type { z } from "zod";
import { checkTexts } from "./check-texts.ts";
import type { CallOptions, Tagged } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { followOperation, type OperationHandle, type Settle } from "./operation-handle.ts";
import { ProtocolError } from "./protocol-error.ts";
import { type PathParameters, requestLine, type Route } from "./route.ts";

/** What a call sends, besides the options of its caller. */
export type CallInput<R extends Route> = CallOptions & {
  readonly target?: string | undefined;
  readonly filter?: string | undefined;
  readonly allProjects?: boolean | undefined;
  readonly ifMatch?: string | undefined;
  /** How much of each object a list tells: its URL (0, the default), the object (1), its parts too (2). */
  readonly recursion?: 1 | 2;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly content?: Content | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Extensions without which the server does not know the route or an option; checked before anything is sent. */
  readonly extension?: ApiExtension | readonly ApiExtension[] | undefined;
} & ([keyof PathParameters<R>] extends [never] ? { readonly path?: undefined } : { readonly path: PathParameters<R> });

/** Reads the metadata of a route. */
export async function read<T, R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
  schema: z.ZodType<T>,
): Promise<T> {
  return (await readTagged(context, route, input, schema)).value;
}

/** Like {@link read}, with the ETag. */
export async function readTagged<T, R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
  schema: z.ZodType<T>,
): Promise<Tagged<T>> {
  const request = await prepare(context, route, input);
  const response = await context.connection.request(request);
  return { value: metadata(response, request, schema), etag: response.etag };
}

/** Asks for something that is not JSON, and gives it as it comes. */
export async function readStream<R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
): Promise<StreamedResponse> {
  return context.connection.stream(await prepare(context, route, input));
}

/** Opens the web socket of a route. */
export async function openSocket<R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
  options: Omit<OpenWebSocketOptions, "query" | "signal">,
): Promise<WebSocketHandle> {
  const { path, query, signal } = await prepare(context, route, input);
  return context.connection.openWebSocket(path, { ...options, query, signal });
}

/** Goes on with another protocol on the connection of a request, and gives its bytes. */
export async function upgrade<R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
  protocol: string,
): Promise<Duplex> {
  const { path, query, signal } = await prepare(context, route, input);
  return context.connection.upgrade(path, { query, signal, protocol });
}

/**
 * Sends a write that is done when this resolves: at once on the servers of today, in the background on newer ones, where
 * the operation is waited for.
 */
export async function change<R extends Route>(context: ClientContext, route: R, input: CallInput<R>): Promise<void> {
  const request = await prepare(context, route, input);
  const operation = startedOperation(await context.connection.request(request), request);
  if (operation === undefined) return;
  const handle = followOperation(context, operation, { project: request.query?.["project"] as string | undefined });
  await handle.wait({ signal: input.signal });
}

/**
 * Sends a write that goes on in the background. Events are subscribed to before, so none of its life is missed.
 *
 * `settle` tells from the object itself whether the change was made, for an operation that the server has forgotten.
 */
export async function begin<R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
  settle?: Settle,
): Promise<OperationHandle> {
  const request = await prepare(context, route, input);
  const project = request.query?.["project"] as string | undefined;
  const opening = await context.hub.ready({ signal: input.signal, project }).catch(() => undefined);
  input.signal?.throwIfAborted();
  const operation = startedOperation(await context.connection.request(request), request);
  return followOperation(context, operation, { project, opening, settle });
}

async function prepare<R extends Route>(
  context: ClientContext,
  route: R,
  input: CallInput<R>,
): Promise<RequestOptions> {
  const { extension = [], path = {}, query, filter, allProjects, recursion, ...others } = input;
  const { project = context.project, target = context.target, ...rest } = others;
  const line = requestLine(route, path);
  for (const needed of [extension].flat()) requireExtension(await context.info(input.signal), needed, route);
  const scope = allProjects === true ? { "all-projects": true } : { project };
  const request = { ...rest, ...line, query: { ...scope, target, filter, recursion, ...query } };
  checkTexts([request.query, request.body], route);
  return request;
}

function startedOperation(response: Response, request: RequestOptions): Operation | undefined {
  return response.envelope.type === "async" ? metadata(response, request, operationSchema) : undefined;
}

function metadata<T>(response: Response, request: RequestOptions, schema: z.ZodType<T>): T {
  const result = schema.safeParse(response.envelope.metadata);
  if (result.success) return result.data;
  throw new ProtocolError(`${request.method} ${request.path}`, result.error);
}
