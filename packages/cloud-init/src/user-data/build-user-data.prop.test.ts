import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readYamlMap, type YamlMap } from "../yaml/read-yaml.ts";
import { buildUserData } from "./build-user-data.ts";
import { mergeCloudConfigs } from "./merge-cloud-configs.ts";

// Keys of modules that this package does not know: their values may be anything.
const key = fc.constantFrom("growpart", "swap", "mounts", "snap", "ntp", "0644", "yes");
const scalar = fc.oneof(fc.string(), fc.constantFrom("1:30", "no", "1e3", "0644", "~"), fc.nat(), fc.boolean());
const list = fc.array(scalar, { maxLength: 3 });
const map = fc.dictionary(key, fc.oneof(scalar, list), { maxKeys: 3, noNullPrototype: true });
const config = fc.dictionary(key, fc.oneof(scalar, list, map), { maxKeys: 4, noNullPrototype: true });
// What a key holds is of one kind in all of them.
const ofOneKind = (value: fc.Arbitrary<unknown>) =>
  fc.record(
    { growpart: scalar, "0644": scalar, swap: list, yes: list, ntp: value, mounts: value },
    { requiredKeys: [], noNullPrototype: true },
  );
const configs = fc.array(ofOneKind(ofOneKind(ofOneKind(list))), { maxLength: 4 });

const merge = (all: readonly YamlMap[], rule: "first" | "last"): YamlMap =>
  mergeCloudConfigs(
    all.map((one, index) => ({ name: String(index), config: one })),
    rule,
  );

test("one config comes out as it went in, also by way of a document", () => {
  fc.assert(
    fc.property(config, (one) => {
      const text = buildUserData({ config: one });
      expect(parse(text, { version: "1.1" })).toEqual(one);
      expect(buildUserData({ config: [], documents: [text, "#cloud-config\n"] })).toBe(text);
    }),
  );
});

test("merging does not change what is merged, and does not depend on how it is grouped", () => {
  fc.assert(
    fc.property(configs, configs, fc.constantFrom("first" as const, "last" as const), (before, after, rule) => {
      const all = [...before, ...after];
      const kept = structuredClone(all);
      const merged = merge(all, rule);
      expect(merge([merge(before, rule), merge(after, rule)], rule)).toEqual(merged);
      expect(all).toEqual(kept);
    }),
  );
});

test("no item of a list is lost where all documents have lists, and none changes its place", () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(key, list, { noNullPrototype: true }), { maxLength: 4 }), (all) => {
      const expected: Record<string, unknown[]> = {};
      for (const [name, items] of all.flatMap((one) => Object.entries(one))) (expected[name] ??= []).push(...items);
      expect(merge(all, "first")).toEqual(expected);
    }),
  );
});

/** Whatever stands there without quotes. */
const plain = fc.oneof(
  fc.stringMatching(/^[-+.0-9a-fA-Fox_:eE]{1,12}$/),
  fc.stringMatching(/^[yYnNoOeEsSfFtTrRuUaAlL~]{1,5}$/),
  fc.constantFrom("0644", "08", "1:30", "00:16:30:12:34:56", "52:54:00:12:34:56", "1e3", "1.5e+3", "1_0", "0o17", "y"),
);

const hasPyYaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;

describe.skipIf(!hasPyYaml)(`PyYAML${hasPyYaml ? "" : " (skipped: python3 with yaml is not installed)"}`, () => {
  /** The texts that PyYAML takes for text; undefined for what it does not read. */
  const readByPython = (texts: readonly string[]): (string | undefined)[] => {
    const program = [
      "import json, sys, yaml",
      "def read(text):",
      "  try:",
      "    value = yaml.safe_load('a: ' + text)['a']",
      "    return {'text': value} if isinstance(value, str) else {'other': 1}",
      "  except Exception:",
      "    return {}",
      "print(json.dumps([read(text) for text in json.load(sys.stdin)]))",
    ].join("\n");
    const { stdout } = spawnSync("python3", ["-c", program], { input: JSON.stringify(texts) });
    const answers = JSON.parse(stdout.toString()) as { readonly text?: string; readonly other?: number }[];
    return answers.map(({ text, other }) => text ?? (other === undefined ? undefined : ""));
  };

  test("takes for text what is read as text here", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 400, maxLength: 400 }), (texts) => {
        const wanted = readByPython(texts);
        for (const [index, text] of texts.entries()) {
          if (wanted[index] === undefined) continue;
          const { a } = readYamlMap(`a: ${text}\n`, { what: "x", code: "X" });
          expect({ text, read: typeof a === "string" ? a : "" }).toEqual({ text, read: wanted[index] });
        }
      }),
      { numRuns: 10 },
    );
  });
});

const python = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!python)(`Python's mail${python ? "" : " (skipped: python3 is not installed)"}`, () => {
  const kinds = fc.constantFrom(
    "#!/bin/sh\n",
    "#cloud-boothook\n",
    "#include\n",
    "## template: jinja\n#cloud-config\n",
  );
  const body = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("a\r\nb", "x".repeat(2000), "--\n"),
  );
  const document = fc.tuple(kinds, fc.array(body, { maxLength: 3 })).map(([first, lines]) => first + lines.join("\n"));

  test("reads the parts as they went in", { timeout: 60_000 }, () => {
    const program = [
      "import email, json, sys",
      "def parts(text):",
      "  mail = email.message_from_string(text)",
      "  return [p.get_payload(decode=True).decode() for p in mail.walk() if not p.is_multipart()]",
      "print(json.dumps([parts(text) for text in json.load(sys.stdin)]))",
    ].join("\n");
    const whole = fc
      .array(document, { minLength: 2, maxLength: 4 })
      .filter((all) => !/\p{Surrogate}/u.test(all.join("")));
    fc.assert(
      fc.property(fc.array(whole, { minLength: 50, maxLength: 50 }), (inputs) => {
        const texts = inputs.map((documents) => buildUserData({ documents }));
        const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(texts) });
        expect(stderr.toString()).toBe("");
        expect(JSON.parse(stdout.toString())).toEqual(inputs);
      }),
      { numRuns: 5 },
    );
  });
});
