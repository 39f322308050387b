import { assertIfMatch, startFakeServer, withProfile } from "@lxdkit/testing";

/** Runs code that changes a profile while much goes wrong. */
export async function main(change: (socketPath: string) => Promise<void>): Promise<readonly number[]> {
  // #region readme
  await using fake = await startFakeServer({ setup: [withProfile({ name: "small" })] });
  fake.failRequest({ method: "PUT", nth: 1, status: 500, error: "database is locked" });
  fake.dropConnection({ method: "PUT", nth: 2 }); // the work is done, the answer is lost
  fake.delay({ ms: 20, every: 3 }); // each third answer is late
  await change(fake.socketPath);
  assertIfMatch(fake.requests); // it always wrote to what it had read
  await fake.restart(); // what it wrote is still there
  // #endregion
  return fake.requests.filter(({ method }) => method === "PUT").map(({ status }) => status ?? 0);
}
