import { type Operation, operationSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import type { CallOptions } from "./call-options.ts";
import { waitOperation } from "./wait-operation.ts";

const running = operationSchema.parse({ id: "a", class: "task", status: "Running", status_code: 103 });
const success: Operation = { ...running, status: "Success", status_code: 200 };

test("without events, a member that answers at once for another is asked at growing distances", async () => {
  const asked: { readonly at: number; readonly options: CallOptions | undefined }[] = [];
  const hub = {
    ready: () => Promise.reject(new Error("no events")),
    lastSeen: () => undefined,
    listen: () => () => undefined,
    close: () => undefined,
  };
  const operations = {
    get: () => Promise.reject(new Error("not asked")),
    wait: (_id: string, options?: CallOptions) => {
      asked.push({ at: performance.now(), options });
      return Promise.resolve(asked.length < 4 ? running : success);
    },
  };
  const look = () => Promise.reject(new Error("not asked"));
  expect(await waitOperation({ hub, operations, look, project: "p1" }, running, {})).toEqual(success);
  const distances = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  // Timers may fire a little early.
  expect(distances.map((distance, index) => distance > 50 * 2 ** index - 5)).toEqual([true, true, true]);
  expect(asked.map(({ options }) => options?.project)).toEqual(["p1", "p1", "p1", "p1"]);
});
