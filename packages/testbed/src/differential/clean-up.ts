import type { Side } from "./side.ts";

/** What a server has before the first sequence. */
export interface Baseline {
  readonly config: Readonly<Record<string, unknown>>;
  readonly profile: unknown;
  readonly images: readonly string[];
  readonly aliases: readonly string[];
  readonly networks: readonly string[];
  readonly bridge: unknown;
  readonly pools: readonly string[];
  readonly pool: unknown;
  readonly project: unknown;
  readonly certificates: readonly string[];
}

/** Reads what there is. */
export async function readBaseline(side: Side): Promise<Baseline> {
  return {
    config: (await read<{ readonly config: Baseline["config"] }>(side, "/1.0")).config,
    profile: await read(side, "/1.0/profiles/default"),
    images: await namesIn(side, "/1.0/images", ""),
    aliases: await namesIn(side, "/1.0/images/aliases", ""),
    networks: await namesIn(side, "/1.0/networks", ""),
    bridge: await read(side, `/1.0/networks/${side.flavour}br0`),
    pools: await namesIn(side, "/1.0/storage-pools", ""),
    pool: await read(side, "/1.0/storage-pools/default"),
    project: await read(side, "/1.0/projects/default"),
    certificates: await namesIn(side, "/1.0/certificates", ""),
  };
}

/** Takes away everything that a sequence has made, and puts back what it has changed. */
export async function cleanUp(side: Side, baseline: Baseline): Promise<void> {
  const projects = [...(await namesIn(side, "/1.0/projects", ""))].sort(
    (a, b) => Number(a === "default") - Number(b === "default"),
  );
  await putBackConfig(side, baseline);
  await cancelOperations(side);
  await putBackWarnings(side);
  for (const project of projects) await removeInstances(side, project);
  for (const project of projects) await emptyProject(side, project, baseline);
  await removeOthers(side, "/1.0/storage-pools", "", baseline.pools);
  await removeOthers(side, "/1.0/certificates", "", baseline.certificates);
  if (side.flavour === "incus") await removeOthers(side, "/1.0/network-integrations", "", []);
  await putBack(side, "/1.0/profiles/default", baseline.profile);
  await putBack(side, `/1.0/networks/${side.flavour}br0`, baseline.bridge);
  await putBack(side, "/1.0/storage-pools/default", baseline.pool);
  await putBack(side, "/1.0/projects/default", baseline.project);
  for (const project of projects) {
    if (project !== "default") await must(side, "DELETE", `/1.0/projects/${project}`);
  }
}

async function emptyProject(side: Side, project: string, baseline: Baseline): Promise<void> {
  const isDefault = project === "default";
  const query = `?project=${encodeURIComponent(project)}`;
  const keep = (urls: readonly string[]): readonly string[] => (isDefault ? urls : []);
  const { config: features } = await read<{ readonly config: Readonly<Record<string, string>> }>(
    side,
    `/1.0/projects/${encodeURIComponent(project)}`,
  );
  const has = (feature: string): boolean => isDefault || features[`features.${feature}`] === "true";
  if (has("images")) {
    await removeOthers(side, "/1.0/images/aliases", query, keep(baseline.aliases));
    await removeOthers(side, "/1.0/images", query, keep(baseline.images));
  }
  if (has("storage.volumes")) {
    for (const pool of await namesIn(side, "/1.0/storage-pools", "")) {
      const url = `/1.0/storage-pools/${encodeURIComponent(pool)}`;
      const volumes = await read<readonly { name: string }[]>(side, `${url}/volumes/custom${query}&recursion=1`);
      for (const { name } of volumes.filter((volume) => !volume.name.includes("/"))) {
        await must(side, "DELETE", `${url}/volumes/custom/${encodeURIComponent(name)}${query}`);
      }
    }
  }
  if (has("profiles")) {
    for (const { name } of await read<readonly { name: string }[]>(side, `/1.0/profiles${query}&recursion=1`)) {
      if (name !== "default") await must(side, "DELETE", `/1.0/profiles/${encodeURIComponent(name)}${query}`);
    }
    if (!isDefault) await side.send("PUT", `/1.0/profiles/default${query}`, { body: "{}" });
  }
  if (!isDefault && !has("networks")) return;
  const bridge = `/1.0/networks/${side.flavour}br0`;
  if (isDefault) await removeOthers(side, `${bridge}/forwards`, "", []);
  await removeOthers(side, "/1.0/networks", query, [...keep(baseline.networks), "lo"]);
  if (isDefault) await putBack(side, bridge, baseline.bridge);
  await removeOthers(side, "/1.0/network-acls", query, []);
  await removeOthers(side, "/1.0/network-zones", query, []);
}

