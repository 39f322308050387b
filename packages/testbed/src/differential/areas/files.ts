import { type Area, type BodyRule, reads, type Template } from "../area.ts";
import type { Call } from "../call.ts";
import type { Choices } from "../choices.ts";
import { makeInstance } from "./instances.ts";

const bytes = { "Content-Type": "application/octet-stream" };

const paths = [
  ...["/root/a", "/root/a", "/root/b", "root/a", "/root/d", "/root/d/f", "/root/d/", "/root/l", "/root/l/f", "/root"],
  ...[
    "/root/../root/./a",
    "/root/a/x",
    "/root//a",
    "/nope/x",
    "/",
    "/root/new/",
    "/root/ä b",
    `/root/${"n".repeat(256)}`,
  ],
];

const fileOf = ({ one }: Choices): string => `path=${encodeURIComponent(one(paths))}`;

/** What is wrong in a header is taken for what is usual, or refused. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  uid: ["0", "5", "7x", "-5", "10000001"],
  gid: ["0", "6", "x"],
  mode: ["0600", "0755", "600", "0o640", "-1", "9x", "04755"],
  write: ["append", "overwrite", "append", "sideways"],
  type: ["file", "directory", "directory", "symlink", "symlink", "gizmo"],
};

const contents = ["", "one\n", "two lines\nof text\n", "/root/a", "/root/d", "d", "loop"];

function attributeHeaders({ chance, one }: Choices): Readonly<Record<string, string>> {
  const chosen = Object.entries(attributes).filter(([name]) => chance(name === "type" ? 0.5 : 0.2));
  return Object.fromEntries(chosen.map(([name, values]) => [`{Prefix}${name}`, one(values)]));
}

const upload = (choices: Choices): Partial<Call> => ({
  path: choices.fill(`/1.0/instances/${choices.chance(0.9) ? "c1" : "<instance>"}/files?${fileOf(choices)}`),
  text: choices.one(contents),
  headers: { ...bytes, ...attributeHeaders(choices) },
});

function onFile(method: string, weight: number): Template {
  return {
    method,
    path: "/1.0/instances/<instance>/files",
    extra: (c) => ({ path: c.fill(`/1.0/instances/${c.chance(0.9) ? "c1" : "<instance>"}/files?${fileOf(c)}`) }),
    weight,
  };
}

function ranged(ranges: readonly string[]): Template {
  const path = "/1.0/instances/c1/files?path=/root/a";
  return { method: "GET", path, extra: ({ one }) => ({ headers: { Range: one(ranges) } }), weight: 0.6 };
}

const write = (path: string, text: string, headers: Readonly<Record<string, string>> = {}): Call => ({
  method: "POST",
  path: `/1.0/instances/c1/files?path=${path}`,
  text,
  headers: { ...bytes, ...headers },
});

/** Starts or stops c1. */
export const power: BodyRule = ({ one }) => ({
  action: one(["start", "start", "stop", "freeze", "unfreeze"]),
  timeout: -1,
  force: true,
});

/** `/1.0/instances/{name}/files`. */
export const files: Area = {
  name: "files",
  isOfProject: true,
  prepare: () => [
    makeInstance("c1"),
    write("/root/a", "first\n"),
    write("/root/d", "", { "{Prefix}type": "directory" }),
    write("/root/l", "/root/d", { "{Prefix}type": "symlink" }),
  ],
  templates: [
    onFile("GET", 2),
    onFile("HEAD", 1),
    onFile("DELETE", 1),
    { method: "POST", path: "/1.0/instances/<instance>/files", extra: upload, weight: 4 },
    ...reads("/1.0/instances/<instance>/files", "/1.0/instances/<instance>/files?path="),
    ranged(["bytes=1-2", "bytes=-2", "bytes=0-", "bytes=,1-1", "bytes=90-", "lines=1-2", "bytes=2-1", "bytes=-"]),
    { method: "PUT", path: "/1.0/instances/c1/files?path=/root/a", weight: 0.2 },
    { method: "PUT", path: "/1.0/instances/c1/state", body: power, weight: 0.2 },
    { method: "GET", path: "/1.0/instances/<instance>/sftp", weight: 0.7 },
    { method: "DELETE", path: "/1.0/instances/c1", weight: 0.1 },
  ],
};
