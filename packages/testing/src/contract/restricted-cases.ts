import assert from "node:assert/strict";
import { certificateFingerprint } from "@lxdkit/certificates";
import type { ServerInfo } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertCreated, assertDone, type Fields, of, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, eventually, get, send } from "./raw-http.ts";
import { bareCertificate, newPair, sendTls } from "./raw-https.ts";

type Pair = Awaited<ReturnType<typeof newPair>>;

/** A client whose certificate is restricted to one project. */
interface RestrictedClient {
  readonly pair: Pair;
  readonly project: string;
  /** URL of its certificate. */
  readonly url: string;
  ask(method: string, path: string, body?: Fields): Promise<Answer>;
}

async function withRestricted(target: ContractTarget, use: (client: RestrictedClient) => Promise<void>): Promise<void> {
  const project = shortName();
  const config = { "features.images": "false", "features.networks": "false" };
  await withObject(target, "/1.0/projects", { name: project, config }, async () => {
    const pair = await newPair();
    const url = `/1.0/certificates/${certificateFingerprint(pair.certificate)}`;
    const body = {
      type: "client",
      name: "r",
      certificate: bareCertificate(pair),
      restricted: true,
      projects: [project],
    };
    assertCreated(await send(target, "POST", "/1.0/certificates", { body }), url);
    try {
      // Incus takes a moment to heed a new certificate.
      await eventually("the client is trusted", async () => {
        const { auth } = (await sendTls(target, "GET", "/1.0", { pair })).metadata as ServerInfo;
        return auth === "trusted" ? true : undefined;
      });
      await use({
        pair,
        project,
        url,
        ask: (method, path, sent) => sendTls(target, method, path, { pair, ...(sent ? { body: sent } : {}) }),
      });
    } finally {
      await send(target, "DELETE", url);
    }
  });
}

/** What a server says to a restricted client: LXD always the same. */
function denied(target: ContractTarget, incus: string): string {
  return of(target, { lxd: "not authorized", incus });
}

