import { join } from "node:path";
import { apiUrl } from "../../core/api-url.ts";
import type { InstanceRecord, LogRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../../core/router.ts";
import { serveFile } from "../../core/serve-content.ts";
import { tellRequest } from "../../events/lifecycle-event.ts";
import { projectOf } from "../../projects/project-scope.ts";
import { requireInstance, requireLoaded } from "../instance-route.ts";
import { execFolder, findLog, isExecLog, logFolder, removeLog } from "./log-files.ts";
import { systemLog } from "./system-logs.ts";

/** `/1.0/instances/{name}/logs` and what is below it; Incus keeps outputs of commands in a folder of their own. */
export const logRoutes: readonly Route[] = [
  { pattern: "/1.0/instances/{name}/logs", methods: { GET: list } },
  { pattern: "/1.0/instances/{name}/logs/exec-output", only: "incus", methods: { GET: listOutputs } },
  {
    pattern: "/1.0/instances/{name}/logs/exec-output/{file}",
    only: "incus",
    methods: { GET: getOutput, DELETE: removeOutput },
  },
  { pattern: "/1.0/instances/{name}/logs/{file}", methods: { GET: get, DELETE: remove } },
];

const systemLogs = ["lxc.conf", "lxc.log"];

function list(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const name = params["name"] ?? "";
  const project = projectOf(request);
  const found = state.store.instances.get(project, name);
  // Incus looks for the folder alone.
  if (found === undefined && state.flavour === "incus") {
    const folder = logFolder(state, { name, project });
    if (state.logFolders.has(folder)) return sync([`/1.0/instances/${name}/logs/lxc.log`]);
    throw new Refusal(404, `open ${folder}: no such file or directory`);
  }
  const instance = requireInstance(request);
  const outputs = state.flavour === "lxd" ? Object.keys(instance.logs ?? {}) : [];
  const names = [...outputs, ...systemLogs.filter((file) => systemLog(state, instance, file) !== undefined)];
  return sync(names.toSorted().map((file) => `/1.0/instances/${name}/logs/${file}`));
}

/** Whether there can be a log of that name. */
function isLog({ state: { flavour } }: ApiRequest, file: string): boolean {
  const isOwn = ["lxc.log", "qemu.log"].includes(file) || (flavour === "lxd" && file === "lxc.conf");
  const others = flavour === "lxd" ? ["migration_", "snapshot_", "exec_"] : ["migration_", "snapshot_"];
  return isOwn || others.some((start) => file.startsWith(start));
}

function requireLog(request: ApiRequest): { readonly instance: InstanceRecord; readonly file: string } {
  const instance = requireLoaded(request);
  const file = request.params["file"] ?? "";
  if (isLog(request, file)) return { instance, file };
  const isLxd = request.state.flavour === "lxd";
  throw new Refusal(400, isLxd ? `log file name ${file} not valid` : `Log file name ${JSON.stringify(file)} not valid`);
}

function get(request: ApiRequest): ApiReply {
  const { instance, file } = requireLog(request);
  const { state } = request;
  const log = systemLog(state, instance, file) ?? (state.flavour === "lxd" ? findLog(instance, file) : undefined);
  return serveLog(request, instance, file, { log, folder: logFolder(state, instance) });
}

/** Tells that a file was asked for, and answers with it when it is there. */
function serveLog(
  request: ApiRequest,
  instance: InstanceRecord,
  file: string,
  { log, folder }: { readonly log: LogRecord | undefined; readonly folder: string },
): ApiReply {
  tellOfLog(request, instance, "instance-log-retrieved", file);
  if (log === undefined) {
    throw new Refusal(
      request.state.flavour === "lxd" ? 500 : 404,
      `open ${join(folder, file)}: no such file or directory`,
    );
  }
  const served = { filename: file, bytes: Buffer.from(log.content, "latin1"), modifiedAt: log.modifiedAt };
  return serveFile(request, served);
}

function remove(request: ApiRequest): ApiReply {
  const { instance, file } = requireLog(request);
  const { state } = request;
  if (["lxc.log", "lxc.conf", "qemu.log"].includes(file)) {
    const text = "Only log files excluding qemu.log and lxc.log may be deleted";
    throw new Refusal(400, state.flavour === "lxd" ? "lxc.log and lxc.conf may not be deleted" : text);
  }
  const isThere = state.flavour === "lxd" && findLog(instance, file) !== undefined;
  return removeFile(request, instance, file, { isThere, folder: logFolder(state, instance) });
}

function removeFile(
  request: ApiRequest,
  instance: InstanceRecord,
  file: string,
  { isThere, folder }: { readonly isThere: boolean; readonly folder: string },
): ApiReply {
  if (!isThere) throw new Refusal(404, `remove ${join(folder, file)}: no such file or directory`);
  removeLog(instance, file);
  tellOfLog(request, instance, "instance-log-deleted", file);
  return sync({});
}

function listOutputs(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  const { logs, name } = instance;
  if (logs === undefined) {
    throw new Refusal(404, `open ${execFolder(request.state, instance)}: no such file or directory`);
  }
  const files = Object.keys(logs).toSorted();
  return sync(files.map((file) => `/1.0/instances/${name}/logs/exec-output/${file}`));
}

function requireOutput(request: ApiRequest): { readonly instance: InstanceRecord; readonly file: string } {
  const instance = requireInstance(request);
  const file = request.params["file"] ?? "";
  if (isExecLog(file)) return { instance, file };
  throw new Refusal(400, `Exec record-output file name ${JSON.stringify(file)} not valid`);
}

function getOutput(request: ApiRequest): ApiReply {
  const { instance, file } = requireOutput(request);
  return serveLog(request, instance, file, {
    log: findLog(instance, file),
    folder: execFolder(request.state, instance),
  });
}

function removeOutput(request: ApiRequest): ApiReply {
  const { instance, file } = requireOutput(request);
  return removeFile(request, instance, file, {
    isThere: findLog(instance, file) !== undefined,
    folder: execFolder(request.state, instance),
  });
}

/** Both families name a log as if it were a backup. */
function tellOfLog(request: ApiRequest, { name, project }: InstanceRecord, action: string, file: string): void {
  const source = apiUrl(request.state.flavour, ["instances", name, "backups", file], project);
  tellRequest(request, { action, source, project });
}
