import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { writeYaml, type YamlValue } from "./write-yaml.ts";

/** Text that one version of YAML or another takes for something else. */
const tricky = fc.constantFrom(
  ...["0644", "0o17", "0x1f", "0b1", "1:30", "190:20:30", "00:16:30:12:34:56", "52:54:00:12:34:56", "1e3", "1.5e+3"],
  ...[
    "e0",
    "E+1",
    "1_000",
    "+1",
    "-1",
    ".5",
    "1.",
    "08",
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "e0",
    "E+1",
    "~",
    "null",
    "NULL",
    "true",
    ".inf",
  ],
  ...[".NaN", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "=", "<<", "*a", "&a", "!a", "!!int 1", "@a", "`a", "%a"],
  ...["- a", "-", "--- a", "...", "a: b", "a:", ": a", "a #b", "#a", "? a", "[a]", "{a: b}", "|", ">", "'a'", '"a"'],
  ...[
    "",
    " ",
    " a",
    "a ",
    "a\tb",
    "\ta",
    "a\n",
    "a\n\n",
    "\na",
    "a\n  b\n c\n",
    " a\nb",
    "a \nb",
    "a\r\nb",
    "a\n\t\nb",
  ],
  ...["a\0b", "\u007f", "a\u0085b", "a\u2028b", "\ufeffa", "a\ufeff", "ä", "😀", "a\n😀\n", "\\n", "a\\", "\u001b[0m"],
);

const pieces = fc.array(fc.oneof(tricky, fc.constantFrom(" ", "\n", ":", "#", "'", '"', "\\"), fc.string()), {
  maxLength: 4,
});
const text = fc
  .oneof(
    tricky,
    fc.string({ unit: "grapheme" }),
    pieces.map((parts) => parts.join("")),
  )
  .filter(isWhole);
const number = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -9, max: 2000 }));
const { value } = fc.letrec<{ value: YamlValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: fc.oneof(text, number, fc.boolean(), fc.constant(null)), weight: 3 },
    { arbitrary: fc.array(tie("value"), { maxLength: 4 }), weight: 1 },
    { arbitrary: fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }), weight: 2 },
  ),
}));
const map = fc.dictionary(text, value, { maxKeys: 5, noNullPrototype: true });

function isWhole(one: string): boolean {
  return !/\p{Surrogate}/u.test(one) && one !== "__proto__";
}

/** What `JSON.stringify` keeps, in which Python and we compare. */
const plain = (one: unknown): unknown => JSON.parse(JSON.stringify(one));

test.each(["1.1", "1.2"] as const)("what goes in comes out again by the rules of YAML %s", (version) => {
  fc.assert(
    fc.property(map, (input) => {
      // A key << is one as any other here, and merged only where nothing quotes it.
      expect(parse(writeYaml(input), { version })).toEqual(input);
    }),
    { numRuns: 200 },
  );
});

test("the text is printable, and the same for the same value", () => {
  fc.assert(
    fc.property(map, (input) => {
      const written = writeYaml(input);
      expect(written).toMatch(/^[\n\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u);
      expect(writeYaml(structuredClone(input))).toBe(written);
    }),
  );
});

test("half of a character is refused", () => {
  expect(() => writeYaml({ a: "\ud83d" })).toThrow(expect.objectContaining({ code: "TEXT_NOT_UNICODE" }));
});

const hasPyYaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;

// cloud-init reads with PyYAML.
describe.skipIf(!hasPyYaml)(`PyYAML${hasPyYaml ? "" : " (skipped: python3 with yaml is not installed)"}`, () => {
  const read = (documents: readonly string[]): unknown => {
    const program = "import json, sys, yaml\nprint(json.dumps([yaml.safe_load(one) for one in json.load(sys.stdin)]))";
    const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(documents) });
    expect(stderr.toString()).toBe("");
    return JSON.parse(stdout.toString());
  };

  test("reads what went in", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(map, { minLength: 100, maxLength: 100 }), (inputs) => {
        expect(read(inputs.map((input) => writeYaml(input)))).toEqual(plain(inputs));
      }),
      { numRuns: 5 },
    );
  });
});
