import { type Area, type BodyRule, reads, type Template } from "../area.ts";
import type { Call } from "../call.ts";
import { power } from "./files.ts";
import { makeInstance } from "./instances.ts";

const rule = { when: ["start"], create_only: false, template: "t1", properties: { k: "v" } };

const content: BodyRule = ({ some, one }) =>
  some({
    architecture: one(["x86_64", "frob"]),
    creation_date: one([0, 1_700_000_000]),
    expiry_date: one([0, 2_000_000_000]),
    properties: one([{}, { os: "tiny" }, { a: "b", os: "other" }]),
    templates: one([{}, { "/root/x": rule }, { "/root/y": { ...rule, create_only: true, when: ["create"] } }]),
  });

const bad: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { creation_date: "now" },
    { templates: { "/root/x": "t1" } },
    { templates: { "/root/x": { when: "start" } } },
    { properties: { a: 5 } },
  ]);

const metadata = "/1.0/instances/<instance>/metadata";
const templates = "/1.0/instances/c1/metadata/templates";

function template(method: string, weight: number, extra: Template["extra"] = () => ({})): Template {
  return {
    method,
    path: templates,
    extra: (c) => ({
      path: `${templates}?path=${c.one(["t1", "t1", "t2", "", "a/b", "t 3"])}`.replace(" ", "%20"),
      ...extra(c),
    }),
    weight,
  };
}

const text = ({ one }: { one<T>(from: readonly T[]): T }): Partial<Call> => ({
  text: one([
    "",
    "{{ instance.name }}|{{ trigger }}|{{ properties.k }}\n",
    "plain\n",
    '{{ config_get("user.x", "none") }}',
  ]),
  headers: { "Content-Type": "application/octet-stream" },
});

/** `/1.0/instances/{name}/metadata`. */
export const metadataArea: Area = {
  name: "metadata",
  isOfProject: true,
  prepare: () => [
    makeInstance("c1"),
    { method: "POST", path: `${templates}?path=t1`, text: "{{ instance.name }}\n" },
    { method: "GET", path: "/1.0/instances/c1/metadata" },
  ],
  templates: [
    ...reads(metadata, templates, "/1.0/instances/c1/files?path=/root/x"),
    { method: "PUT", path: metadata, body: content, bad, weight: 1.5 },
    { method: "PATCH", path: metadata, body: content, bad, weight: 1.5 },
    template("GET", 1.5),
    template("POST", 2, text),
    template("DELETE", 1),
    { method: "GET", path: "/1.0/instances/<instance>/metadata/templates" },
    { method: "POST", path: "/1.0/instances/<instance>/metadata/templates?path=t1", extra: text, weight: 0.5 },
    { method: "DELETE", path: "/1.0/instances/<instance>/metadata/templates?path=t1", weight: 0.5 },
    { method: "PUT", path: "/1.0/instances/c1/state", body: power, weight: 0.4 },
  ],
};
