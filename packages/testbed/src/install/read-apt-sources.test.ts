import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readReleaseSource } from "./read-apt-sources.ts";

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "apt-sources-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const release = 'ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian"\n';

test("the release's place is found among all files", () => {
  const root = machine({
    "etc/os-release": release,
    "etc/apt/sources.list": "deb http://tools.example stable main\n",
    "etc/apt/sources.list.d/debian.sources":
      "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n",
    "etc/apt/sources.list.d/old.list.save": "deb http://wrong.example bookworm main\n",
  });
  expect(readReleaseSource(root)).toMatchObject({
    codename: "bookworm",
    source: { uris: ["http://mirror.example/debian"] },
  });
});

test("a machine that names no place for its release is not supported", () => {
  const root = machine({ "etc/os-release": release });
  expect(() => readReleaseSource(root)).toThrow(expect.objectContaining({ code: "TESTBED_UNSUPPORTED" }));
  expect(() => readReleaseSource(machine({}))).toThrow(expect.objectContaining({ code: "TESTBED_UNSUPPORTED" }));
});
