import { apiUrl } from "../core/api-url.ts";
import { type JsonObject, parseBody, textField } from "../core/json-body.ts";
import type { AliasRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { projectOf } from "../projects/project-scope.ts";
import { findImage, imageScope } from "./image-store.ts";

const spec: ResourceSpec<AliasRecord> = {
  path: "/1.0/images/aliases",
  // The name may hold slashes, escaped or not.
  item: "{name...}",
  event: "image-alias",
  table: (state) => state.store.aliases,
  scope: imageScope,
  missing: () => new Refusal(404, "Image alias not found"),
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { name, project }) => apiUrl(flavour, ["images", "aliases", name], project),
  // The project is that of the request, even when its images are those of the default one.
  location: (request, { name }) => apiUrl(request.state.flavour, ["images", "aliases", name], projectOf(request)),
  view: (_, { description, target, name, type }) => ({ description, target, name, type }),
  etag: (_, { description, target, name, type }) => ({ description, target, name, type }),
  // A list tells no project.
  list: { filteredBy: [], url: ({ flavour }, { name }) => apiUrl(flavour, ["images", "aliases", name]) },
  create: {
    early: (request) => {
      const body = parseBody(request);
      if (textField(body, "name") !== "" && textField(body, "target") !== "") return;
      throw new Refusal(400, "name and target are required");
    },
    make: makeAlias,
    context: ({ target }) => ({ target }),
  },
  update: {
    early: (request) => {
      const body = parseBody(request);
      if (request.method === "PUT" && textField(body, "target") === "") {
        throw new Refusal(400, "The target field is required");
      }
    },
    replace: replaceAlias,
    merge: ({ description, target }, body) => {
      for (const key of ["target", "description"]) {
        const isText = !(key in body) || typeof body[key] === "string";
        if (!isText) throw new Refusal(400, `\`${key}\` was not a string`);
      }
      return { description, target, ...body };
    },
    tells: ({ target }) => ({ target }),
  },
  rename: {
    check: ({ state }, project, name) => {
      if (state.store.aliases.get(project, name) === undefined) return;
      throw new Refusal(409, `Alias "${name}" already exists`);
    },
    rename: (_, alias, name) => ({ ...alias, name }),
  },
  remove: () => undefined,
};

/** `/1.0/images/aliases` and what is below it. */
export const aliasRoutes: readonly Route[] = resourceRoutes(spec).map((route) =>
  route.pattern.endsWith("}") ? { ...route, isPublic: ["GET"] } : route,
);

function makeAlias({ state }: ApiRequest, project: string, body: JsonObject): AliasRecord {
  const [name, target] = [textField(body, "name"), textField(body, "target")];
  if (state.store.aliases.get(project, name) !== undefined) throw new Refusal(409, `Alias "${name}" already exists`);
  const image = findImage(state, project, target);
  if (image === undefined) throw new Refusal(404, "Image not found");
  return { project, name, description: textField(body, "description"), target: image.fingerprint, type: image.type };
}

function replaceAlias({ state, method }: ApiRequest, alias: AliasRecord, body: JsonObject): AliasRecord {
  const target = textField(body, "target");
  if (target === "") throw new Refusal(400, "The target field is required");
  const image = findImage(state, alias.project, target);
  if (image === undefined) throw new Refusal(404, "Image not found");
  // LXD 5.0.2 waits for itself there, ten seconds long.
  if (state.flavour === "lxd" && method === "PATCH") throw new Refusal(500, "context deadline exceeded");
  return { ...alias, description: textField(body, "description"), target: image.fingerprint, type: image.type };
}
