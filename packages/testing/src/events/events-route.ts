import type { EventSubscription } from "./event-hub.ts";
import type { FakeState } from "../core/fake-state.ts";
import { hasProject } from "../projects/project-scope.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest, Route } from "../core/router.ts";

/** `/1.0/events`. */
export const eventsRoute: Route = { pattern: "/1.0/events", methods: { GET: listen } };

function listen({ state, query, upgrade }: ApiRequest): ApiReply {
  const subscription = readSubscription(state, query);
  if (upgrade?.protocol !== "websocket") return noWebSocket();
  return {
    kind: "upgrade",
    open: () => upgrade.webSocket((socket) => state.events.attach(socket, subscription, state.timings.listenMs)),
  };
}

/** The answer to a plain request where the servers wait for a websocket; `more` follows in its text. */
export function noWebSocket(more = ""): ApiReply {
  return {
    kind: "raw",
    write(response) {
      const headers = { "Content-Type": "text/plain; charset=utf-8", "Sec-WebSocket-Version": "13" };
      response.writeHead(400, { ...headers, "X-Content-Type-Options": "nosniff" });
      response.end(`Bad Request\n${more}`);
      return Promise.resolve();
    },
  };
}

const knownTypes = ["logging", "operation", "lifecycle"];

/** Reads the query of an upgrade to `/1.0/events`. */
function readSubscription(state: FakeState, query: URLSearchParams): EventSubscription {
  const refuse = (status: number, text: string): Refusal => new Refusal(status, text);
  const { badEventsQueryStatus } = state.facts;
  const project = query.get("project") ?? "";
  if (query.get("all-projects") === "true" && project !== "") {
    throw refuse(badEventsQueryStatus, "Cannot specify a project when requesting all projects");
  }
  if (project !== "" && !hasProject(state, project)) {
    throw refuse(state.flavour === "lxd" ? 500 : 404, "Project not found");
  }
  const types = (query.get("type") ?? "").split(",").filter((type) => type !== "");
  const unknown = types.find((type) => !knownTypes.includes(type));
  if (unknown !== undefined) throw refuse(badEventsQueryStatus, `"${unknown}" isn't a supported event type`);
  return {
    types: new Set(types.length === 0 ? knownTypes : types),
    project: query.get("all-projects") === "true" ? undefined : project || "default",
  };
}
