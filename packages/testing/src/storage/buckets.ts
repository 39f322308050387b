import { configProblem, type ConfigRules, byteSize } from "../core/config-rules.ts";
import { parseBody, textField, textMapField } from "../core/json-body.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Handler, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { hasProject, projectFor, projectOf } from "../projects/project-scope.ts";

// A server that lacks MinIO can make no bucket in a folder, so that there never is one.

const path = "/1.0/storage-pools/{pool}/buckets";

/** The project and the pool have to be there, for everything. */
function checkPlace(request: ApiRequest): void {
  const { state, params } = request;
  const project = projectOf(request);
  if (!hasProject(state, project)) throw new Refusal(404, `Failed to load project "${project}": Project not found`);
  if (state.store.pools.get(serverScope, params["pool"] ?? "") === undefined) {
    throw new Refusal(404, "Failed loading storage pool: Storage pool not found");
  }
}

function missing(text: string): Handler {
  return (request) => {
    if (hasType(request)) parseBody(request);
    checkPlace(request);
    throw new Refusal(404, text);
  };
}

/** The body is read before anything is looked for, but for that of a new backup. */
function hasType({ method, pattern }: ApiRequest): boolean {
  return ["POST", "PUT", "PATCH"].includes(method) && !pattern.endsWith("/backups");
}

const bucket = "Storage bucket not found";
const key = `Failed deleting storage bucket key: ${bucket}`;
const noBackup = missing("Storage bucket backup not found");

/** `/1.0/storage-pools/{pool}/buckets` of Incus and what is below it. */
export const bucketRoutes: readonly Route[] = [
  { pattern: path, methods: { GET: list, POST: create } },
  {
    pattern: `${path}/{bucket}`,
    methods: {
      GET: missing(bucket),
      PUT: missing(`Failed updating storage bucket: ${bucket}`),
      PATCH: missing(bucket),
      DELETE: missing(`Failed deleting storage bucket: ${bucket}`),
    },
  },
  {
    pattern: `${path}/{bucket}/keys`,
    methods: {
      GET: missing(`Failed loading storage bucket: ${bucket}`),
      POST: missing(`Failed creating storage bucket key: ${bucket}`),
    },
  },
  {
    pattern: `${path}/{bucket}/keys/{key}`,
    methods: {
      GET: missing(bucket),
      PUT: missing(`Failed updating storage bucket key: ${bucket}`),
      DELETE: missing(key),
    },
  },
  { pattern: `${path}/{bucket}/backups`, methods: { GET: missing(bucket), POST: missing(bucket) } },
  { pattern: `${path}/{bucket}/backups/{backup}`, methods: { GET: noBackup, POST: noBackup, DELETE: noBackup } },
  { pattern: `${path}/{bucket}/backups/{backup}/export`, methods: { GET: missing(bucket) } },
].map((route) => ({ ...route, only: "incus" as const }));

function list(request: ApiRequest): ApiReply {
  checkPlace(request);
  return sync([]);
}

const rules: ConfigRules = { size: byteSize };

function create(request: ApiRequest): never {
  const { state, headers, bytes } = request;
  const refuse = (text: string): Refusal => new Refusal(500, `Failed creating storage bucket: ${text}`);
  if (headers["content-type"] === "application/octet-stream") {
    checkPlace(request);
    throw new Refusal(400, bytes.length === 0 ? "EOF" : "Unsupported compression");
  }
  const body = parseBody(request);
  checkPlace(request);
  const name = textField(body, "name");
  if (!/^[a-z0-9][a-z0-9.-]{2,62}$/.test(name)) {
    const what = "lowercase letters, numbers, periods or hyphens and must start with a letter or number";
    throw refuse(`Bucket name must be between 3 and 63 ${what}`);
  }
  const called = `volume "${projectFor(state, projectOf(request), "features.storage.volumes")}_${name}"`;
  const problem = configProblem(textMapField(body, "config") ?? {}, rules);
  if (problem?.kind === "unknown") throw refuse(`Invalid option for ${called} option "${problem.key}"`);
  if (problem !== undefined) throw refuse(`Invalid value for ${called} option "${problem.key}": ${problem.reason}`);
  if ((textMapField(body, "config") ?? {})["size"]) throw refuse("Size cannot be specified for buckets");
  throw refuse("Failed connecting to bucket: Couldn't find the MinIO client tool");
}
