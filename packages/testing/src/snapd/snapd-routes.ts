import { appView, installedView, serviceNames, storeView } from "./snap-views.ts";
import { requireInstalled, serviceChange, type SnapInstruction, snapActions } from "./snap-actions.ts";
import { SnapdRefusal } from "./snapd-error.ts";
import type { SnapdReply, SnapdRequest, SnapdState } from "./snapd-state.ts";
import type { InstalledSnap } from "./snaps.ts";
import { rfc3339 } from "./rfc3339.ts";

type Handler = (request: SnapdRequest) => SnapdReply;

interface SnapdRoute {
  readonly path: RegExp;
  readonly methods: Readonly<Partial<Record<string, Handler>>>;
}

/** The paths of snapd that are played; groups of the patterns are the request's `params`. */
export const snapdRoutes: readonly SnapdRoute[] = [
  { path: /^\/v2\/system-info$/, methods: { GET: systemInfo } },
  { path: /^\/v2\/snaps$/, methods: { GET: listSnaps, POST: changeMany } },
  { path: /^\/v2\/snaps\/([^/]+)$/, methods: { GET: getSnap, POST: changeOne } },
  { path: /^\/v2\/snaps\/([^/]+)\/conf$/, methods: { GET: getConfig, PUT: putConfig } },
  { path: /^\/v2\/find$/, methods: { GET: find } },
  { path: /^\/v2\/apps$/, methods: { GET: listApps, POST: controlApps } },
  { path: /^\/v2\/changes$/, methods: { GET: listChanges } },
  { path: /^\/v2\/changes\/([^/]+)$/, methods: { GET: getChange, POST: abortChange } },
];

function systemInfo({ state }: SnapdRequest): SnapdReply {
  const hold = state.systemConfig.get("refresh.hold");
  return {
    result: {
      architecture: "amd64",
      "build-id": "89af5b7c9f67b9d774b0364a773ae5886c56e309",
      confinement: "strict",
      "kernel-version": "6.1.0",
      locations: { "snap-bin-dir": "/snap/bin", "snap-mount-dir": "/snap" },
      managed: false,
      "on-classic": true,
      "os-release": { id: "ubuntu", "version-id": "22.04" },
      refresh: {
        timer: "00:00~24:00/4",
        ...(hold === undefined ? {} : { hold }),
        next: rfc3339(state.clock.now() + 4 * 3_600_000),
      },
      series: "16",
      "system-mode": "run",
      version: state.version,
      virtualization: "none",
    },
  };
}

function listSnaps({ state, query }: SnapdRequest): SnapdReply {
  const wanted = namesOf(query.get("snaps"));
  const shown = sorted(state).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  return { result: shown.map((snap) => installedView(state, snap)), extra: { sources: ["local"] } };
}

function getSnap({ state, params: [name = ""] }: SnapdRequest): SnapdReply {
  const installed = state.installed.get(name);
  if (installed === undefined) throw new SnapdRefusal(404, "snap not installed", "snap-not-found", name);
  return { result: installedView(state, installed) };
}

function changeOne({ state, params: [name = ""], body }: SnapdRequest): SnapdReply {
  const instruction = readInstruction(parse(body, "snap instruction"));
  const action = snapActions[instruction.action];
  if (action === undefined) throw new SnapdRefusal(400, `unknown action ${instruction.action}`);
  return { change: state.changes.start(action(state, name, instruction)).id };
}

function changeMany({ state, body }: SnapdRequest): SnapdReply {
  const fields = parse(body, "snap instruction");
  const instruction = readInstruction(fields);
  const action = snapActions[instruction.action];
  if (action === undefined) {
    throw new SnapdRefusal(400, `unsupported multi-snap operation "${instruction.action}"`);
  }
  const snaps = textsOf(fields["snaps"]);
  const plans = snaps.map((name) => action(state, name, instruction));
  const quoted = snaps.map((name) => `"${name}"`).join(", ");
  const change = state.changes.start({
    kind: plans[0]?.kind ?? `${instruction.action}-snap`,
    summary: `${instruction.action.replace(/^./, (first) => first.toUpperCase())} snaps ${quoted}`,
    snaps,
    tasks: plans.flatMap(({ tasks }) => tasks),
    done() {
      for (const plan of plans) plan.done();
    },
  });
  return { change: change.id };
}

function getConfig({ state, params: [name = ""], query }: SnapdRequest): SnapdReply {
  const config = configOf(state, name);
  const keys = namesOf(query.get("keys"));
  if (keys.length === 0) return { result: Object.fromEntries(config) };
  return {
    result: Object.fromEntries(
      keys.map((key) => {
        if (config.has(key)) return [key, config.get(key)];
        const value = { SnapName: configName(name), Key: key };
        const message = `snap "${configName(name)}" has no "${key}" configuration option`;
        throw new SnapdRefusal(400, message, "option-not-found", value);
      }),
    ),
  };
}

