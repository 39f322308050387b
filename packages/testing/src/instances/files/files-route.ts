import { join, posix } from "node:path";
import { type Flavour, headerPrefix } from "@lxdkit/protocol";
import { syncEnvelope } from "../../core/envelope-text.ts";
import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../../core/router.ts";
import { serveFile } from "../../core/serve-content.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import { requireInstance } from "../instance-route.ts";
import { FileTreeError } from "./file-tree-error.ts";
import type { FileStat, InstanceFiles } from "./file-tree.ts";
import { filesOf } from "./instance-files.ts";
import { checkOwner, postHeaders } from "./post-headers.ts";

/** `/1.0/instances/{name}/files`. Both families reach the files through SFTP, which their texts show. */
export const filesRoute: Route = {
  pattern: "/1.0/instances/{name}/files",
  methods: { GET: get, HEAD: head, POST: post, DELETE: remove },
};

interface Asked {
  readonly instance: InstanceRecord;
  readonly files: InstanceFiles;
  /** From the root of the instance. */
  readonly path: string;
}

function readAsked(request: ApiRequest): Asked {
  const instance = requireInstance(request);
  const path = request.query.get("path") ?? "";
  if (path === "") throw new Refusal(400, "Missing path argument");
  checkRoot(request.state, instance);
  return { instance, files: filesOf(request.state, instance), path: path.startsWith("/") ? path : `/${path}` };
}

/** On LXD an instance that was made without an image has no root directory at all. */
function checkRoot(state: FakeState, instance: InstanceRecord): void {
  if (instance.bootable || state.flavour === "incus") return;
  const { name, project } = instance;
  const folder = join(state.directory, "containers", project === "default" ? name : `${project}_${name}`, "rootfs");
  throw new Refusal(500, `open ${folder}: no such file or directory`);
}

/** Does something with a file; what the kernel refuses becomes a refusal with the text of SFTP. */
function tryTo<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FileTreeError)) throw error;
    if (error.code === "ENOENT") throw new Refusal(404, "Not Found");
    throw new Refusal(500, `sftp: ${quoted(`${what}: ${error.message}`)} (SSH_FX_FAILURE)`);
  }
}

/** A text as Go quotes it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, "\\x$1");
}

function requireFile({ files, path }: Asked): FileStat {
  const stat = tryTo(`lstat ${path}`, () => files.lstat(path));
  if (stat === undefined) throw new Refusal(404, "Not Found");
  return stat;
}

function get(request: ApiRequest): ApiReply {
  const asked = readAsked(request);
  const { state } = request;
  const { instance, files, path } = asked;
  const stat = requireFile(asked);
  const headers = attributeHeaders(state.flavour, stat);
  tellInstance(state, instance, "instance-file-retrieved", { context: { path } });
  if (stat.type === "directory") return json(syncEnvelope(files.list(path)), headers);
  const bytes = stat.type === "symlink" ? Buffer.from(linkTarget(files, path)) : files.read(path);
  const file = { filename: posix.basename(path), bytes, modifiedAt: stat.modifiedAt, headers };
  return serveFile(request, file);
}

/** Where a link leads, from the root: the servers do not tell what it says itself. */
function linkTarget(files: InstanceFiles, path: string): string {
  return posix.join("/", posix.isAbsolute(files.readLink(path)) ? "" : posix.dirname(path), files.readLink(path));
}

function head(request: ApiRequest): ApiReply {
  const stat = requireFile(readAsked(request));
  const headers = attributeHeaders(request.state.flavour, stat);
  // LXD says nothing of the content.
  if (request.state.flavour === "lxd" || !["file", "device"].includes(stat.type)) return json("", headers);
  const content = { "Content-Type": "application/octet-stream", "Content-Length": String(stat.sizeBytes) };
  return json("", { ...headers, ...content });
}

function post(request: ApiRequest): ApiReply {
  const asked = readAsked(request);
  const { files, path, instance } = asked;
  const { state } = request;
  const { type, isAppended, ...wanted } = postHeaders(request);
  const isThere = isFile(asked);
  if (type === "directory" && isThere) return sync({});
  switch (type) {
    case "file":
      tryTo(`open ${path}`, () => {
        if (isAppended && files.stat(path) === undefined) throw new FileTreeError("ENOENT");
        if (isAppended) files.append(path, request.bytes);
        else files.write(path, request.bytes);
      });
      break;
    case "symlink": {
      const target = request.bytes.toString();
      if (isLinkTo(asked, target)) return sync({});
      tryTo(`symlink ${target} ${path}`, () => files.makeLink(target, path));
      break;
    }
    case "directory":
      tryTo(`mkdir ${path}`, () => files.makeDirectory(path));
      break;
  }
  if (!isThere && type !== "symlink") {
    const usual = type === "file" ? 0o644 : state.flavour === "lxd" ? 0o750 : 0o755;
    files.change(path, { mode: wanted.mode ?? usual });
    const owner = tryTo(`chown ${path}`, () => checkOwner(wanted, instance));
    files.change(path, owner);
  }
  tellInstance(state, instance, "instance-file-pushed", { context: { path } });
  return sync({});
}

/** Whether there is something; what cannot even be looked at is found out by the attempt to make it. */
function isFile({ files, path }: Asked): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    return false;
  }
}

/** Whether it is made already; of the target, the words count. */
function isLinkTo({ files, path }: Asked, target: string): boolean {
  try {
    return files.readLink(path) === target;
  } catch {
    return false;
  }
}

function remove(request: ApiRequest): ApiReply {
  const { files, path, instance } = readAsked(request);
  tryTo(`remove ${path}`, () => files.remove(path));
  tellInstance(request.state, instance, "instance-file-deleted", { context: { path } });
  return sync({});
}

function attributeHeaders(flavour: Flavour, stat: FileStat): Readonly<Record<string, string>> {
  const prefix = headerPrefix(flavour);
  const { uid, gid, mode, type, modifiedAt } = stat;
  const [day, time = ""] = new Date(modifiedAt).toISOString().split("T");
  return {
    [`${prefix}uid`]: String(uid),
    [`${prefix}gid`]: String(gid),
    [`${prefix}mode`]: (mode & 0o777).toString(8).padStart(4, "0"),
    [`${prefix}modified`]: `${day ?? ""} ${time.slice(0, 8)} +0000 UTC`,
    [`${prefix}type`]: type === "device" ? "file" : type,
  };
}

function json(body: string, headers: Readonly<Record<string, string>>): ApiReply {
  return {
    kind: "raw",
    write(response) {
      response.writeHead(200, { "Content-Type": "application/json", ...headers });
      response.end(body);
      return Promise.resolve();
    },
  };
}
