import type { WebSocketHandle } from "@lxdkit/transport";
import fc from "fast-check";
import { expect, test } from "vitest";
import { socketLane } from "./socket-lane.ts";

/** A socket that takes a message whenever `take` is called, and notes what was done to it. */
function slowSocket() {
  const sent: (string | Uint8Array)[] = [];
  const calls: string[] = [];
  const pending: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const handle: WebSocketHandle = {
    send: (message) =>
      new Promise((resolve, reject) => {
        sent.push(message);
        pending.push({ resolve, reject });
      }),
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
    close: () => void calls.push("close"),
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    sent,
    calls,
    opened: Promise.resolve(handle),
    /** Lets the oldest message go; false when there was none. */
    async take(): Promise<boolean> {
      await settled();
      const oldest = pending.shift();
      oldest?.resolve();
      await settled();
      return oldest !== undefined;
    },
    async fail(): Promise<void> {
      await settled();
      pending.shift()?.reject(new Error("gone"));
      await settled();
    },
  };
}

test("messages of both kinds are passed on in order, empty ones too, and the other side is closed after the last", async () => {
  const message = fc.oneof(fc.string({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(message, fc.nat(2)), { maxLength: 12 }), async (steps) => {
      const [source, sink] = [slowSocket(), slowSocket()];
      let bytes = 0;
      const lane = socketLane(source.opened, sink.opened, (passed) => (bytes += passed));
      for (const [each, takes] of steps) {
        lane.pass(each);
        for (let taken = 0; taken < takes; taken += 1) await sink.take();
      }
      lane.end();
      while (await sink.take());
      expect(sink.sent).toEqual(steps.map(([each]) => each));
      expect(sink.calls).toEqual(["close"]);
      expect(bytes).toBe(steps.reduce((sum, [each]) => sum + Buffer.byteLength(each), 0));
    }),
    { numRuns: 50 },
  );
});

test("a source that is faster than the sink is stopped, and let go on once most was taken", async () => {
  const [source, sink] = [slowSocket(), slowSocket()];
  const lane = socketLane(source.opened, sink.opened, () => undefined);
  for (let index = 0; index < 12; index += 1) lane.pass(Buffer.alloc(100_000));
  for (let taken = 0; taken < 9; taken += 1) {
    await sink.take();
    expect(source.calls).toEqual(["pause"]);
  }
  await sink.take();
  expect(source.calls).toEqual(["pause", "resume"]);
});

test("when the sink is gone the source is closed", async () => {
  const [source, sink] = [slowSocket(), slowSocket()];
  const lane = socketLane(source.opened, sink.opened, () => undefined);
  lane.pass("a");
  await sink.fail();
  expect(source.calls).toEqual(["close"]);
  expect(sink.calls).toEqual([]);
});

test("nothing happens when one of the two could not be opened", async () => {
  const sink = slowSocket();
  const lane = socketLane(Promise.reject(new Error("refused")), sink.opened, () => undefined);
  lane.pass("a");
  lane.end();
  expect(await sink.take()).toBe(false);
  expect(sink.calls).toEqual([]);
});
