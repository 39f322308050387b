import { maySee } from "../access/restricted-access.ts";
import type { Operation } from "@lxdkit/protocol";
import { errorEnvelope, syncEnvelope } from "../core/envelope-text.ts";
import { noWebSocket } from "../events/events-route.ts";
import { hasEnded, type RunningOperation } from "./operation-store.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/operations` and what is below it. */
export const operationRoutes: readonly Route[] = [
  { pattern: "/1.0/operations", methods: { GET: list } },
  {
    pattern: "/1.0/operations/{id}",
    methods: { GET: (request) => sync(requireOperation(request).view()), DELETE: cancel },
  },
  { pattern: "/1.0/operations/{id}/wait", methods: { GET: wait }, isPublic: ["GET"] },
  { pattern: "/1.0/operations/{id}/websocket", methods: { GET: connect }, isPublic: ["GET"] },
];

function requireOperation({ state, params }: ApiRequest): RunningOperation {
  const operation = state.operations.find(params["id"] ?? "");
  if (operation === undefined) throw new Refusal(404, "Operation not found");
  return operation;
}

/** Operations by status in lower case; those of no project are in every one, even in one that does not exist. */
function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const project = query.get("project") || "default";
  const isAll = state.flavour === "incus" && query.get("all-projects") === "true";
  if (isAll && (query.get("project") ?? "") !== "") {
    throw new Refusal(400, "Cannot specify a project when requesting all projects");
  }
  const byStatus: Record<string, (string | Operation)[]> = {};
  for (const operation of state.operations.list()) {
    if (!isAll && operation.project !== project && operation.project !== "") continue;
    // LXD shows all of them to everybody.
    if (state.flavour === "incus" && !maySee(request, operation.project || "default")) continue;
    const view = operation.view();
    const element = recursionOf(query) > 0 ? view : `/1.0/operations/${view.id}`;
    (byStatus[view.status.toLowerCase()] ??= []).push(element);
  }
  return sync(byStatus);
}

function cancel(request: ApiRequest): ApiReply {
  const operation = requireOperation(request);
  if (operation.view().status !== "Running") throw new Refusal(400, "Only running operations can be cancelled");
  if (!operation.canBeCancelled) throw new Refusal(400, "This operation can't be cancelled");
  operation.cancel(request.caller);
  return sync({});
}

async function wait(request: ApiRequest): Promise<ApiReply> {
  checkMayWait(request);
  const timeout = request.query.get("timeout") ?? "-1";
  if (!/^[+-]?\d+$/.test(timeout)) {
    throw new Refusal(500, `strconv.Atoi: parsing ${JSON.stringify(timeout)}: invalid syntax`);
  }
  const operation = requireOperation(request);
  const seconds = Number(timeout);
  if (request.state.flavour === "incus") return incusWait(request, operation, seconds);
  await endOrTimeout(request, operation, seconds);
  return sync(operation.view());
}

/** Opens a websocket of an operation. */
function connect({ state, params, query, upgrade }: ApiRequest): ApiReply {
  const isLxd = state.flavour === "lxd";
  const secret = query.get("secret") ?? "";
  const operation = state.operations.find(params["id"] ?? "");
  if (operation === undefined) {
    if (secret === "") throw new Refusal(400, isLxd ? "missing secret" : "Missing websocket secret");
    throw new Refusal(404, "Operation not found");
  }
  if (operation.connect === undefined) throw new Refusal(500, "Only websocket operations can be connected");
  if (hasEnded(operation)) throw new Refusal(500, "Only running operations can be connected");
  if (secret === "") throw new Refusal(500, "missing secret");
  const accept = operation.connect(secret);
  if (accept === undefined) throw isLxd ? new Refusal(500, "permission denied") : new Refusal(403, "Forbidden");
  if (upgrade?.protocol === "websocket") return { kind: "upgrade", open: () => upgrade.webSocket(accept) };
  const reason = "the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header";
  return noWebSocket(errorEnvelope(500, `websocket: ${reason}`));
}

/** Whoever has the secret of an operation may wait for it without trust. */
function checkMayWait(request: ApiRequest): void {
  if (request.caller.isTrusted) return;
  const secret = request.query.get("secret") ?? "";
  if (secret === "") throw new Refusal(403, "not authorized");
  const held = requireOperation(request).view().metadata as Readonly<Record<string, unknown>> | null;
  if (held?.["secret"] !== secret) throw new Refusal(403, "not authorized");
}

/** Incus sends its headers at once, and then an error envelope for a failure or when the time is up. */
function incusWait(request: ApiRequest, operation: RunningOperation, seconds: number): ApiReply {
  return {
    kind: "raw",
    async write(response) {
      response.writeHead(200, {
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
        "Transfer-Encoding": "chunked",
      });
      response.flushHeaders();
      await endOrTimeout(request, operation, seconds);
      const view = operation.view();
      if (!hasEnded(operation)) response.end(errorEnvelope(500, "context deadline exceeded"));
      else if (view.err !== "") response.end(errorEnvelope(operation.errorCode, view.err));
      else response.end(syncEnvelope(view));
    },
  };
}

async function endOrTimeout(
  { state, signal }: ApiRequest,
  operation: RunningOperation,
  seconds: number,
): Promise<void> {
  if (hasEnded(operation) || seconds === 0) return;
  await new Promise<void>((resolve) => {
    const cancelTimer = seconds < 0 ? (): void => undefined : state.clock.after(seconds * 1000, resolve);
    const done = (): void => {
      cancelTimer();
      resolve();
    };
    void operation.ended.then(done);
    signal.addEventListener("abort", done, { once: true });
  });
}
