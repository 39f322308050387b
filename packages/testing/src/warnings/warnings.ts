import { apiUrl } from "../core/api-url.ts";
import { parseFilter } from "../core/filter.ts";
import { parseBody, textField } from "../core/json-body.ts";
import type { WarningRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { compareTexts } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";

/** `/1.0/warnings` and what is below it. It has no ETags. */
export const warningRoutes: readonly Route[] = [
  { pattern: "/1.0/warnings", methods: { GET: listWarnings } },
  {
    pattern: "/1.0/warnings/{uuid}",
    methods: {
      GET: (request) => sync(warningView(requireWarning(request))),
      PUT: changeStatus,
      PATCH: changeStatus,
      DELETE: removeWarning,
    },
  },
];

function warningView(warning: WarningRecord): object {
  return {
    status: warning.status,
    uuid: warning.uuid,
    location: warning.location,
    project: warning.project,
    type: warning.type,
    count: warning.count,
    first_seen_at: warning.firstSeenAt,
    last_seen_at: warning.lastSeenAt,
    last_message: warning.lastMessage,
    severity: warning.severity,
    entity_url: warning.entityUrl,
  };
}

function requireWarning({ state, params }: ApiRequest): WarningRecord {
  const warning = state.store.warnings.get(serverScope, params["uuid"] ?? "");
  if (warning === undefined) throw new Refusal(404, "Warning not found");
  return warning;
}

function listWarnings({ state, query }: ApiRequest): ApiReply {
  const project = query.get("project") ?? "";
  const found = state.store.warnings
    .all()
    .filter((warning) => project === "" || warning.project === project)
    .sort((a, b) => compareTexts(a.uuid, b.uuid));
  const filter = query.get("filter") ?? "";
  const shown = filter === "" ? found : filtered(found, filter, state.flavour);
  if (recursionOf(query) > 0) return sync(shown.map((warning) => warningView(warning)));
  const urls = shown.map(({ uuid }) => apiUrl(state.flavour, ["warnings", uuid]));
  // Where there is none, both families say null.
  return sync(urls.length === 0 ? null : urls);
}

function filtered(
  warnings: readonly WarningRecord[],
  filter: string,
  flavour: ApiRequest["state"]["flavour"],
): readonly WarningRecord[] {
  try {
    const fits = parseFilter(filter, flavour);
    return warnings.filter((warning) => fits(warningView(warning)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(500, `Failed to filter warnings: ${error.message.replace(/^Invalid filter: /, "")}`);
  }
}

/** `PUT` and `PATCH`: a warning can be acknowledged, and be new again. */
function changeStatus(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const isLxd = state.flavour === "lxd";
  const status = textField(parseBody(request), "status");
  if (status === "resolved") throw new Refusal(403, 'Status may only be set to "acknowledge" or "new"');
  if (status !== "new" && status !== "acknowledged") {
    throw new Refusal(400, `Invalid warning type ${JSON.stringify(status)}`);
  }
  const uuid = params["uuid"] ?? "";
  // LXD 5.0.2 does not notice that there is none, and tells of it.
  const warning = isLxd ? state.store.warnings.get(serverScope, uuid) : requireWarning(request);
  if (warning !== undefined) state.store.warnings.put({ ...warning, status });
  const action = status === "new" ? "warning-reset" : "warning-acknowledged";
  tellRequest(request, { action, source: apiUrl(state.flavour, ["warnings", uuid]) });
  return sync({});
}

function removeWarning(request: ApiRequest): ApiReply {
  const { state } = request;
  const warning = requireWarning(request);
  state.store.warnings.delete(warning);
  tellRequest(request, { action: "warning-deleted", source: apiUrl(state.flavour, ["warnings", warning.uuid]) });
  return sync({});
}
