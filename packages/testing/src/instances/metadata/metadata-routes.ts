import { apiUrl } from "../../core/api-url.ts";
import { etagOf } from "../../core/etag.ts";
import { parseBody } from "../../core/json-body.ts";
import type { InstanceRecord, LogRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkIfMatch, type Route, sync } from "../../core/router.ts";
import { serveFile } from "../../core/serve-content.ts";
import { tellRequest } from "../../events/lifecycle-event.ts";
import { requireInstance } from "../instance-route.ts";
import { metadataOf, readMetadata, writeMetadata } from "./instance-metadata.ts";

/** `/1.0/instances/{name}/metadata` and the templates below it. */
export const metadataRoutes: readonly Route[] = [
  { pattern: "/1.0/instances/{name}/metadata", methods: { GET: get, PUT: put, PATCH: patch } },
  {
    pattern: "/1.0/instances/{name}/metadata/templates",
    methods: { GET: getTemplates, POST: postTemplate, DELETE: removeTemplate },
  },
];

function get(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  const metadata = metadataOf(request.state, instance);
  tellOfMetadata(request, instance, "instance-metadata-retrieved");
  return sync(metadata, etagOf(metadata));
}

/** Heeds no `If-Match`: measured on both families. */
function put(request: ApiRequest): ApiReply {
  // Incus reads the body before it looks for the instance, LXD after.
  const early = request.state.flavour === "incus" ? parseBody(request) : undefined;
  const instance = requireInstance(request);
  writeMetadata(instance, readMetadata(early ?? parseBody(request), undefined));
  tellOfMetadata(request, instance, "instance-metadata-updated");
  return sync({});
}

function patch(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  const metadata = metadataOf(request.state, instance);
  checkIfMatch(request, etagOf(metadata));
  writeMetadata(instance, readMetadata(parseBody(request), metadata));
  tellOfMetadata(request, instance, "instance-metadata-updated");
  return sync({});
}

function tellOfMetadata(request: ApiRequest, { name, project }: InstanceRecord, action: string): void {
  tellRequest(request, {
    action,
    source: apiUrl(request.state.flavour, ["instances", name, "metadata"], project),
    project,
  });
}

function templateOf(instance: InstanceRecord, name: string): LogRecord | undefined {
  const { templates = {} } = instance.contents ?? {};
  return Object.hasOwn(templates, name) ? templates[name] : undefined;
}

/** The template that the request names. */
function requireTemplate(request: ApiRequest, instance: InstanceRecord): { name: string; template: LogRecord } {
  const name = templateName(request);
  const template = templateOf(instance, name);
  if (template === undefined) throw new Refusal(404, `Template ${JSON.stringify(name)} not found`);
  return { name, template };
}

function templateName({ query }: ApiRequest): string {
  const name = query.get("path") ?? "";
  if (name === "") throw new Refusal(400, "missing path argument");
  if (name.includes("/")) throw new Refusal(500, "Invalid template filename");
  return name;
}

function getTemplates(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  if ((request.query.get("path") ?? "") === "") return sync(Object.keys(instance.contents?.templates ?? {}).toSorted());
  const { name, template } = requireTemplate(request, instance);
  tellOfTemplate(request, instance, "instance-metadata-template-retrieved", name);
  const bytes = Buffer.from(template.content, "latin1");
  return serveFile(request, { filename: name, bytes, modifiedAt: template.modifiedAt });
}

function postTemplate(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  const name = templateName(request);
  const template = { content: request.bytes.toString("latin1"), modifiedAt: request.state.clock.now() };
  const { contents } = instance;
  instance.contents = { ...contents, templates: { ...contents?.templates, [name]: template } };
  tellOfTemplate(request, instance, "instance-metadata-template-created", name);
  return sync({});
}

function removeTemplate(request: ApiRequest): ApiReply {
  const instance = requireInstance(request);
  const { name } = requireTemplate(request, instance);
  const { [name]: _, ...templates } = instance.contents?.templates ?? {};
  instance.contents = { ...instance.contents, templates };
  tellOfTemplate(request, instance, "instance-metadata-template-deleted", name);
  return sync({});
}

function tellOfTemplate(request: ApiRequest, { name, project }: InstanceRecord, action: string, path: string): void {
  const source = apiUrl(request.state.flavour, ["instances", name, "metadata", "templates"], project);
  tellRequest(request, { action, source, project, context: { path } });
}