function putConfig({ state, params: [name = ""], body }: SnapdRequest): SnapdReply {
  const values = parse(body, "patch values");
  configOf(state, name);
  const summary = `Change configuration of "${configName(name)}" snap`;
  const change = state.changes.start({
    kind: "configure-snap",
    summary,
    snaps: [configName(name)],
    tasks: [{ kind: "run-hook", summary: `Run configure hook of "${configName(name)}" snap` }],
    done() {
      const config = configOf(state, name);
      for (const [key, value] of Object.entries(values)) {
        if (value === null) config.delete(key);
        else config.set(key, value);
      }
      const installed = state.installed.get(name);
      if (installed !== undefined && name !== "system") {
        state.installed.set(name, { ...installed, config: Object.fromEntries(config) });
      }
    },
  });
  return { change: change.id };
}

/** The system's configuration is kept under the name of the core snap. */
function configName(name: string): string {
  return name === "system" ? "core" : name;
}

function configOf(state: SnapdState, name: string): Map<string, unknown> {
  if (name === "system" || name === "core") return state.systemConfig;
  return new Map(Object.entries(requireInstalled(state, name).config));
}

function find({ state, query }: SnapdRequest): SnapdReply {
  const name = query.get("name") ?? "";
  const extra = { sources: ["store"], "suggested-currency": "USD" };
  const snaps = [...state.store.values()];
  if (name !== "") {
    const snap = state.store.get(name);
    if (snap === undefined) throw new SnapdRefusal(404, "snap not found", "snap-not-found", name);
    return { result: [storeView(snap)], extra };
  }
  const text = query.get("q") ?? "";
  const found = snaps.filter((snap) => snap.name.includes(text) || (snap.summary ?? "").includes(text));
  return { result: found.map(storeView), extra };
}

function listApps({ state, query }: SnapdRequest): SnapdReply {
  const isService = query.get("select") === "service";
  const names = namesOf(query.get("names"));
  const wanted = names.length === 0 ? sorted(state) : names.map((name) => installedForApps(state, name));
  const result = wanted.flatMap((installed) => {
    const snap = state.store.get(installed.name);
    const services = serviceNames(state, installed);
    const shown = (snap?.apps ?? []).filter(({ name }) => !isService || services.includes(name));
    return snap === undefined ? [] : shown.map(({ name }) => appView(snap, installed, name));
  });
  return { result };
}

function installedForApps({ installed }: SnapdState, full: string): InstalledSnap {
  const [name = ""] = full.split(".");
  const found = installed.get(name);
  if (found === undefined) throw new SnapdRefusal(404, `snap "${name}" not found`, "snap-not-found", name);
  return found;
}

function controlApps({ state, body }: SnapdRequest): SnapdReply {
  const fields = parse(body, "service operation");
  const action = textOf(fields["action"]);
  const names = textsOf(fields["names"]);
  if (names.length === 0)
    throw new SnapdRefusal(400, "cannot perform operation on services without a list of services to operate on");
  if (!["start", "stop", "restart"].includes(action)) throw new SnapdRefusal(400, `unknown action "${action}"`);
  const isLasting = fields["enable"] === true || fields["disable"] === true;
  return { change: state.changes.start(serviceChange(state, names, { action, isLasting })).id };
}

function listChanges({ state, query }: SnapdRequest): SnapdReply {
  const select = query.get("select") || "in-progress";
  if (!["all", "in-progress", "ready"].includes(select)) {
    throw new SnapdRefusal(400, "select should be one of: all,in-progress,ready");
  }
  const snap = query.get("for") ?? "";
  const shown = state.changes
    .list()
    .filter((change) => select === "all" || change.isReady() === (select === "ready"))
    .filter((change) => snap === "" || change.snaps.includes(snap));
  return { result: shown.map((change) => change.view()) };
}

function getChange(request: SnapdRequest): SnapdReply {
  return { result: requireChange(request).view() };
}

function abortChange(request: SnapdRequest): SnapdReply {
  const change = requireChange(request);
  const action = textOf(parse(request.body, "change action")["action"]);
  if (action !== "abort") throw new SnapdRefusal(400, `change action "${action}" is unsupported`);
  if (!change.abort()) throw new SnapdRefusal(400, `cannot abort change ${change.id} with nothing pending`);
  return { result: change.view() };
}

function requireChange({
  state,
  params: [id = ""],
}: SnapdRequest): NonNullable<ReturnType<SnapdState["changes"]["find"]>> {
  const change = state.changes.find(id);
  if (change === undefined) throw new SnapdRefusal(404, `cannot find change with id "${id}"`);
  return change;
}

function sorted({ installed }: SnapdState): readonly InstalledSnap[] {
  return [...installed.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function namesOf(list: string | null): readonly string[] {
  return (list ?? "").split(",").filter((name) => name !== "");
}

type Fields = Readonly<Record<string, unknown>>;

function parse(body: string, what: string): Fields {
  try {
    return JSON.parse(body) as Fields;
  } catch (error) {
    const reason = body === "" ? "EOF" : error instanceof Error ? error.message : "";
    throw new SnapdRefusal(400, `cannot decode request body into ${what}: ${reason}`);
  }
}

function readInstruction(fields: Fields): SnapInstruction {
  return {
    action: textOf(fields["action"]),
    channel: textOf(fields["channel"]),
    revision: textOf(fields["revision"]),
    classic: fields["classic"] === true,
    devmode: fields["devmode"] === true,
    time: textOf(fields["time"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
