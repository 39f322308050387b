import assert from "node:assert/strict";
import { certificateFingerprint } from "@lxdkit/certificates";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertAllRefused, assertCreated, assertDone, assertTells, of, read } from "./own-object.ts";
import { etagOf } from "../core/etag.ts";
import { assertRefused, get, send } from "./raw-http.ts";
import { bareCertificate, newPair } from "./raw-https.ts";

const certificates = "/1.0/certificates";

/** Trusts a certificate while `use` is at work with its URL and its text. */
export async function withCertificate(
  target: ContractTarget,
  extra: object,
  use: (url: string, bare: string) => Promise<void>,
): Promise<void> {
  const pair = await newPair();
  const url = `${certificates}/${certificateFingerprint(pair.certificate)}`;
  const body = { type: "client", certificate: bareCertificate(pair), ...extra };
  assertCreated(await send(target, "POST", certificates, { body }), url);
  try {
    await use(url, body.certificate);
  } finally {
    await send(target, "DELETE", url);
  }
}

/** The trust store, as callers with trust see it. */
export const certificateCases: readonly ContractCase[] = [
  {
    name: "a certificate that is added is found by the start of its fingerprint; its ETag covers the whole object",
    async run(target) {
      await withCertificate(target, { name: "one" }, async (url) => {
        const { object, etag } = await read(target, url);
        assert.deepEqual(Object.keys(object), [
          ...["name", "type", "restricted", "projects", "certificate"],
          ...of(target, { lxd: [], incus: ["description"] }),
          "fingerprint",
        ]);
        assert.deepEqual(
          [object["name"], object["type"], object["restricted"], object["projects"]],
          ["one", "client", false, []],
        );
        assert.match(String(object["certificate"]), /^-----BEGIN CERTIFICATE-----\n[^]*-----END CERTIFICATE-----\n$/);
        assert.equal(etag, `"${etagOf(object)}"`);
        assert.equal(`${certificates}/${String(object["fingerprint"])}`, url);
        assert.deepEqual((await read(target, url.slice(0, certificates.length + 21))).object, object);
        assert.ok(((await get(target, certificates)).metadata as string[]).includes(url));
      });
    },
  },
  {
    name: "without a name a certificate gets the common name of its subject",
    async run(target) {
      await withCertificate(target, {}, async (url) => {
        assert.equal((await read(target, url)).object["name"], "contract@test");
      });
    },
  },
  {
    name: "PUT and PATCH change name and restriction, but never the type: 403 on LXD, 400 on Incus",
    async run(target) {
      await withCertificate(target, { name: "one" }, async (url) => {
        const restricted = { type: "client", name: "two", restricted: true, projects: ["default"] };
        assertDone(await send(target, "PUT", url, { body: restricted }));
        assertDone(await send(target, "PATCH", url, { body: { name: "three" } }));
        const { object } = await read(target, url);
        assert.deepEqual([object["name"], object["restricted"], object["projects"]], ["three", true, ["default"]]);
        const status = of(target, { lxd: 403, incus: 400 });
        await assertAllRefused(target, [
          ["PUT", url, { type: "metrics", name: "x" }, status, "The certificate type cannot be changed"],
          ["PATCH", url, { projects: ["no-such"] }, 404, "Project not found"],
        ]);
        const stale = await send(target, "PUT", url, { body: restricted, headers: { "If-Match": '"stale"' } });
        assertRefused(stale, 412, / vs stale$/);
      });
    },
  },
  {
    name: "certificates that make no sense are refused",
    async run(target) {
      await withCertificate(target, { name: "one" }, async (_, certificate) => {
        const post = (body: object) => ["POST", certificates, { type: "client", ...body }] as const;
        await assertAllRefused(target, [
          [...post({ certificate }), 409, "Certificate already in trust store"],
          [...post({ certificate: "AAAA" }), 400, "Invalid certificate material: x509: malformed certificate"],
          [...post({ certificate: "!!" }), 400, "illegal base64 data at input byte 0"],
          [...post({}), 400, "Client is already trusted"],
          ["GET", `${certificates}/no-such`, undefined, 404, "Certificate not found"],
          ["PUT", `${certificates}/no-such`, {}, 404, "Certificate not found"],
          ["DELETE", `${certificates}/no-such`, undefined, 404, "Certificate not found"],
        ]);
      });
      const other = bareCertificate(await newPair());
      await assertAllRefused(target, [
        ["POST", certificates, { type: "foo", certificate: other }, 400, "Invalid certificate type"],
        [
          ...([
            "POST",
            certificates,
            { type: "client", certificate: other, restricted: true, projects: ["no-such"] },
          ] as const),
          404,
          "Project not found",
        ],
      ]);
    },
  },
  {
    name: "what happens to a certificate is told",
    async run(target) {
      const pair = await newPair();
      const url = `${certificates}/${certificateFingerprint(pair.certificate)}`;
      const told = ["created", "updated", "deleted"].map((verb) => ({ action: `certificate-${verb}`, source: url }));
      await assertTells(target, told, async () => {
        const body = { type: "client", certificate: bareCertificate(pair) };
        assertCreated(await send(target, "POST", certificates, { body }), url);
        assertDone(await send(target, "PATCH", url, { body: { name: "x" } }));
        assertDone(await send(target, "DELETE", url));
      });
    },
  },
];
