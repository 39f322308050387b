import { expect, test } from "vitest";
import { createFlights, type FlightContext } from "./single-flight.ts";

const reason = new Error("enough");

/** Work that ends when it is told to, or when it is aborted. */
function work(): {
  readonly run: (context: FlightContext<string>) => Promise<string>;
  readonly begun: FlightContext<string>[];
  land(value: string): void;
} {
  const begun: FlightContext<string>[] = [];
  let land: (value: string) => void = () => undefined;
  return {
    begun,
    run: (context) =>
      new Promise((resolve, reject) => {
        begun.push(context);
        land = resolve;
        context.signal.addEventListener("abort", () => {
          reject(context.signal.reason as Error);
        });
      }),
    land(value) {
      land(value);
    },
  };
}

test("those who want the same get the same, and hear the same news", async () => {
  const flights = createFlights<string, string>();
  const { run, begun, land } = work();
  const heard: string[] = [];
  const both = [1, 2].map((number) =>
    flights.join("a", run, { onNews: (news) => heard.push(`${String(number)} ${news}`) }),
  );
  await expect.poll(() => begun.length).toBe(1);
  begun[0]?.tell("half");
  land("done");
  expect(await Promise.all(both)).toEqual(["done", "done"]);
  expect(begun).toHaveLength(1);
  expect(heard).toEqual(["1 half", "2 half"]);
});

test("whoever leaves does not end the work of others; the last one does, and waits for its end", async () => {
  const flights = createFlights<string, string>();
  const { run, begun } = work();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = flights.join("a", run, { signal: one.signal });
  const second = flights.join("a", run, { signal: two.signal });
  await expect.poll(() => begun.length).toBe(1);
  one.abort(reason);
  await expect(first).rejects.toBe(reason);
  expect(begun[0]?.signal.aborted).toBe(false);
  two.abort(reason);
  await expect(second).rejects.toBe(reason);
  expect(begun[0]?.signal.reason).toBe(reason);
});

test("work that failed, or was given up, is begun anew", async () => {
  const flights = createFlights<string, string>();
  const failure = new Error("no");
  await expect(flights.join("a", () => Promise.reject(failure), {})).rejects.toBe(failure);
  const { run, begun } = work();
  const ends = new AbortController();
  const left = flights.join("a", run, { signal: ends.signal });
  await expect.poll(() => begun.length).toBe(1);
  ends.abort(reason);
  await expect(left).rejects.toBe(reason);
  expect(await flights.join("a", () => Promise.resolve("new"), {})).toBe("new");
});

test("whoever is late and has left already begins nothing", async () => {
  const flights = createFlights<string, string>();
  const { run, begun } = work();
  await expect(flights.join("a", run, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(begun).toEqual([]);
});
