import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import type { Operation } from "@lxdkit/protocol";
import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { etagOf } from "../core/etag.ts";
import {
  assertAllRefused,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
} from "./own-object.ts";
import { listOf, membersOf, onMembers } from "./on-members.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";

const membersPath = "/1.0/cluster/members";

/** What a member is to begin with. */
const plainMember = { failure_domain: "default", description: "", config: {}, groups: ["default"] };

/** The cluster itself and its members. */
export const clusterCases: readonly ContractCase[] = onMembers([
  {
    name: "a cluster says who answers, and what a member has to say when it joins",
    async run(target) {
      const [first] = membersOf(target);
      const { object, etag } = await read(target, "/1.0/cluster");
      assert.equal(object["enabled"], true);
      assert.equal(object["server_name"], first);
      const keys = object["member_config"] as readonly Fields[];
      assert.ok(keys.some(({ entity, key }) => entity === "storage-pool" && key === "source"));
      assert.equal(etag, `"${etagOf(object)}"`);
      const { object: server } = await read(target, "/1.0");
      const { server_clustered: isClustered, server_name: name } = server["environment"] as Fields;
      assert.equal(isClustered, true);
      assert.equal(name, first);
    },
  },
  {
    name: "a server that is clustered cannot be bootstrapped again, nor join another cluster",
    async run(target) {
      const body = { enabled: true, server_name: "other" };
      await assertAllRefused(target, [
        ["PUT", "/1.0/cluster", { enabled: true }, 400, "ServerName is required when enabling clustering"],
        [
          ...(["PUT", "/1.0/cluster", { ...body, cluster_address: "127.0.0.9:1" }, 400] as const),
          "No target cluster member certificate provided",
        ],
        [
          ...([
            "PUT",
            "/1.0/cluster",
            { ...body, cluster_address: "127.0.0.9:1", cluster_certificate: "x" },
            400,
          ] as const),
          /^(?:This server is already clustered|No server address provided for this member)$/,
        ],
        ["PUT", "/1.0/cluster/certificate", {}, 400, "Certificate must be base64 encoded PEM certificate: %!w(<nil>)"],
      ]);
    },
  },
  {
    name: "members are listed by age, as URLs and as objects; a filter is ignored",
    async run(target) {
      const { members = [] } = target;
      const urls = members.map((name) => `${membersPath}/${name}`);
      for (const query of ["", "?filter=server_name%20eq%20nope"]) {
        assert.deepEqual((await get(target, `${membersPath}${query}`)).metadata, urls);
      }
      const objects = await listOf(target, `${membersPath}?recursion=1`);
      assert.deepEqual(
        objects.map(({ server_name: name }) => name),
        members,
      );
      for (const [at, object] of objects.entries()) {
        const { url, ...rest } = object;
        assert.match(String(url), /^https:\/\/127\.0\.0\.\d+:\d+$/);
        const isFirst = at === 0;
        assert.deepEqual(rest, {
          ...plainMember,
          roles: isFirst ? ["database-leader", "database"] : ["database"],
          server_name: members[at],
          database: true,
          status: "Online",
          message: "Fully operational",
          architecture: "x86_64",
        });
      }
    },
  },
  {
    name: "a member's ETag is made of what a client may change",
    async run(target) {
      const [, second] = membersOf(target);
      const { object, etag } = await read(target, `${membersPath}/${second}`);
      const { roles, failure_domain, description, config, groups } = object;
      assert.equal(etag, `"${etagOf({ roles, failure_domain, description, config, groups })}"`);
    },
  },
  {
    name: "a member that is not there is 404 for all that concerns it",
    async run(target) {
      const missing = "Cluster member not found";
      const body = { ...plainMember, roles: ["database"] };
      await assertAllRefused(target, [
        ["GET", `${membersPath}/nope`, undefined, 404, missing],
        ["PUT", `${membersPath}/nope`, body, 404, missing],
        ["PATCH", `${membersPath}/nope`, body, 404, missing],
        ["DELETE", `${membersPath}/nope`, undefined, 404, missing],
        ["POST", `${membersPath}/nope/state`, { action: "evacuate" }, 404, missing],
        [
          ...(["POST", `${membersPath}/nope`, { server_name: "other" }, { lxd: 500, incus: 404 }] as const),
          { lxd: "expected to update one row, not 0", incus: missing },
        ],
      ]);
    },
  },
  {
    name: "the members know each other by certificates in the trust store",
    async run(target) {
      const { members = [] } = target;
      const found = await listOf(target, "/1.0/certificates?recursion=1");
      const ofServers = found.filter(({ type }) => type === "server");
      assert.deepEqual(ofServers.map(({ name }) => String(name)).sort(), [...members].sort());
      assert.equal(new Set(ofServers.map(({ fingerprint }) => fingerprint)).size, members.length);
      const { environment } = (await read(target, "/1.0")).object;
      const { certificate_fingerprint: shown } = environment as Fields;
      // What they show to clients is the certificate of the cluster, which is none of these.
      assert.ok(ofServers.every(({ fingerprint }) => fingerprint !== shown));
    },
  },
  {
    name: "a member takes a description, a failure domain, configuration and roles",
    async run(target) {
      const [, second] = membersOf(target);
      const url = `${membersPath}/${second}`;
      const changed = {
        roles: ["event-hub", "database"],
        failure_domain: "rack-2",
        description: "two",
        config: { "scheduler.instance": "group", "user.a": "b" },
        groups: ["default"],
      };
      try {
        await assertTells(target, [{ action: "cluster-member-updated", source: url }], async () => {
          assertDone(await send(target, "PUT", url, { body: changed }));
        });
        const { object } = await read(target, url);
        for (const [key, value] of Object.entries(changed)) assert.deepEqual(object[key], value, key);
        // A patch merges the configuration; what else it leaves out becomes empty.
        const patch = { roles: ["database"], failure_domain: "x", groups: ["default"], config: { "user.c": "d" } };
        assertDone(await send(target, "PATCH", url, { body: patch }));
        const { object: patched } = await read(target, url);
        assert.deepEqual(patched["config"], { "scheduler.instance": "group", "user.a": "b", "user.c": "d" });
        assert.equal(patched["description"], "");
        await assertHeedsIfMatch(target, url, { ...plainMember, roles: ["database"] });
      } finally {
        await send(target, "PUT", url, { body: { ...plainMember, roles: ["database"] } });
      }
    },
  },
  {
    name: "a change of a member is checked",
    async run(target) {
      const [, second] = membersOf(target);
      const url = `${membersPath}/${second}`;
      const body = { ...plainMember, roles: ["database"] };
      const group = { lxd: "Cluster group", incus: "Cluster_group" };
      const noGroup = "Update cluster groups: Failed to add member to cluster group: Failed to get cluster group ID";
      const dropped = 'The "database" role cannot be dropped at this time';
      await assertAllRefused(target, [
        ["PUT", url, {}, 400, dropped],
        ["PATCH", url, { description: "x" }, 400, dropped],
        ["PUT", url, { ...body, roles: ["database", "wrong"] }, 500, 'Update roles: Invalid cluster role "wrong"'],
        ["PUT", url, { ...body, groups: [] }, 400, "Cluster members need to belong to at least one group"],
        ["PUT", url, { ...body, groups: ["nope"] }, 404, `${noGroup}: ${of(target, group)} not found`],
        ["PUT", url, { ...body, failure_domain: "" }, 500, "Update failure domain: Failure domain name can't be empty"],
        ["PUT", url, { ...body, config: { nope: "x" } }, 500, 'Invalid cluster configuration key "nope"'],
        [
          ...(["PUT", url, { ...body, config: { "scheduler.instance": "x" } }, 500] as const),
          'Invalid cluster configuration key "scheduler.instance" value',
        ],
        ["POST", `${url}/state`, { action: "nope" }, 400, 'Unknown action "nope"'],
        ["POST", `${url}/state`, {}, 400, 'Unknown action ""'],
      ]);
    },
  },
  {
    name: "a member is renamed at once, and not to a name that another one has",
    async run(target) {
      const [first, , third] = membersOf(target);
      const name = shortName();
      const [old, url] = [`${membersPath}/${third}`, `${membersPath}/${name}`];
      assertRefused(await send(target, "POST", old, { body: { server_name: first } }), 409, "Conflict");
      try {
        await assertTells(
          target,
          [{ action: "cluster-member-renamed", source: url, context: { old_name: third } }],
          async () => {
            assertDone(await send(target, "POST", old, { body: { server_name: name } }));
          },
        );
        assertRefused(await get(target, old), 404, "Cluster member not found");
        assert.equal((await read(target, url)).object["server_name"], name);
        const pool = await read(target, "/1.0/storage-pools/default");
        assert.ok((pool.object["locations"] as readonly string[]).includes(name));
      } finally {
        await send(target, "POST", url, { body: { server_name: third } });
      }
      assert.equal((await read(target, old)).object["server_name"], third);
    },
  },
  {
    name: "a join token is an operation with a secret, and a new one replaces that of the same name",
    async run(target) {
      const [first] = membersOf(target);
      const name = shortName();
      const make = async (): Promise<Operation> => {
        const answer = await send(target, "POST", membersPath, { body: { server_name: name } });
        assert.equal(answer.status, 202, answer.text);
        return answer.metadata as Operation;
      };
      const tokens: Operation[] = [];
      await assertTells(target, [{ action: "cluster-token-created", source: membersPath }], async () => {
        tokens.push(await make(), await make());
      });
      const [old, token] = tokens;
      assert.equal(token?.class, "token");
      assert.equal(token?.description, "Executing operation");
      assert.equal(token?.location, first);
      assert.deepEqual(token?.resources, { cluster: null });
      const { addresses, expiresAt, fingerprint, secret, serverName, ...more } = token?.metadata ?? {};
      assert.equal((addresses as readonly string[]).length, target.members?.length);
      assert.match(String(expiresAt), /^\d{4}-\d\d-\d\dT/);
      assert.match(String(fingerprint), /^[0-9a-f]{64}$/);
      assert.match(String(secret), /^[0-9a-f]{64}$/);
      assert.equal(serverName, name);
      assert.deepEqual(more, {});
      const before = await get(target, `/1.0/operations/${String(old?.id)}`);
      if (before.status !== 404) assert.equal((before.metadata as Operation).status, "Cancelled");
      assertDone(await send(target, "DELETE", `/1.0/operations/${token?.id ?? ""}`));
    },
  },
  {
    name: "Incus makes no token for a member that is there; LXD does",
    async run(target) {
      const [, second] = membersOf(target);
      const answer = await send(target, "POST", membersPath, { body: { server_name: second } });
      if (target.flavour === "incus") {
        return assertRefused(answer, 500, `The cluster already has a member with name: ${second}`);
      }
      assert.equal(answer.status, 202);
      assertDone(await send(target, "DELETE", answer.headers.location ?? ""));
    },
  },
  {
    name: "Incus tells the load and the pools of each member; LXD 5.0 does not",
    async run(target) {
      const [, second] = membersOf(target);
      const answer = await get(target, `${membersPath}/${second}/state`);
      if (target.flavour === "lxd") return assertRefused(answer, 501, "not implemented");
      assertSync(answer);
      const { sysinfo, storage_pools: pools } = answer.metadata as Record<string, Fields>;
      assert.deepEqual(
        Object.keys(sysinfo ?? {}).sort(),
        [
          ...["buffered_ram", "free_ram", "free_swap", "load_averages", "processes", "shared_ram"],
          ...["total_ram", "total_swap", "uptime"],
        ].sort(),
      );
      const { space, inodes } = (pools?.["default"] ?? {}) as Fields;
      assert.deepEqual(Object.keys(space as Fields).sort(), ["total", "used"]);
      assert.deepEqual(Object.keys(inodes as Fields).sort(), ["total", "used"]);
    },
  },
  {
    name: "the server of another member is read with target, and has that name and address",
    async run(target) {
      const [, second] = membersOf(target);
      const { object } = await read(target, `/1.0?target=${second}`);
      const { server_name: name, addresses } = object["environment"] as Fields;
      assert.equal(name, second);
      const { url } = (await read(target, `${membersPath}/${second}`)).object;
      assert.deepEqual(addresses, [String(url).replace("https://", "")]);
      const config = object["config"] as Fields;
      assert.equal(`https://${String(config["cluster.https_address"])}`, url);
      assertSync(await get(target, `/1.0/resources?target=${second}`));
      for (const path of ["/1.0", "/1.0/resources", "/1.0/storage-pools/default/resources"]) {
        assertRefused(await get(target, `${path}?target=nope`), 404, "Cluster member not found");
      }
    },
  },
  {
    name: "the configuration of the server holds on all members, but for addresses",
    async run(target) {
      const [, second] = membersOf(target);
      const key = `user.${shortName()}`;
      try {
        assertDone(await send(target, "PATCH", "/1.0", { body: { config: { [key]: "x" } } }));
        const { object } = await read(target, `/1.0?target=${second}`);
        assert.equal((object["config"] as Fields)[key], "x");
        const refused = "Changing cluster.https_address is currently not supported";
        const body = { config: { "cluster.https_address": "127.0.0.1:1" } };
        assertRefused(await send(target, "PATCH", "/1.0", { body }), 500, refused);
      } finally {
        await send(target, "PATCH", "/1.0", { body: { config: { [key]: "" } } });
      }
    },
  },
  {
    name: "all members show another certificate when they get one with its key",
    async run(target) {
      const [first, second] = membersOf(target);
      const path = "/1.0/cluster/certificate";
      // Members check it when they talk to each other.
      const urls = (await listOf(target, `${membersPath}?recursion=1`)).map(({ url }) => String(url));
      const ipAddresses = urls.map((url) => new URL(url).hostname);
      const make = (): ReturnType<typeof createSelfSignedCertificate> =>
        createSelfSignedCertificate({ usage: "server", commonName: "root@cluster", ipAddresses });
      const [pair, other] = [await make(), await make()];
      const mismatch = "tls: private key does not match public key";
      const body = { cluster_certificate: pair.certificate };
      await assertAllRefused(target, [
        ["PUT", path, body, 400, "Private key must be base64 encoded PEM key: %!w(<nil>)"],
        [
          ...(["PUT", path, { ...body, cluster_certificate_key: other.key }, 500] as const),
          { lxd: `failed to load cluster TLS certificate: ${mismatch}`, incus: mismatch },
        ],
      ]);
      await assertTells(target, [{ action: "cluster-certificate-updated", source: path }], async () => {
        assertDone(await send(target, "PUT", path, { body: { ...body, cluster_certificate_key: pair.key } }));
      });
      for (const member of [first, second]) {
        const { environment } = (await read(target, `/1.0?target=${member}`)).object;
        assert.equal((environment as Fields)["certificate_fingerprint"], certificateFingerprint(pair.certificate));
      }
    },
  },
  {
    name: "a member is emptied and put to use again by operations that run there",
    async run(target) {
      const [, , third] = membersOf(target);
      const url = `${membersPath}/${third}`;
      const change = async (action: string, status: string, err = ""): Promise<void> => {
        const answer = await send(target, "POST", `${url}/state`, { body: { action } });
        assert.equal(answer.status, 202, answer.text);
        const { description, location, resources } = answer.metadata as Operation;
        assert.equal(description, `${action === "evacuate" ? "Evacuating" : "Restoring"} cluster member`);
        assert.equal(location, third);
        assert.deepEqual(resources, of(target, { lxd: null, incus: {} }));
        await get(target, `${String(answer.headers.location)}/wait?timeout=30`);
        const end = (await get(target, answer.headers.location ?? "")).metadata as Operation;
        assert.equal(end.err, err);
        assert.equal((await read(target, url)).object["status"], status);
      };
      await change("restore", "Online", "Cluster member is already restored");
      try {
        await change("evacuate", "Evacuated");
        assert.equal((await read(target, url)).object["message"], "Unavailable due to maintenance");
        await change("evacuate", "Evacuated", "Cluster member is already evacuated");
        const body = { name: shortName(), source: { type: "none" } };
        const refused = await send(target, "POST", `/1.0/instances?target=${third}`, { body });
        assertRefused(refused, 403, "Cluster member is evacuated");
      } finally {
        await change("restore", "Online");
      }
    },
  },
]);
