import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import {
  flagField,
  type JsonObject,
  numberField,
  objectField,
  textField,
  textListField,
  textMapField,
} from "../../core/json-body.ts";
import type { InstanceMetadata, InstanceRecord, TemplateRule } from "../../core/records.ts";
import { packedProperties } from "../../images/image-metadata.ts";
import { projectFor } from "../../projects/project-scope.ts";

/** What its metadata are found by. */
export type DescribedRecord = Pick<
  InstanceRecord,
  "project" | "architecture" | "config" | "contents" | "bootable" | "createdAt"
>;

/** What the `metadata.yaml` of an instance says: what was written to it, else what its image said. */
export function metadataOf(state: FakeState, instance: DescribedRecord): InstanceMetadata {
  const { metadata } = instance.contents ?? {};
  if (metadata !== undefined) return metadata;
  if (!instance.bootable) {
    return { architecture: "", creation_date: 0, expiry_date: 0, properties: null, templates: null };
  }
  const { config, architecture, project, createdAt } = instance;
  const scope = projectFor(state, project, "features.images");
  const image = state.store.images.get(scope, config["volatile.base_image"] ?? "");
  const properties = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith("image.") ? [[key.slice("image.".length), value] as const] : [],
  );
  return {
    architecture,
    creation_date: Math.floor(Date.parse(image?.createdAt ?? createdAt) / 1000),
    expiry_date: 0,
    properties: packedProperties(image) ?? Object.fromEntries(properties),
    templates: null,
  };
}

/** Writes it. Maps that are missing are empty from then on. */
export function writeMetadata(instance: InstanceRecord, metadata: InstanceMetadata): void {
  const { properties, templates } = metadata;
  instance.contents = {
    ...instance.contents,
    metadata: { ...metadata, properties: properties ?? {}, templates: templates ?? {} },
  };
}

/** Reads the body of a `PUT` or `PATCH`; what it leaves out is as in `base`, and maps are added to. */
export function readMetadata(body: JsonObject, base: InstanceMetadata | undefined): InstanceMetadata {
  const has = (key: string): boolean => body[key] !== undefined && body[key] !== null;
  return {
    architecture: has("architecture") ? textField(body, "architecture") : (base?.architecture ?? ""),
    creation_date: has("creation_date") ? numberField(body, "creation_date") : (base?.creation_date ?? 0),
    expiry_date: has("expiry_date") ? numberField(body, "expiry_date") : (base?.expiry_date ?? 0),
    properties: sortedMap({ ...base?.properties, ...textMapField(body, "properties") }),
    templates: sortedMap({ ...base?.templates, ...templatesField(body) }),
  };
}

function templatesField(body: JsonObject): Readonly<Record<string, TemplateRule>> {
  const templates = objectField(body, "templates");
  return Object.fromEntries(
    Object.keys(templates).map((path) => {
      const rule = objectField(templates, path);
      const when = textListField(rule, "when") ?? [];
      const flags = { create_only: flagField(rule, "create_only"), template: textField(rule, "template") };
      return [path, { when, ...flags, properties: textMapField(rule, "properties") ?? {} }];
    }),
  );
}
