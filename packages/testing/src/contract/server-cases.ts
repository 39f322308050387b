import assert from "node:assert/strict";
import type { ServerInfo } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";

/** The server itself, and what holds for every path. */
export const serverCases: readonly ContractCase[] = [
  {
    name: "GET / lists the versions of the API",
    async run(target) {
      const answer = await get(target, "/");
      assertSync(answer);
      assert.deepEqual(answer.metadata, ["/1.0"]);
      assert.equal(answer.headers.etag, undefined);
    },
  },
  {
    name: "GET /1.0 says which family the server is of, and its ETag covers the configuration",
    async run(target) {
      const answer = await get(target, "/1.0");
      assertSync(answer);
      const info = answer.metadata as ServerInfo;
      assert.equal(info.environment?.server, target.flavour);
      assert.match(info.environment.server_version, /^\d+\.\d+/);
      assert.equal(info.environment.server_clustered, false);
      assert.match(info.environment.certificate, /^-----BEGIN CERTIFICATE-----/);
      assert.equal(info.api_version, "1.0");
      assert.equal(info.auth, "trusted");
      assert.deepEqual(info.auth_methods, ["tls"]);
      assert.equal(answer.headers.etag, `"${etagOf(info.config)}"`);
      const incusOnly = target.flavour === "incus" ? ["auth_user_method", "auth_user_name"] : [];
      assert.deepEqual(
        Object.keys(info).sort(),
        [
          ...["api_extensions", "api_status", "api_version", "auth", "auth_methods"],
          ...[...incusOnly, "config", "environment", "public"],
        ].sort(),
      );
    },
  },
  {
    name: "GET /1.0 lists the extensions of its family",
    async run(target) {
      const { api_extensions: extensions } = (await get(target, "/1.0")).metadata as ServerInfo;
      // LXD 5.0.2 has 318 of them, Incus 6.0.4 has 450.
      assert.ok(extensions.length >= (target.flavour === "lxd" ? 318 : 450), String(extensions.length));
      for (const both of ["etag", "patch", "api_filtering", "instance_get_full", "projects", "event_lifecycle"]) {
        assert.ok(extensions.includes(both), both);
      }
      for (const incusOnly of ["instance_create_start", "operation_wait", "storage_buckets"]) {
        assert.equal(extensions.includes(incusOnly), target.flavour === "incus", incusOnly);
      }
      assert.equal(extensions.includes("macaroon_authentication"), target.flavour === "lxd");
    },
  },
  {
    name: "GET /1.0 describes storage drivers with capitalised keys",
    async run(target) {
      const { environment } = (await get(target, "/1.0")).metadata as { environment: Record<string, unknown> };
      const [driver] = environment["storage_supported_drivers"] as readonly Record<string, unknown>[];
      assert.deepEqual(Object.keys(driver ?? {}).sort(), ["Name", "Remote", "Version"]);
    },
  },
  {
    name: "an unknown path is 404 with an error envelope, also with a slash too many",
    async run(target) {
      for (const path of ["/nope", "/1.0/nope", "/1.0/", "//1.0", "/1.0/instances/", "/2.0"]) {
        assertRefused(await get(target, path), 404, "not found");
      }
      assertRefused(await send(target, "POST", "/1.0/nope", { body: {} }), 404, "not found");
    },
  },
  {
    name: "a method that a known path does not have is 501, one that HTTP does not use here 404",
    async run(target) {
      const missing = [
        ["DELETE", "/1.0"],
        ["POST", "/1.0"],
        ["PATCH", "/1.0/instances"],
        ["DELETE", "/1.0/instances"],
        ["PUT", "/1.0/images"],
        ["POST", "/1.0/operations"],
        ["PUT", "/1.0/profiles"],
        ["PUT", "/1.0/events"],
      ] as const;
      for (const [method, path] of missing) {
        assertRefused(await send(target, method, path), 501, "not implemented");
      }
      const head = await send(target, "HEAD", "/1.0/instances");
      assert.equal(head.status, 501);
      assert.equal(head.text, "");
      assertRefused(await send(target, "TRACE", "/1.0/instances"), 404, 'Method "TRACE" not found');
    },
  },
  {
    name: "the daemon says on its socket that it is ready",
    async run(target) {
      const answer = await get(target, "/internal/ready");
      assertSync(answer);
      assert.deepEqual(answer.metadata, {});
      assertRefused(await get(target, "/internal/nope"), 404, "not found");
      assertRefused(await send(target, "DELETE", "/internal/ready"), 501, "not implemented");
    },
  },
  {
    name: "OPTIONS is an empty 200 on every path",
    async run(target) {
      for (const path of ["/1.0/instances", "/1.0/nope"]) {
        const answer = await send(target, "OPTIONS", path);
        assert.equal(answer.status, 200);
        assert.equal(answer.text, "");
      }
    },
  },
];
