import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";
import { execa } from "execa";
import { libexec } from "../bed-folder.ts";
import { readReleaseSource } from "../install/read-apt-sources.ts";
import { pause } from "../pause.ts";
import { buildOnce, cacheFolder, recipeKey } from "./image-cache.ts";
import { imageArchitecture } from "./image-architecture.ts";
import { type BuiltImage, packImage, readBuiltImage } from "./pack-image.ts";

const release = { codename: "bookworm", version: "12" };
const attempts = 3;

/**
 * The seed files of cloud-init, filled in by the server when it makes a container. Both the `cloud-init.*` keys and
 * the older `user.*` keys count.
 */
const templates: Readonly<Record<string, string>> = {
  "meta-data": `instance-id: {{ container.name }}
local-hostname: {{ container.name }}
{{ config_get("user.meta-data", "") }}
`,
  "user-data": `{{ config_get("cloud-init.user-data", config_get("user.user-data", properties.default)) }}\n`,
  "vendor-data": `{{ config_get("cloud-init.vendor-data", config_get("user.vendor-data", properties.default)) }}\n`,
  "network-config": `{{ config_get("cloud-init.network-config", config_get("user.network-config", properties.default)) }}\n`,
};

const defaults: Readonly<Record<string, string>> = {
  "user-data": "#cloud-config\n{}",
  "vendor-data": "#cloud-config\n{}",
  "network-config": "version: 2\nethernets:\n  eth0:\n    dhcp4: true",
};

/**
 * Builds the cloud image, or takes it from the cache. Building takes a minute or two and reads the packages from where
 * this machine's own packages come from.
 *
 * @throws {LxdkitError} `TESTBED_IMAGE_FAILED` with the last lines of the build, `TESTBED_UNSUPPORTED` when the
 *   machine's APT sources name no mirror.
 */
export async function cloudImage(signal?: AbortSignal): Promise<BuiltImage> {
  const architecture = imageArchitecture();
  const script = join(libexec, "build-cloud-rootfs.sh");
  const metadataYaml = metadata(architecture.kernel);
  const recipe = ["cloud 2", architecture.debian, metadataYaml, JSON.stringify(templates), await readFile(script)];
  const folder = await buildOnce({
    cache: cacheFolder(),
    key: recipeKey(recipe),
    build: (target) => build(target, script, metadataYaml, signal),
    signal,
  });
  return readBuiltImage(folder, false);
}

function metadata(architecture: string): string {
  const entries = Object.keys(templates).map((name) => [
    `/var/lib/cloud/seed/nocloud-net/${name}`,
    {
      when: ["create", "copy"],
      template: `${name}.tpl`,
      ...(defaults[name] === undefined ? {} : { properties: { default: defaults[name] } }),
    },
  ]);
  return JSON.stringify({
    architecture,
    creation_date: 1_760_000_000,
    properties: { os: "debian", release: release.codename, description: "Debian with cloud-init for tests" },
    templates: {
      "/etc/hostname": { when: ["create", "copy"], template: "hostname.tpl" },
      ...(Object.fromEntries(entries) as object),
    },
  });
}

async function build(
  target: string,
  script: string,
  metadataYaml: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const folder = join(target, "tree");
  const rootfs = join(folder, "rootfs");
  await mkdir(join(folder, "templates"), { recursive: true });
  for (const [name, text] of Object.entries({ ...templates, hostname: "{{ container.name }}\n" })) {
    await writeFile(join(folder, "templates", `${name}.tpl`), text);
  }
  await buildRootfs(rootfs, script, signal);
  await packImage({ folder, target, metadataYaml, withTemplates: true, unified: false, signal });
  await rm(folder, { recursive: true });
}

async function buildRootfs(rootfs: string, script: string, signal: AbortSignal | undefined): Promise<void> {
  const { source } = readReleaseSource();
  const namespaces = ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"];
  const args = [...namespaces, script, rootfs, release.codename, source.uris[0] ?? ""];
  for (let attempt = 1; ; attempt += 1) {
    const result = await execa("setpriv", args, {
      stdin: "ignore",
      all: true,
      reject: false,
      ...(signal === undefined ? {} : { cancelSignal: signal, forceKillAfterDelay: 1_000 }),
    });
    signal?.throwIfAborted();
    if (result.exitCode === 0) return;
    if (attempt === attempts) {
      throw new LxdkitError(`The cloud image could not be built in ${String(attempts)} attempts.`, {
        code: "TESTBED_IMAGE_FAILED",
        hint: `Last lines of the build:\n${result.all.split("\n").slice(-10).join("\n")}`,
      });
    }
    await rm(rootfs, { recursive: true, force: true });
    await pause(attempt * 2_000, signal);
  }
}
