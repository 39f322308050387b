import { expect, test } from "vitest";
import { formatPreseed } from "./format-preseed.ts";
import { parsePreseed } from "./parse-preseed.ts";
import type { PreseedError } from "./preseed-error.ts";

function problemsOf(text: string): PreseedError["problems"] {
  try {
    parsePreseed(text);
  } catch (error) {
    return (error as PreseedError).problems;
  }
  return [];
}

test("numbers and truth values become the text that they are written as", () => {
  const { preseed } = parsePreseed(`
config: {core.https_address: ":8443", images.auto_update_interval: 0x10, user.a: 1.50, user.b: true, user.c: }
profiles:
- name: 7
  devices: {root: {size: 10GiB, path: /}}
cluster: {enabled: false}
`);
  expect(preseed).toEqual({
    config: {
      "core.https_address": ":8443",
      "images.auto_update_interval": "0x10",
      "user.a": "1.50",
      "user.b": "true",
      "user.c": "",
    },
    profiles: [{ name: "7", devices: { root: { size: "10GiB", path: "/" } } }],
    cluster: { enabled: false },
  });
});

test("a key that is not known is told with its line, at any level, all of them at once", () => {
  const text = `colour: red
networks:
- name: a
  colour: red
profiles:
- name: p
  devices:
    eth0: {mtu: {x: 1}}
cluster:
  enabled: true
  member_config: [{entity: network, colour: red}]
`;
  expect(problemsOf(text).map(({ key, line }) => [key, line])).toEqual([
    ["colour", 1],
    ["networks[0].colour", 4],
    ["profiles[0].devices.eth0.mtu", 8],
    ["cluster.member_config[0].colour", 11],
    ["cluster.member_config[0]", 11],
  ]);
});

test("what has another form than it should is told with its line", () => {
  expect(problemsOf("networks: nonsense")).toEqual([{ key: "networks", line: 1, text: "this has to be a list" }]);
  expect(problemsOf("config: [a]")).toMatchObject([{ key: "config", line: 1 }]);
  expect(problemsOf("storage_pools:\n- driver: dir\n")).toEqual([
    { key: "storage_pools[0]", line: 2, text: "this needs a name" },
  ]);
  expect(problemsOf("cluster: {enabled: perhaps}")).toMatchObject([{ key: "cluster.enabled" }]);
  expect(problemsOf("config:\n  a: 1\n  a: 2\n")).toMatchObject([{ key: "", line: 3 }]);
  expect(problemsOf("config: {a: 1\n")).toMatchObject([{ key: "", line: 2 }]);
  expect(problemsOf("just text")).toMatchObject([{ key: "", line: 1 }]);
});

test("nothing asks for nothing, and anchors stand for what they name", () => {
  expect(parsePreseed("").preseed).toEqual({});
  expect(parsePreseed("networks:\nconfig:\n").preseed).toEqual({ networks: [], config: {} });
  const { preseed } = parsePreseed("projects: [{name: a, config: &c {x: 1}}, {name: b, config: *c}]");
  expect(preseed.projects?.[1]).toEqual({ name: "b", config: { x: "1" } });
});

test("lines are known by key", () => {
  const { lineOf } = parsePreseed("config:\n  user.a: 1\nprofiles:\n- name: a\n  description: d\n");
  expect([lineOf("config.user.a"), lineOf("profiles[0].description"), lineOf("nothing")]).toEqual([2, 5, undefined]);
});

test("words that are truth values in YAML 1.1 are quoted", () => {
  expect(formatPreseed({ config: { "user.a": "yes", "user.b": "1" } })).toBe(
    'config:\n  user.a: "yes"\n  user.b: "1"\n',
  );
});
