import { formatTrustToken } from "@lxdkit/certificates";
import { ApiError, type Connection, type RequestOptions, TransportError } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";

const token = formatTrustToken({ clientName: "me", fingerprint: "ab".repeat(32), addresses: [], secret: "s3cret" });

interface Script {
  readonly extensions?: readonly string[];
  /** What `GET /1.0` says after the first time. */
  readonly laterAuth?: "trusted" | "untrusted";
  /** How the server takes the certificate; accepts it by default. */
  readonly refusal?: Error;
}

/** A server that does as the script says, and the bodies that it was sent. */
function scripted({ extensions = [], laterAuth = "untrusted", refusal }: Script) {
  const bodies: unknown[] = [];
  let readings = 0;
  const answer = (metadata: unknown) =>
    Promise.resolve({ status: 200, headers: {}, etag: undefined, envelope: { type: "sync", metadata } });
  const connection = {
    address: "https://server:8443",
    request: ({ method, body }: RequestOptions) => {
      if (method === "GET") {
        readings += 1;
        const auth = readings === 1 ? "untrusted" : laterAuth;
        return answer({ api_version: "1.0", api_extensions: extensions, auth });
      }
      bodies.push(body);
      return refusal === undefined ? answer(null) : Promise.reject(refusal);
    },
  } as unknown as Connection;
  return { certificates: createClient(connection).certificates, bodies };
}

function refused(status: number): ApiError {
  const request = "POST /1.0/certificates";
  return new ApiError({ status, serverMessage: "no", request, address: "https://server:8443" });
}

const lost = new TransportError("lost the connection", { code: "CONNECTION_LOST", address: "https://server:8443" });

test.each([
  ["LXD 5.0", [], "password"],
  ["newer LXD", ["explicit_trust_token"], "trust_token"],
  ["Incus", ["auth_tls_jwt"], "trust_token"],
])("to %s the token is sent in the field that it reads", async (_server, extensions, field) => {
  const { certificates, bodies } = scripted({ extensions });
  expect(await certificates.addWithToken(token)).toEqual({ changed: true });
  expect(bodies).toEqual([{ type: "client", [field]: token }]);
});

test("line breaks of a copied token are not sent; a text that is no token is not sent at all", async () => {
  const { certificates, bodies } = scripted({});
  await certificates.addWithToken(` ${token.slice(0, 40)}\n${token.slice(40)} \n`);
  expect(bodies).toEqual([{ type: "client", password: token }]);
  await expect(certificates.addWithToken("open sesame")).rejects.toMatchObject({ code: "BAD_TOKEN" });
  expect(bodies).toHaveLength(1);
});

test.each([400, 409])("status %i of a server that trusts the caller is success on request", async (status) => {
  const script = { refusal: refused(status), laterAuth: "trusted" } as const;
  expect(await scripted(script).certificates.addWithToken(token, { acceptTrusted: true })).toEqual({ changed: false });
  await expect(scripted(script).certificates.addWithToken(token)).rejects.toBe(script.refusal);
});

test("a refusal of a server that does not trust the caller is told", async () => {
  const { certificates } = scripted({ refusal: refused(400) });
  await expect(certificates.addWithToken(token, { acceptTrusted: true })).rejects.toMatchObject({ status: 400 });
});

test("when the answer is lost, the server is asked whether it trusts the caller now", async () => {
  const added = scripted({ refusal: lost, laterAuth: "trusted" });
  expect(await added.certificates.addWithToken(token)).toEqual({ changed: true });
  const notAdded = scripted({ refusal: lost });
  await expect(notAdded.certificates.addWithToken(token)).rejects.toBe(lost);
});
