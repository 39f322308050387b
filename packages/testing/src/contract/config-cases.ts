import assert from "node:assert/strict";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import { assertAllRefused, assertDone, assertTells, type Fields, of, read, shortName } from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const server = "/1.0";

const cases: readonly ContractCase[] = [
  {
    name: "PATCH /1.0 sets single keys of the configuration, PUT all of them, an empty value unsets one",
    async run(target) {
      const key = `user.${shortName()}`;
      const change = { action: "config-updated", source: server };
      await assertTells(target, [change], async () =>
        assertDone(await send(target, "PATCH", server, { body: { config: { [key]: "1" } } })),
      );
      const first = await read(target, server);
      const config = first.object["config"] as Fields;
      assert.equal(config[key], "1");
      const body = { config: { ...config, [key]: "2" } };
      assertRefused(await send(target, "PUT", server, { body, headers: { "If-Match": '"stale"' } }), 412, / vs stale$/);
      assertDone(await send(target, "PUT", server, { body, headers: { "If-Match": first.etag } }));
      assert.deepEqual((await read(target, server)).object["config"], body.config);
      assertDone(await send(target, "PATCH", server, { body: { config: { [key]: "" } } }));
      const { [key]: _, ...others } = config;
      assert.deepEqual((await read(target, server)).object["config"], others);
    },
  },
  {
    name: "keys and values of the server's configuration are checked",
    async run(target) {
      const before = ((await read(target, server)).object["config"] as Fields)["core.https_address"] ?? "";
      const bad = [
        ["bad.key", "1", "unknown key"],
        ["core.https_address", "nope:xx:yy", `Couldn't resolve "nope:xx:yy"`],
        ["images.auto_update_interval", "x", "invalid integer"],
        ["images.auto_update_cached", "x", "invalid boolean"],
        ["core.shutdown_timeout", "x", "invalid integer"],
        ["core.remote_token_expiry", "x", "Invalid expiry expression"],
        ["cluster.offline_threshold", "3", "Value must be greater than '10'"],
      ] as const;
      await assertAllRefused(
        target,
        bad.map(([key, value, reason]) => [
          ...(["PATCH", server, { config: { [key]: value } }, 400] as const),
          `cannot set '${key}' to '${value}': ${reason}`,
        ]),
      );
      await assertAllRefused(target, [
        ["PATCH", `${server}?target=no-such`, { config: {} }, 404, "Cluster member not found"],
        [
          ...(["PATCH", server, { config: { "user.a": true } }, 400] as const),
          {
            lxd: "cannot set 'user.a': invalid type bool",
            incus: "json: cannot unmarshal bool into Go struct field ServerPut.config of type string",
          },
        ],
      ]);
      // A refused PATCH takes the keys of the member away on Incus.
      assertDone(await send(target, "PATCH", server, { body: { config: { "core.https_address": before } } }));
      const { object } = await read(target, server);
      assert.equal((object["config"] as Fields)["core.https_address"] ?? "", before);
    },
  },
  {
    name: "of a change whose address cannot be listened on the rest is kept, by LXD the address too",
    async run(target) {
      const [key, address] = ["core.https_address", "203.0.113.1:9443"];
      const own = `user.${shortName()}`;
      const config = async (): Promise<Fields> => (await read(target, server)).object["config"] as Fields;
      const before = (await config())[key];
      const about = `Cannot listen on network HTTPS socket "${address}"`;
      const reason = `listen tcp ${address}: bind: cannot assign requested address`;
      const body = { config: { [key]: address, [own]: "1" } };
      assertRefused(await send(target, "PATCH", server, { body }), 500, `${about}: ${reason}`);
      const after = await config();
      assert.equal(after[own], "1");
      assert.equal(after[key], of(target, { lxd: address, incus: before }));
      const back = { config: { [key]: before ?? "", [own]: "" } };
      assertDone(await send(target, "PATCH", server, { body: back }));
      assert.equal((await config())[key], before);
    },
  },
  {
    name: "LXD has a trust password, which nobody reads again; Incus has none",
    async run(target) {
      const change = (value: string) =>
        send(target, "PATCH", server, { body: { config: { "core.trust_password": value } } });
      const answer = await change("secret");
      if (target.flavour === "incus") {
        assertRefused(answer, 400, "cannot set 'core.trust_password' to 'secret': unknown key");
        return;
      }
      assertDone(answer);
      const { object } = await read(target, server);
      assert.equal((object["config"] as Fields)["core.trust_password"], true);
      assertDone(await change(""));
    },
  },
  {
    name: "the machine's resources have a part for each kind of hardware; Incus tells its load",
    async run(target) {
      const { object } = await read(target, "/1.0/resources");
      const kinds = ["cpu", "gpu", "memory", "network", "pci", "storage", "system", "usb"];
      const wanted = of(target, { lxd: kinds, incus: [...kinds, "load"] });
      assert.deepEqual(Object.keys(object).sort(), [...wanted].sort());
    },
  },
  {
    name: "a server that is alone says so, and has neither members nor groups",
    async run(target) {
      const { object, etag } = await read(target, "/1.0/cluster");
      assert.deepEqual([object["server_name"], object["enabled"]], ["", false]);
      assert.equal(etag, `"${etagOf(object)}"`);
      const lonely = "This server is not clustered";
      await assertAllRefused(target, [
        ["GET", "/1.0/cluster/members", undefined, 500, "Server is not clustered"],
        ["GET", "/1.0/cluster/members/no-such", undefined, 500, "Server is not clustered"],
        ["GET", "/1.0/cluster/groups", undefined, 400, lonely],
        ["GET", "/1.0/cluster/groups/default", undefined, 400, lonely],
      ]);
    },
  },
  {
    name: "metrics are plain text that ends with a mark",
    async run(target) {
      const answer = await get(target, "/1.0/metrics");
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "text/plain");
      assert.match(answer.text, /# EOF\n$/);
    },
  },
];

/** The server's own configuration, and what it says of its machine. */
export const configCases: readonly ContractCase[] = cases.map((one) => ({ ...one, isAlone: true }));
