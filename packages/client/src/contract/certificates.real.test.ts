import { parseTrustToken } from "@lxdkit/certificates";
import type { Certificate } from "@lxdkit/protocol";
import { expect } from "vitest";
import { newCaller } from "./caller.ts";
import { describeRoutes } from "./route-cases.ts";

// A bed of its own: these cases change how long tokens live, and the trust password.
describeRoutes(
  "certificates",
  ({ covers }) => {
    covers(
      [
        "POST /1.0/certificates",
        "GET /1.0/certificates",
        "GET /1.0/certificates/{fingerprint}",
        "PUT /1.0/certificates/{fingerprint}",
        "PATCH /1.0/certificates/{fingerprint}",
        "DELETE /1.0/certificates/{fingerprint}",
      ],
      "a certificate is trusted, listed, changed and no longer trusted",
      async (context) => {
        const { client, raw, clientOn, name } = context;
        const { certificates } = client;
        const caller = await newCaller(context);
        const fingerprint = caller.certificate.fingerprint();
        const seen = async () => (await raw(caller.path)) as Certificate;
        const auth = async () => (await clientOn(caller.connect()).getServer()).value.auth;

        expect(await auth()).toBe("untrusted");
        await certificates.create({ name, type: "client", certificate: caller.der });
        expect(await auth()).toBe("trusted");
        const again = certificates.create({ name, type: "client", certificate: caller.der });
        await expect(again).rejects.toMatchObject({ code: "CONFLICT" });

        expect(await certificates.listUrls()).toEqual([caller.path]);
        expect(await certificates.list()).toMatchObject([{ fingerprint, name, restricted: false }]);
        const { value, etag } = await certificates.get(fingerprint.slice(0, 12));
        expect(value).toMatchObject(await seen());
        expect(value.certificate.trim()).toBe(caller.certificate.certificatePem.trim());

        await certificates.patch(fingerprint, { name: `${name}-b` }, { ifMatch: etag });
        expect(await seen()).toMatchObject({ name: `${name}-b`, type: "client" });
        const stale = certificates.update(fingerprint, value, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await certificates.update(fingerprint, { name, type: "client", restricted: true, projects: ["default"] });
        expect(await seen()).toMatchObject({ name, restricted: true, projects: ["default"] });

        await certificates.delete(fingerprint);
        expect(await raw("/1.0/certificates")).toEqual([]);
        expect(await auth()).toBe("untrusted");
      },
    );

    covers(
      ["POST /1.0/certificates"],
      "a token makes one caller trusted, with the name and the limits that it was made with",
      async (context) => {
        const { client, raw, clientOn, real, name } = context;
        const { certificates } = client;
        const wanted = { name, restricted: true, projects: ["default"] };
        const created = await certificates.createToken(wanted);
        expect(created).toMatchObject({ ...wanted, type: "client", expiresAt: undefined });
        expect(parseTrustToken(created.token)).toMatchObject({
          clientName: name,
          addresses: [new URL(real.httpsUrl).host],
        });
        // Tokens belong to no project.
        const elsewhere = await client.in({ project: "elsewhere" }).certificates.listTokens();
        const listed = elsewhere.map(({ operationId, token }) => ({ operationId, token }));
        expect(listed).toEqual([{ operationId: created.operation.operation?.id, token: created.token }]);

        const caller = await newCaller(context);
        const untrusted = clientOn(caller.connect());
        await expect(untrusted.profiles.list()).rejects.toMatchObject({ code: "FORBIDDEN" });
        expect(await untrusted.certificates.addWithToken(`  ${created.token}\n`)).toEqual({ changed: true });
        expect(await raw(caller.path)).toMatchObject(wanted);
        // What it knew of the server was what the server tells strangers.
        expect(await untrusted.info()).toMatchObject({ auth: "trusted", environment: { server: real.flavour } });
        await expect(created.operation.wait()).rejects.toMatchObject({ code: "OPERATION_CANCELLED" });
        expect(await certificates.listTokens()).toEqual([]);

        const second = clientOn((await newCaller(context)).connect());
        await expect(second.certificates.addWithToken(created.token)).rejects.toMatchObject({ code: "FORBIDDEN" });

        const { token, operationId } = await certificates.createToken({ name });
        const known = untrusted.certificates.addWithToken(token);
        await expect(known).rejects.toMatchObject({ code: "BAD_REQUEST" });
        const options = { acceptTrusted: true };
        expect(await untrusted.certificates.addWithToken(token, options)).toEqual({ changed: false });
        expect((await certificates.listTokens()).map((one) => one.operationId)).toEqual([operationId]);
        await certificates.revokeToken(operationId);
        await certificates.delete(caller.certificate.fingerprint());
      },
    );

    covers(
      ["POST /1.0/certificates", "DELETE /1.0/operations/{id}"],
      "a token expires when the server says so, and can be revoked",
      async (context) => {
        const { client, raw, clientOn, name } = context;
        await client.patchServer({ config: { "core.remote_token_expiry": "2H" } });
        try {
          const before = Date.now();
          const { token, operationId, expiresAt, operation } = await client.certificates.createToken({ name });
          const livesMs = (expiresAt?.getTime() ?? 0) - before;
          expect(livesMs).toBeGreaterThan(7_190_000);
          expect(livesMs).toBeLessThan(7_260_000);
          expect(parseTrustToken(token).expiresAt).toEqual(expiresAt);
          expect(await client.certificates.listTokens()).toMatchObject([{ operationId, name, expiresAt }]);

          await operation.cancel();
          expect(await raw(`/1.0/operations/${operationId}`)).toMatchObject({ status: "Cancelled" });
          expect(await client.certificates.listTokens()).toEqual([]);
          const untrusted = clientOn((await newCaller(context)).connect());
          await expect(untrusted.certificates.addWithToken(token)).rejects.toMatchObject({ code: "FORBIDDEN" });
        } finally {
          await client.patchServer({ config: { "core.remote_token_expiry": "" } });
        }
      },
    );

    covers(
      ["POST /1.0/certificates"],
      "the trust password makes a caller trusted",
      async (context) => {
        const { client, raw, clientOn } = context;
        const caller = await newCaller(context);
        const untrusted = clientOn(caller.connect());
        await client.patchServer({ config: { "core.trust_password": "open sesame" } });
        try {
          const wrong = untrusted.certificates.create({ type: "client", password: "open barley" });
          await expect(wrong).rejects.toMatchObject({ code: "FORBIDDEN" });
          await untrusted.certificates.create({ type: "client", password: "open sesame" });
          expect(await raw(caller.path)).toMatchObject({ restricted: false });
        } finally {
          await client.patchServer({ config: { "core.trust_password": "" } });
          await client.certificates.delete(caller.certificate.fingerprint());
        }
      },
      { on: "lxd" },
    );

    covers(
      ["GET /1.0/certificates"],
      "certificates that a filter lets through",
      async (context) => {
        const { client, name } = context;
        const [one, other] = [await newCaller(context), await newCaller(context)];
        await client.certificates.create({ name, type: "client", certificate: one.der, description: "the one" });
        await client.certificates.create({ name: `${name}-b`, type: "client", certificate: other.der });
        try {
          const found = await client.certificates.list({ filter: `name eq ${name}` });
          expect(found).toMatchObject([{ name, description: "the one" }]);
          expect(await client.certificates.listUrls({ filter: `name eq ${name}` })).toEqual([one.path]);
        } finally {
          await client.certificates.delete(one.certificate.fingerprint());
          await client.certificates.delete(other.certificate.fingerprint());
        }
      },
      { on: "incus" },
    );
  },
  { members: 1 },
);
