import type { Warning } from "@lxdkit/protocol";
import { expect } from "vitest";
import { launch, remove } from "./launch.ts";
import { describeRoutes, type RouteContext } from "./route-cases.ts";

const type = "Proxy bridge netfilter not enabled";

/**
 * Makes the server warn: a container's proxy with address translation needs the kernel's filter for bridges, which this
 * turns off in the network namespace of the case's own bed.
 */
async function warn({ client, real, name }: RouteContext, project: string): Promise<void> {
  const filter = "/proc/sys/net/bridge/bridge-nf-call-iptables";
  await real.run(["sh", "-c", `if [ -e ${filter} ]; then echo 0 >${filter}; fi`]);
  const bridge = real.flavour === "lxd" ? "lxdbr0" : "incusbr0";
  const { config } = (await client.connection.request({ method: "GET", path: `/1.0/networks/${bridge}` })).envelope
    .metadata as { readonly config: Readonly<Record<string, string>> };
  const gateway = config["ipv4.address"]?.replace(/\/.*/, "") ?? "";
  const address = gateway.replace(/\.1$/, ".77");
  await launch(client.in({ project }), name, {
    devices: {
      root: { type: "disk", path: "/", pool: "default" },
      eth0: { type: "nic", name: "eth0", network: bridge, "ipv4.address": address },
      web: { type: "proxy", nat: "true", listen: `tcp:${gateway}:8888`, connect: "tcp:0.0.0.0:80" },
    },
  });
}

// A bed of its own: what makes the server warn is turned off for all of its containers.
describeRoutes(
  "warnings",
  ({ covers }) => {
    covers(
      [
        "GET /1.0/warnings",
        "GET /1.0/warnings/{uuid}",
        "PUT /1.0/warnings/{uuid}",
        "PATCH /1.0/warnings/{uuid}",
        "DELETE /1.0/warnings/{uuid}",
      ],
      "a warning appears, is found by project and filter, is acknowledged, made new again and deleted",
      async (context) => {
        const { client, raw, name } = context;
        const { warnings } = client;
        const features = { "features.images": "false", "features.profiles": "false" };
        await client.projects.create({ name, config: features });
        try {
          const before = await warnings.list();
          expect(before.filter((warning) => warning.type === type)).toEqual([]);
          await warn(context, name);

          const [warning] = (await warnings.list()).filter((one) => one.type === type);
          expect(warning).toMatchObject({ project: name, status: "new", severity: "low", location: "none" });
          expect(warning?.entity_url).toBe(`/1.0/instances/${name}?project=${name}`);
          const uuid = warning?.uuid ?? "";
          const path = `/1.0/warnings/${uuid}`;
          const seen = async () => (await raw(path)) as Warning;

          expect(await warnings.listUrls()).toEqual(await raw("/1.0/warnings"));
          expect((await warnings.list()).length).toBe(before.length + 1);
          expect(await warnings.list({ project: name })).toEqual([warning]);
          expect(await warnings.listUrls({ project: name })).toEqual([path]);
          expect((await warnings.list({ project: "default" })).map((one) => one.uuid)).not.toContain(uuid);
          expect(await warnings.list({ filter: `type eq "${type}"` })).toEqual([warning]);
          expect(await warnings.list({ filter: "severity eq high" })).toEqual([]);
          expect(await warnings.get(uuid)).toEqual(await seen());

          await warnings.update(uuid, { status: "acknowledged" });
          expect(await seen()).toMatchObject({ status: "acknowledged" });
          await warnings.patch(uuid, { status: "new" });
          expect(await seen()).toMatchObject({ status: "new" });
          await warnings.delete(uuid);
          expect(await raw("/1.0/warnings")).not.toContain(path);
          await expect(warnings.get(uuid)).rejects.toMatchObject({ code: "NOT_FOUND" });
        } finally {
          await remove(client.in({ project: name }), name);
          await client.projects.delete(name);
        }
      },
    );
  },
  { members: 1 },
);
