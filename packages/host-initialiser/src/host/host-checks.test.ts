import { createFakeHost, createFakeRunner } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { containerKind, containersSupported, hasSupport, runningInContainer } from "./host-checks.ts";

interface HostOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly said?: string;
  readonly platform?: string;
}

function host({ files = {}, said, platform = "linux" }: HostOptions = {}): Parameters<typeof containerKind>[0] {
  const { readFile } = createFakeHost({ files });
  const runner = createFakeRunner();
  runner.on(
    "systemd-detect-virt --container",
    said === undefined ? { spawnError: "ENOENT" } : { stdout: `${said}\n`, exitCode: said === "none" ? 1 : 0 },
  );
  return { readFile, run: runner.run, platform };
}

describe("containers, row 24 of the cases of an initialiser", () => {
  test.for([
    ["systemd says so", host({ said: "lxc" }), "lxc"],
    ["the file of systemd says so", host({ files: { "/run/systemd/container": "docker\n" } }), "docker"],
    ["process 1 says so", host({ files: { "/proc/1/environ": "A=b\0container=podman\0" } }), "podman"],
    ["nothing says so", host({ said: "none", files: { "/proc/1/environ": "A=b\0" } }), ""],
    ["there is no systemd", host(), ""],
    ["it is no Linux", host({ said: "lxc", platform: "darwin" }), ""],
  ] as const)("%s", async ([, access, kind]) => {
    expect(await containerKind(access)).toBe(kind);
    expect(await runningInContainer(access)).toBe(kind !== "");
    expect(await containersSupported(access)).toBe(kind === "");
  });

  test("an abort rejects with its reason", async () => {
    const reason = new Error("enough");
    await expect(containerKind(host({ said: "lxc" }), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test("Ubuntu comes with LXD", async () => {
  const release = (id: string): HostOptions => ({ files: { "/etc/os-release": `NAME="x"\nID=${id}\n` } });
  expect(await hasSupport(host(release("ubuntu")))).toBe(true);
  expect(await hasSupport(host(release("debian")))).toBe(false);
  expect(await hasSupport(host())).toBe(false);
  expect(await hasSupport(host({ ...release("ubuntu"), platform: "darwin" }))).toBe(false);
});
