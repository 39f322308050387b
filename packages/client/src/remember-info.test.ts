import type { Connection } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { rememberInfo } from "./remember-info.ts";

/** A server that says these things about the caller, one after the other. */
function scripted(...auths: readonly string[]) {
  let asked = 0;
  const connection = {
    request: () => {
      const auth = auths[asked];
      asked += 1;
      if (auth === undefined) return Promise.reject(new Error("away"));
      return Promise.resolve({ envelope: { metadata: { api_version: "1.0", auth } } });
    },
  } as unknown as Connection;
  return { info: rememberInfo(connection), asked: () => asked };
}

test("those who ask at the same time share one request, and its answer is kept", async () => {
  const { info, asked } = scripted("trusted");
  await Promise.all([info(), info()]);
  expect(await info()).toMatchObject({ auth: "trusted" });
  expect(asked()).toBe(1);
});

test("what a stranger is told is asked for again, until the server trusts him", async () => {
  const { info, asked } = scripted("untrusted", "trusted");
  expect(await Promise.all([info(), info()])).toMatchObject([{ auth: "untrusted" }, { auth: "untrusted" }]);
  expect(await info()).toMatchObject({ auth: "trusted" });
  expect(await info()).toMatchObject({ auth: "trusted" });
  expect(asked()).toBe(2);
});

test("a failure is not kept, and an abort ends one caller's waiting only", async () => {
  const { info } = scripted();
  await expect(info()).rejects.toThrow("away");
  await expect(info()).rejects.toThrow("away");
  const other = scripted("trusted");
  const reason = new Error("enough");
  const both = [other.info(AbortSignal.abort(reason)), other.info()];
  expect(await Promise.allSettled(both)).toMatchObject([
    { status: "rejected", reason },
    { status: "fulfilled", value: { auth: "trusted" } },
  ]);
});