/** LXD keeps a key of a user that a PUT leaves out, so each one is emptied. */
async function putBackConfig(side: Side, { config }: Baseline): Promise<void> {
  const now = (await read<{ readonly config: Baseline["config"] }>(side, "/1.0")).config;
  if (JSON.stringify(now) === JSON.stringify(config)) return;
  const emptied = Object.fromEntries(Object.keys(now).map((key) => [key, ""]));
  await must(side, "PUT", "/1.0", { config: { ...emptied, ...config } });
}

async function cancelOperations(side: Side): Promise<void> {
  const { running = [] } = await read<{ readonly running?: readonly { id: string; class: string }[] }>(
    side,
    "/1.0/operations?recursion=1",
  );
  for (const { id, class: kind } of running) if (kind !== "task") await side.send("DELETE", `/1.0/operations/${id}`);
}

async function putBackWarnings(side: Side): Promise<void> {
  const warnings = await read<readonly { uuid: string; status: string }[]>(side, "/1.0/warnings?recursion=1");
  for (const { uuid, status } of warnings) {
    if (status === "acknowledged") await must(side, "PUT", `/1.0/warnings/${uuid}`, { status: "new" });
  }
}

async function removeInstances(side: Side, project: string): Promise<void> {
  const query = `?project=${encodeURIComponent(project)}`;
  for (const { name, status } of await read<readonly { name: string; status: string }[]>(
    side,
    `/1.0/instances${query}&recursion=1`,
  )) {
    const path = `/1.0/instances/${name}`;
    if (status !== "Stopped") {
      await must(side, "PUT", `${path}/state${query}`, { action: "stop", force: true, timeout: -1 });
    }
    await side.send("PATCH", `${path}${query}`, {
      body: JSON.stringify({ config: { "security.protection.delete": "false" } }),
    });
    await must(side, "DELETE", `${path}${query}`, undefined, [404]);
  }
}

async function removeOthers(side: Side, list: string, query: string, keep: readonly string[]): Promise<void> {
  for (const name of await namesIn(side, list, query)) {
    if (keep.includes(name)) continue;
    await must(side, "DELETE", `${list}/${encodeURIComponent(name)}${query}`);
  }
}

/** What tells the objects of a list apart. */
async function namesIn(side: Side, list: string, query: string): Promise<readonly string[]> {
  const objects = await read<readonly Readonly<Record<string, string>>[]>(
    side,
    `${list}${query === "" ? "?" : `${query}&`}recursion=1`,
  );
  return objects.map((object) => object["fingerprint"] ?? object["listen_address"] ?? object["name"] ?? "");
}

async function putBack(side: Side, path: string, baseline: unknown): Promise<void> {
  const now = await read(side, path);
  const editable = (value: unknown): string => {
    const { config, description, devices } = value as Readonly<Record<string, unknown>>;
    return JSON.stringify({ config, description, devices });
  };
  if (editable(now) !== editable(baseline)) await must(side, "PUT", path, baseline);
}

async function read<T>(side: Side, path: string): Promise<T> {
  const { status, body } = await side.send("GET", path);
  if (status !== 200) throw new Error(`GET ${path}: ${JSON.stringify(body)}`);
  return (body as { readonly metadata: T }).metadata;
}

async function must(
  side: Side,
  method: string,
  path: string,
  body?: unknown,
  accepted: readonly number[] = [],
): Promise<void> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const reply = await side.send(method, path, { body: text });
  if (accepted.includes(reply.status)) return;
  const location = reply.headers["location"];
  const end = reply.status === 202 && location !== undefined ? await waitFor(side, location) : reply;
  const { status_code: code } = (end.body as { readonly metadata?: { status_code?: number } | null }).metadata ?? {};
  if (end.status >= 400 || code === 400) throw new Error(`clean up: ${method} ${path}: ${JSON.stringify(end.body)}`);
}

function waitFor(side: Side, location: string): ReturnType<Side["send"]> {
  return side.send("GET", `${location}/wait?timeout=60`);
}
