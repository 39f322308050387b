import { text } from "node:stream/consumers";
import { expect, vi } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("network ACLs", ({ covers }) => {
  covers(
    [
      "GET /1.0/network-acls",
      "POST /1.0/network-acls",
      "GET /1.0/network-acls/{name}",
      "PUT /1.0/network-acls/{name}",
      "PATCH /1.0/network-acls/{name}",
      "POST /1.0/network-acls/{name}",
      "DELETE /1.0/network-acls/{name}",
    ],
    "rules are made, replaced, renamed and removed",
    async ({ client: { networkAcls }, raw, name }) => {
      const renamed = `${name}-b`;
      const ingress = [{ action: "drop", state: "enabled", protocol: "tcp", destination_port: "22" }];
      const egress = [{ action: "allow", state: "logged", destination: "192.0.2.0/24" }];
      try {
        await networkAcls.create({ name, description: "made", ingress, config: { "user.a": "1" } });
        expect(await raw(`/1.0/network-acls/${name}`)).toMatchObject({ description: "made", ingress, egress: [] });
        await expect(networkAcls.create({ name })).rejects.toMatchObject({ code: "BAD_REQUEST" });
        expect(await networkAcls.listUrls()).toContain(`/1.0/network-acls/${name}`);
        const { value, etag } = await networkAcls.get(name);
        expect(value.ingress).toMatchObject([{ ...ingress[0], source: "", icmp_type: "" }]);
        expect(await networkAcls.list()).toContainEqual(value);

        // Without `config`, which the servers cannot bear where there is some.
        await networkAcls.patch(name, { egress }, { ifMatch: etag });
        const patched = { egress, ingress: [], description: "", config: { "user.a": "1" } };
        expect(await raw(`/1.0/network-acls/${name}`)).toMatchObject(patched);
        await expect(networkAcls.update(name, {}, { ifMatch: etag })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await networkAcls.update(name, { description: "replaced", ingress });
        const replaced = { egress: [], ingress, description: "replaced", config: {} };
        expect(await raw(`/1.0/network-acls/${name}`)).toMatchObject(replaced);

        await networkAcls.rename(name, renamed);
        expect(await raw(`/1.0/network-acls/${name}`)).toBeNull();
        expect(await raw(`/1.0/network-acls/${renamed}`)).toMatchObject({ name: renamed, ingress });
      } finally {
        await Promise.allSettled([networkAcls.delete(name), networkAcls.delete(renamed)]);
      }
      expect(await raw(`/1.0/network-acls/${renamed}`)).toBeNull();
    },
  );

  covers(
    ["GET /1.0/network-acls"],
    "a list is filtered, and reaches over all projects",
    async ({ client: { networkAcls }, raw, name }) => {
      try {
        await networkAcls.create({ name });
        const options = { filter: `name eq ${name}`, allProjects: true };
        // Incus looks through all projects, and fails while somebody else removes one.
        await vi.waitFor(
          async () => {
            expect(await networkAcls.list(options)).toEqual([await raw(`/1.0/network-acls/${name}`)]);
          },
          { timeout: 30_000, interval: 250 },
        );
      } finally {
        await vi.waitFor(() => networkAcls.delete(name), { timeout: 30_000, interval: 250 });
      }
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0/network-acls/{name}/log"],
    "the log has what OVN has logged for the ACL",
    async ({ client: { networkAcls }, real, name }) => {
      // Older and newer releases of OVN write different lines; each family reads those of its time.
      const { prefix, direction, sql } =
        real.flavour === "lxd"
          ? { prefix: "lxd_acl", direction: "", sql: ["lxd", "sql"] }
          : { prefix: "incus_acl", direction: ", direction=to-lport", sql: ["incus", "admin", "sql"] };
      const ingress = [{ action: "drop", state: "logged", protocol: "tcp", destination_port: "22" }];
      try {
        await networkAcls.create({ name, ingress });
        const query = `SELECT id FROM networks_acls WHERE name = '${name}'`;
        const { stdout } = await real.run([...sql, "global", query]);
        const rule = `${prefix}${/\d+/.exec(stdout)?.[0] ?? ""}-ingress-0`;
        const packet = `tcp,vlan_tci=0x0000,nw_src=192.0.2.1,nw_dst=192.0.2.2,tp_src=40000,tp_dst=22,tcp_flags=syn`;
        const lines = [
          `2026-01-02T03:04:05.678Z|00001|acl_log(ovn_pinctrl0)|INFO|name="${rule}", verdict=drop, severity=info${direction}: ${packet}`,
          `2026-01-02T03:04:06.678Z|00002|binding|INFO|Claiming lport for this chassis.`,
        ];
        // What ovn-controller would have written, seen by this server alone: its mounts are its own.
        const script = "mount -t tmpfs none /var/log && mkdir /var/log/ovn && cat >/var/log/ovn/ovn-controller.log";
        await real.run(["sh", "-c", script], { input: `${lines.join("\n")}\n` });
        try {
          const { body } = await networkAcls.log(name);
          expect(JSON.parse(await text(body))).toEqual({
            time: "2026-01-02T03:04:05Z",
            proto: "tcp",
            src: "192.0.2.1",
            dst: "192.0.2.2",
            src_port: "40000",
            dst_port: "22",
            action: "drop",
          });
        } finally {
          await real.run(["umount", "/var/log"]);
        }
        await expect(networkAcls.log(name)).rejects.toMatchObject({ code: "SERVER_ERROR" });
      } finally {
        await vi.waitFor(() => networkAcls.delete(name), { timeout: 30_000, interval: 250 });
      }
    },
  );
});
