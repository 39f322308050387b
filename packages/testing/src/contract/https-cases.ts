import assert from "node:assert/strict";
import { certificateFingerprint } from "@lxdkit/certificates";
import { headerPrefix, type Operation, type ServerInfo } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertCreated, assertDone, type Fields, of } from "./own-object.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";
import { newPair, sendTls } from "./raw-https.ts";

const certificates = "/1.0/certificates";
const usedUp = "No matching certificate add operation found";

async function makeToken(
  target: ContractTarget,
  extra: Fields = {},
): Promise<{ readonly id: string; readonly text: string }> {
  const answer = await send(target, "POST", certificates, {
    body: { type: "client", name: "bearer", token: true, ...extra },
  });
  assert.equal(answer.status, 202, answer.text);
  const { id, metadata } = answer.metadata as Operation & { readonly metadata: Fields };
  const { fingerprint, addresses, secret } = metadata;
  const token = { client_name: "bearer", fingerprint, addresses, secret, expires_at: "0001-01-01T00:00:00Z" };
  return { id, text: Buffer.from(JSON.stringify(token)).toString("base64") };
}

function proofOf(target: ContractTarget, text: string): Fields {
  return of<Fields>(target, { lxd: { password: text }, incus: { trust_token: text } });
}

/** What HTTPS clients with and without trust may do. */
export const httpsCases: readonly ContractCase[] = [
  {
    name: "HTTPS wants TLS 1.3",
    needs: "httpsUrl",
    async run(target) {
      assert.deepEqual((await sendTls(target, "GET", "/")).metadata, ["/1.0"]);
      await assert.rejects(sendTls(target, "GET", "/", { maxVersion: "TLSv1.2" }));
    },
  },
  {
    name: "callers without trust see a part of /1.0, and with the header of their family nothing",
    needs: "httpsUrl",
    async run(target) {
      for (const options of [{}, { pair: await newPair() }]) {
        const answer = await sendTls(target, "GET", "/1.0", options);
        assertSync(answer);
        assert.equal(answer.headers.etag, undefined);
        const { api_extensions: extensions, ...info } = answer.metadata as ServerInfo;
        assert.ok(extensions.length > 300);
        assert.deepEqual(info, {
          ...of<object>(target, { lxd: {}, incus: { config: {} } }),
          api_status: "stable",
          api_version: "1.0",
          auth: "untrusted",
          public: false,
          auth_methods: ["tls"],
        });
      }
      const headers = { [`${headerPrefix(target.flavour)}authenticated`]: "true" };
      assertRefused(await sendTls(target, "GET", "/1.0", { headers }), 403, "not authorized");
    },
  },
  {
    name: "everything else is 403 for callers without trust; an unknown path is still 404",
    needs: "httpsUrl",
    async run(target) {
      const refused = [
        ["GET", "/1.0/instances"],
        ["GET", "/1.0/certificates"],
        ["GET", "/1.0/operations"],
        ["GET", "/1.0/images/aliases"],
        ["GET", "/1.0/resources"],
        ["GET", "/1.0/events"],
        ["PATCH", "/1.0"],
        ["POST", "/1.0/certificates"],
      ] as const;
      const pair = await newPair();
      for (const [method, path] of refused) {
        const options = { pair, ...(method === "GET" ? {} : { body: { type: "client" } }) };
        assertRefused(await sendTls(target, method, path, options), 403, "not authorized");
      }
      assertRefused(await sendTls(target, "GET", "/1.0/nope"), 404, "not found");
    },
  },
  {
    name: "a token lets its bearer in once, under the name and restrictions of its maker",
    needs: "httpsUrl",
    async run(target) {
      const pair = await newPair();
      const url = `${certificates}/${certificateFingerprint(pair.certificate)}`;
      const { id, text } = await makeToken(target);
      const body = { type: "client", name: "own", ...proofOf(target, text) };
      assertCreated(await sendTls(target, "POST", certificates, { pair, body }), url);
      try {
        const info = (await sendTls(target, "GET", "/1.0", { pair })).metadata as ServerInfo;
        assert.equal(info.auth, "trusted");
        const fingerprint = certificateFingerprint(pair.certificate);
        if (target.flavour === "incus") {
          assert.deepEqual([info.auth_user_method, info.auth_user_name], ["tls", fingerprint]);
        }
        assert.ok(info.environment?.addresses.includes((target.httpsUrl ?? "").replace("https://", "")));
        const added = (await get(target, url)).metadata as Fields;
        assert.deepEqual([added["name"], added["restricted"]], ["bearer", false]);
        const operation = (await get(target, `/1.0/operations/${id}`)).metadata as Operation;
        assert.deepEqual([operation.status, operation.class, operation.may_cancel], ["Cancelled", "token", true]);
        assertRefused(await sendTls(target, "POST", certificates, { pair, body }), 400, "Client is already trusted");
        const other = await newPair();
        assertRefused(await sendTls(target, "POST", certificates, { pair: other, body }), 403, usedUp);
      } finally {
        assertDone(await send(target, "DELETE", url));
      }
      assert.equal((await sendTls(target, "GET", "/1.0/instances", { pair })).status, 403);
    },
  },
  {
    name: "a token is an operation that holds its secret and what was asked for, and can be cancelled",
    needs: "httpsUrl",
    async run(target) {
      const { id, text } = await makeToken(target, { restricted: true, projects: ["default"] });
      const {
        created_at: _,
        updated_at: __,
        ...operation
      } = (await get(target, `/1.0/operations/${id}`)).metadata as Operation;
      const { fingerprint, secret, ...metadata } = operation.metadata;
      assert.match(String(fingerprint), /^[0-9a-f]{64}$/);
      assert.match(String(secret), /^[0-9a-f]{64}$/);
      const request = { name: "bearer", type: "client", restricted: true, projects: ["default"], certificate: "" };
      const own = of<object>(target, { lxd: { password: "" }, incus: { description: "", trust_token: "" } });
      assert.deepEqual(
        { ...operation, metadata },
        {
          id,
          class: "token",
          description: "Executing operation",
          status: "Running",
          status_code: 103,
          resources: of(target, { lxd: null, incus: {} }),
          metadata: {
            addresses: [(target.httpsUrl ?? "").replace("https://", "")],
            request: { ...request, ...own, token: true },
          },
          may_cancel: true,
          err: "",
          location: "none",
        },
      );
      assertDone(await send(target, "DELETE", `/1.0/operations/${id}`));
      const body = { type: "client", ...proofOf(target, text) };
      const answer = await sendTls(target, "POST", certificates, { pair: await newPair(), body });
      assertRefused(answer, 403, usedUp);
    },
  },
];

const passwordCase: ContractCase = {
  name: "LXD lets in whoever knows the trust password",
  needs: "httpsUrl",
  isAlone: true,
  async run(target) {
    if (target.flavour !== "lxd") return;
    const setPassword = async (value: string): Promise<void> =>
      assertDone(await send(target, "PATCH", "/1.0", { body: { config: { "core.trust_password": value } } }));
    const pair = await newPair();
    const url = `${certificates}/${certificateFingerprint(pair.certificate)}`;
    await setPassword("secret");
    try {
      const post = (password: string) =>
        sendTls(target, "POST", certificates, { pair, body: { type: "client", password } });
      assertRefused(await post("wrong"), 403, "not authorized");
      assertCreated(await post("secret"), url);
      assert.equal(((await get(target, url)).metadata as Fields)["name"], "contract@test");
      assertDone(await sendTls(target, "DELETE", url, { pair }));
      const answer = await sendTls(target, "POST", certificates, { body: { type: "client", password: "secret" } });
      assertRefused(answer, 400, "No client certificate provided");
    } finally {
      await setPassword("");
    }
  },
};

/** Cases that change the configuration on their way. */
export const passwordCases: readonly ContractCase[] = [passwordCase];
