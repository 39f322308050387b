import { TransportError } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { retryWhileAway } from "./retry-while-away.ts";

test("who gives up while the server is away gets the own reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let tries = 0;
  const task = async (): Promise<never> => {
    tries += 1;
    // In the pause that follows.
    setImmediate(() => controller.abort(reason));
    throw new TransportError("nobody answers", { code: "SOCKET_REFUSED", address: "/s" });
  };
  await expect(retryWhileAway(task, { limitMs: 60_000, signal: controller.signal })).rejects.toBe(reason);
  expect(tries).toBe(1);
});