/** Clients whose certificates are restricted, and certificates of other types. */
export const restrictedCases: readonly ContractCase[] = [
  {
    name: "a restricted client sees its own project alone",
    needs: "httpsUrl",
    // It would also see the public images of others.
    isAlone: true,
    async run(target) {
      await withRestricted(target, async ({ ask, project }) => {
        assert.deepEqual((await ask("GET", "/1.0/projects")).metadata, [`/1.0/projects/${project}`]);
        assertSync(await ask("GET", `/1.0/projects/${project}`));
        const text = denied(target, 'User does not have permission for project "default"');
        assertRefused(await ask("GET", "/1.0/projects/default"), 403, text);
        assert.deepEqual((await ask("GET", `/1.0/instances?project=${project}`)).metadata, []);
        assert.deepEqual((await ask("GET", `/1.0/profiles?project=${project}`)).metadata, [
          `/1.0/profiles/default?project=${project}`,
        ]);
        const status = of(target, { lxd: 403, incus: 500 });
        const list = denied(target, 'User does not have permissions for project "default"');
        for (const path of ["/1.0/instances", "/1.0/profiles", "/1.0/networks"]) {
          assertRefused(await ask("GET", path), status, list);
        }
        assertRefused(await ask("GET", "/1.0/network-acls"), 403, list);
        assertRefused(await ask("GET", "/1.0/metrics"), 403, list);
        assertRefused(await ask("GET", "/1.0/instances/no-such"), 403, text);
        assertRefused(await ask("POST", "/1.0/instances", { name: "a", source: { type: "none" } }), 403, text);
        assertRefused(await ask("POST", "/1.0/profiles", { name: "a" }), 403, text);
        assert.deepEqual((await ask("GET", "/1.0/images")).metadata, []);
      });
    },
  },
  {
    name: "a restricted client is trusted, but sees no configuration of the server, its pools and networks",
    needs: "httpsUrl",
    async run(target) {
      await withRestricted(target, async ({ ask, project }) => {
        const info = (await ask("GET", "/1.0")).metadata as ServerInfo & { readonly config: unknown };
        assert.equal(info.auth, "trusted");
        assert.deepEqual(info.config, of(target, { lxd: null, incus: {} }));
        assert.ok(info.environment);
        const pool = (await ask("GET", "/1.0/storage-pools/default")).metadata as Fields;
        assert.equal(pool["config"], null);
        const pools = await ask("GET", "/1.0/storage-pools");
        if (target.flavour === "lxd") assertSync(pools);
        else assertRefused(pools, 500, "Certificate is restricted");
        const networks = (await ask("GET", `/1.0/networks?project=${project}&recursion=1`))
          .metadata as readonly Fields[];
        assert.ok(networks.length > 0);
        for (const { config } of networks) assert.deepEqual(config, {});
      });
    },
  },
  {
    name: "a restricted client does what it likes in its project, and nothing to the server",
    needs: "httpsUrl",
    async run(target) {
      await withRestricted(target, async ({ ask, project }) => {
        const profile = `/1.0/profiles/p?project=${project}`;
        assertCreated(await ask("POST", `/1.0/profiles?project=${project}`, { name: "p" }), profile);
        assertDone(await ask("PATCH", profile, { description: "x" }));
        assertDone(await ask("DELETE", profile));
        const volume = `/1.0/storage-pools/default/volumes/custom/v?project=${project}`;
        assertSync(await ask("POST", `/1.0/storage-pools/default/volumes/custom?project=${project}`, { name: "v" }));
        assertDone(await ask("DELETE", volume));
        const text = denied(target, "Certificate is restricted");
        const refused: readonly (readonly [string, string, Fields?])[] = [
          ["PATCH", "/1.0", { config: { "user.a": "b" } }],
          ["POST", "/1.0/projects", { name: shortName() }],
          ["PATCH", `/1.0/projects/${project}`, { description: "x" }],
          ["DELETE", `/1.0/projects/${project}`],
          ["POST", "/1.0/storage-pools", { name: shortName(), driver: "dir" }],
          ["PATCH", "/1.0/storage-pools/default", { description: "" }],
          ["GET", "/1.0/warnings"],
        ];
        for (const [method, path, body] of refused) assertRefused(await ask(method, path, body), 403, text);
      });
    },
  },
  {
    name: "a restricted client may change its own certificate, and nothing else about it",
    needs: "httpsUrl",
    async run(target) {
      await withRestricted(target, async ({ ask, url, project, pair }) => {
        const listed = (await ask("GET", "/1.0/certificates")).metadata as readonly string[];
        assert.ok(listed.includes(url));
        assertRefused(await ask("PATCH", url, { name: "other" }), 403, "Only the certificate can be changed");
        const whole = { name: "other", type: "client", restricted: true, projects: [project] };
        assertRefused(await ask("PUT", url, whole), 403, "Only the certificate can be changed");
        assertRefused(await ask("DELETE", url), 403, denied(target, "Certificate is restricted"));
        const body = { type: "client", certificate: bareCertificate(await newPair()) };
        assertRefused(await ask("POST", "/1.0/certificates", body), 403, "not authorized");
        const next = await newPair();
        const renewed = `/1.0/certificates/${certificateFingerprint(next.certificate)}`;
        assertDone(await ask("PATCH", url, { certificate: next.certificate }));
        try {
          assertRefused(await get(target, url), 404, "Certificate not found");
          assertRefused(await sendTls(target, "GET", "/1.0/projects", { pair }), 403, "not authorized");
          assert.deepEqual((await sendTls(target, "GET", "/1.0/projects", { pair: next })).metadata, [
            `/1.0/projects/${project}`,
          ]);
        } finally {
          assertDone(await send(target, "DELETE", renewed));
        }
      });
    },
  },
  {
    name: "certificates follow their projects: their new name, and their end",
    needs: "httpsUrl",
    async run(target) {
      const [old, name] = [shortName(), shortName()];
      const pair = await newPair();
      const url = `/1.0/certificates/${certificateFingerprint(pair.certificate)}`;
      assertCreated(await send(target, "POST", "/1.0/projects", { body: { name: old } }), `/1.0/projects/${old}`);
      const body = { type: "client", name: "r", certificate: bareCertificate(pair), restricted: true, projects: [old] };
      assertCreated(await send(target, "POST", "/1.0/certificates", { body }), url);
      try {
        const projects = async (): Promise<unknown> => ((await get(target, url)).metadata as Fields)["projects"];
        const twice = { name: "r", type: "client", restricted: true, projects: [old, old] };
        assertRefused(await send(target, "PUT", url, { body: twice }), 500, /UNIQUE constraint failed/);
        const rename = await send(target, "POST", `/1.0/projects/${old}`, { body: { name } });
        const { id } = rename.metadata as { readonly id: string };
        await get(target, `/1.0/operations/${id}/wait?timeout=10`);
        assert.deepEqual(await projects(), [name]);
        assertDone(await send(target, "DELETE", `/1.0/projects/${name}`));
        assert.deepEqual(await projects(), []);
      } finally {
        await send(target, "DELETE", url);
        await send(target, "DELETE", `/1.0/projects/${old}`);
      }
    },
  },
  {
    name: "a certificate for metrics opens the metrics alone; one without a type is none, and only clients get tokens",
    needs: "httpsUrl",
    async run(target) {
      const pair = await newPair();
      const url = `/1.0/certificates/${certificateFingerprint(pair.certificate)}`;
      const add = (type: string) =>
        send(target, "POST", "/1.0/certificates", { body: { name: "m", certificate: bareCertificate(pair), type } });
      assertRefused(await add(""), 400, "Invalid certificate type");
      assertRefused(await add("x"), 400, "Invalid certificate type");
      const token = { type: "metrics", name: "m", token: true };
      const text = "Tokens can only be issued for client certificates";
      assertRefused(await send(target, "POST", "/1.0/certificates", { body: token }), 400, text);
      assertCreated(await add("metrics"), url);
      try {
        assert.equal((await sendTls(target, "GET", "/1.0/metrics", { pair })).status, 200);
        assert.equal(((await sendTls(target, "GET", "/1.0", { pair })).metadata as ServerInfo).auth, "untrusted");
        assertRefused(await sendTls(target, "GET", "/1.0/instances", { pair }), 403, "not authorized");
        assertRefused(await sendTls(target, "PATCH", url, { pair, body: { name: "x" } }), 403, "not authorized");
        const body = { certificate: "no PEM" };
        if (target.flavour === "lxd") await assert.rejects(send(target, "PATCH", url, { body }));
        else assertRefused(await send(target, "PATCH", url, { body }), 400, "Invalid PEM encoded certificate");
      } finally {
        assertDone(await send(target, "DELETE", url));
      }
    },
  },
];
