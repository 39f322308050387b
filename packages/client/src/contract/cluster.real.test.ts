import { createSelfSignedCertificate, parseJoinToken } from "@lxdkit/certificates";
import type { Cluster, ClusterGroup, ClusterMember, Instance } from "@lxdkit/protocol";
import { connectUnix } from "@lxdkit/transport";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { looksAtOperations, withoutEvents } from "./without-events.ts";

// One cluster of three for all cases, which run in this order: the later ones take it apart.
describeRoutes(
  "a cluster",
  ({ covers }) => {
    covers(
      [
        "GET /1.0/cluster",
        "GET /1.0/cluster/members",
        "GET /1.0/cluster/members/{name}",
        "PUT /1.0/cluster/members/{name}",
        "PATCH /1.0/cluster/members/{name}",
        "POST /1.0/cluster/members/{name}",
      ],
      "members are listed, changed and renamed",
      async ({ client, raw }) => {
        const { members } = client.cluster;
        const seen = async (name: string) => (await raw(`/1.0/cluster/members/${name}`)) as ClusterMember;
        expect((await client.cluster.get()).value).toMatchObject({ server_name: "m1", enabled: true });
        expect((await client.cluster.get()).value).toEqual((await raw("/1.0/cluster")) as Cluster);

        expect(await members.listUrls()).toEqual(await raw("/1.0/cluster/members"));
        const listed = await members.list();
        expect(listed.map((member) => [member.server_name, member.status])).toEqual([
          ["m1", "Online"],
          ["m2", "Online"],
          ["m3", "Online"],
        ]);

        const { value, etag } = await members.get("m2");
        expect(value).toEqual(await seen("m2"));
        await members.patch("m2", { ...value, config: { "user.a": "1" } }, { ifMatch: etag });
        await members.patch("m2", { ...value, config: { "user.c": "3" } });
        expect((await seen("m2")).config).toEqual({ "user.a": "1", "user.c": "3" });
        const stale = members.update("m2", value, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await members.update("m2", { ...value, description: "the second", config: { "user.b": "2" } });
        expect(await seen("m2")).toMatchObject({ description: "the second" });
        expect((await seen("m2")).config).toEqual({ "user.b": "2" });

        await members.rename("m3", "third");
        expect(await seen("third")).toMatchObject({ status: "Online" });
        await members.rename("third", "m3");
        expect(await raw("/1.0/cluster/members")).toContain("/1.0/cluster/members/m3");
      },
    );

    covers(
      ["GET /1.0/cluster/members/{name}/state"],
      "the load of a member",
      async ({ client, raw }) => {
        const { members } = client.cluster;
        const { sysinfo, storage_pools } = await members.state("m2");
        const again = (await raw("/1.0/cluster/members/m2/state")) as Awaited<ReturnType<typeof members.state>>;
        expect(sysinfo.total_ram).toBe(again.sysinfo.total_ram);
        expect(storage_pools["default"]?.space.total).toBe(again.storage_pools["default"]?.space.total);
      },
      { on: "incus" },
    );

    covers(
      [
        "POST /1.0/cluster/groups",
        "GET /1.0/cluster/groups",
        "GET /1.0/cluster/groups/{name}",
        "PUT /1.0/cluster/groups/{name}",
        "PATCH /1.0/cluster/groups/{name}",
        "POST /1.0/cluster/groups/{name}",
        "DELETE /1.0/cluster/groups/{name}",
      ],
      "a group is made, listed, changed, renamed and deleted",
      async ({ client, raw, name }) => {
        const { groups } = client.cluster;
        const seen = async (group: string) => (await raw(`/1.0/cluster/groups/${group}`)) as ClusterGroup;
        await groups.create({ name: "fast", description: "one", members: ["m1"] });
        expect(await seen("fast")).toEqual({ name: "fast", description: "one", members: ["m1"] });
        expect(await groups.listUrls()).toEqual(["/1.0/cluster/groups/default", "/1.0/cluster/groups/fast"]);
        expect(await groups.list()).toContainEqual(await seen("fast"));

        expect((await groups.get("fast")).value).toEqual(await seen("fast"));
        await groups.patch("fast", { description: "two" });
        expect(await seen("fast")).toEqual({ name: "fast", description: "two", members: ["m1"] });
        await groups.patch("fast", { members: ["m2"] });
        expect(await seen("fast")).toEqual({ name: "fast", description: "two", members: ["m2"] });
        await groups.update("fast", { description: "three", members: ["m2", "m3"] });
        expect(await seen("fast")).toEqual({ name: "fast", description: "three", members: ["m2", "m3"] });

        const creation = await client.instances.create({ name, source: { type: "none" } }, { target: "@fast" });
        await creation.wait();
        expect(["m2", "m3"]).toContain(((await raw(`/1.0/instances/${name}`)) as Instance).location);
        await (await client.instances.delete(name)).wait();

        await groups.rename("fast", "faster");
        expect(await seen("faster")).toMatchObject({ members: ["m2", "m3"] });
        await groups.update("faster", { members: [] });
        await groups.delete("faster");
        expect(await raw("/1.0/cluster/groups")).toEqual(["/1.0/cluster/groups/default"]);
      },
    );

    covers(
      ["POST /1.0/instances", "GET /1.0/resources", "GET /1.0"],
      "what has a target is done on that member, and waited for by events",
      async ({ client, raw, answers, name }) => {
        const second = client.in({ target: "m2" });
        const creation = await second.instances.create({ name, source: { type: "image", alias: "tiny" } });
        expect(await creation.wait()).toMatchObject({ status: "Success", location: "m2" });
        expect(await raw(`/1.0/instances/${name}`)).toMatchObject({ location: "m2" });
        await (await client.instances.delete(name)).wait();
        expect(looksAtOperations(answers)).toEqual([]);

        await client.instances
          .create({ name, source: { type: "none" } }, { target: "m3" })
          .then((handle) => handle.wait());
        expect(await raw(`/1.0/instances/${name}`)).toMatchObject({ location: "m3" });
        await (await client.instances.delete(name)).wait();

        expect((await second.getServer()).value.environment?.server_name).toBe("m2");
        expect(await raw("/1.0?target=m2")).toMatchObject({ environment: { server_name: "m2" } });
        expect((await client.getResources({ target: "m2" })).cpu.total).toBeGreaterThan(0);
      },
    );

    covers(
      ["POST /1.0/instances", "GET /1.0/operations/{id}/wait"],
      "without events, the operation of another member is asked for now and then",
      async ({ raw, real, clientOn, answers, name }) => {
        // Asked for it, a member answers at once with how far the other one is.
        const deaf = clientOn(withoutEvents(connectUnix({ socketPath: real.socketPath }), "at all"));
        const second = deaf.in({ target: "m2" });
        const creation = await second.instances.create({ name, source: { type: "image", alias: "tiny" } });
        expect(await creation.wait()).toMatchObject({ status: "Success" });
        expect(await raw(`/1.0/instances/${name}`)).toMatchObject({ location: "m2", status: "Stopped" });
        expect(looksAtOperations(answers).length).toBeLessThan(12);
        await (await deaf.instances.delete(name)).wait();
      },
    );

    covers(
      ["POST /1.0/cluster/members/{name}/state"],
      "a member is evacuated and restored",
      async ({ client, raw, name }) => {
        const { members } = client.cluster;
        const creation = await client.instances.create({ name, source: { type: "none" } }, { target: "m2" });
        await creation.wait();
        const where = async () => ((await raw(`/1.0/instances/${name}`)) as Instance).location;
        try {
          const evacuation = await members.setState("m2", { action: "evacuate", mode: "migrate" });
          expect(await evacuation.wait()).toMatchObject({ status: "Success" });
          expect(await raw("/1.0/cluster/members/m2")).toMatchObject({ status: "Evacuated" });
          expect(await where()).not.toBe("m2");
          const refused = client.instances.create({ name: `${name}-b`, source: { type: "none" } }, { target: "m2" });
          await expect(refused).rejects.toMatchObject({ name: "ApiError" });

          const restoration = await members.setState("m2", { action: "restore" });
          expect(await restoration.wait()).toMatchObject({ status: "Success" });
          expect(await raw("/1.0/cluster/members/m2")).toMatchObject({ status: "Online" });
          expect(await where()).toBe("m2");
        } finally {
          await (await client.instances.delete(name)).wait();
        }
      },
    );

    covers(
      ["DELETE /1.0/cluster/members/{name}", "POST /1.0/cluster/members", "PUT /1.0/cluster"],
      "a member leaves, starts anew, and joins again with a token",
      async ({ client, raw, real, members: [first, , third], clientOn }) => {
        const { members } = client.cluster;
        const socketPath = third?.socketPath ?? "";
        await members.delete("m3");
        expect(await raw("/1.0/cluster/members")).toEqual(["/1.0/cluster/members/m1", "/1.0/cluster/members/m2"]);
        const itself = () => raw("/1.0/cluster", socketPath).catch(() => undefined);
        await expect.poll(itself, { timeout: 20_000 }).toMatchObject({ enabled: false });

        const { token, serverName, expiresAt, operation } = await members.createToken({ server_name: "m3" });
        expect(serverName).toBe("m3");
        const { addresses, fingerprint, ...parsed } = parseJoinToken(token);
        expect(parsed).toMatchObject({ serverName: "m3", expiresAt });
        expect(addresses).toContain(new URL(first?.httpsUrl ?? "").host);
        expect((await raw("/1.0")) as object).toMatchObject({
          environment: { certificate_fingerprint: fingerprint },
        });

        const joining = clientOn(connectUnix({ socketPath }));
        const join = await joining.cluster.update({
          enabled: true,
          server_name: "m3",
          server_address: new URL(third?.httpsUrl ?? "").host,
          cluster_address: addresses[0] ?? "",
          cluster_certificate: first?.serverCertificate ?? "",
          ...(real.flavour === "lxd" ? { cluster_password: token } : { cluster_token: token }),
          member_config: [{ entity: "storage-pool", name: "default", key: "source", value: "" }],
        });
        expect(await join.wait()).toMatchObject({ status: "Success" });
        expect(await raw("/1.0/cluster", socketPath)).toMatchObject({ enabled: true, server_name: "m3" });
        await expect(operation.wait()).rejects.toMatchObject({ code: "OPERATION_CANCELLED" });
        await expect
          .poll(() => raw("/1.0/cluster/members/m3"), { timeout: 30_000 })
          .toMatchObject({
            status: "Online",
          });
      },
      { timeoutMs: 120_000 },
    );

    covers(
      ["POST /1.0/cluster/members", "DELETE /1.0/operations/{id}"],
      "a join token is revoked",
      async ({ client, raw }) => {
        const { operation } = await client.cluster.members.createToken({ server_name: "m4" });
        await operation.cancel();
        const id = operation.operation?.id ?? "";
        expect(await raw(`/1.0/operations/${id}`)).toMatchObject({ class: "token", status: "Cancelled" });
      },
    );

    covers(["PUT /1.0/cluster/certificate"], "all members show a new certificate", async ({ client, raw, members }) => {
      const pair = await createSelfSignedCertificate({ usage: "server", commonName: "cluster" });
      await client.cluster.updateCertificate({
        cluster_certificate: pair.certificate,
        cluster_certificate_key: pair.key,
      });
      for (const { socketPath } of members) {
        const environment = { certificate: pair.certificate };
        // The others are told after the answer.
        await expect.poll(() => raw("/1.0", socketPath)).toMatchObject({ environment });
      }
    });

    covers(
      ["DELETE /1.0/cluster/members/{name}"],
      "a member is removed by force, without being asked",
      async ({ client, raw, members: [, , third] }) => {
        await client.cluster.members.delete("m3", { force: true });
        expect(await raw("/1.0/cluster/members")).toEqual(["/1.0/cluster/members/m1", "/1.0/cluster/members/m2"]);
        expect(await raw("/1.0/cluster", third?.socketPath)).toMatchObject({ enabled: true });
      },
    );
  },
  { members: 3 },
);
