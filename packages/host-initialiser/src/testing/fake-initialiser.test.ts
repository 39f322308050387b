import { expect, test } from "vitest";
import { StepsFailedError } from "../steps/steps-failed-error.ts";
import { createFakeInitialiser } from "./fake-initialiser.ts";
import { hostFacts } from "./host-facts.ts";

const ids = (steps: readonly { readonly id: string }[]): readonly string[] => steps.map(({ id }) => id);

test("it does the plan of the real one once", async () => {
  const initialiser = createFakeInitialiser({ wishes: { network: false } });
  const { changed } = await initialiser.initialise();
  expect(ids(changed)).toEqual(["install lxd", "start lxd", "wait", "storage pool default", "profile default"]);
  expect((await initialiser.initialise()).changed).toEqual([]);
  expect(initialiser.calls).toBe(2);
});

test("a failure takes back what can be, and the next run goes on", async () => {
  const error = new Error("refused");
  const initialiser = createFakeInitialiser({ failing: { "profile default": error } });
  await expect(initialiser.initialise()).rejects.toThrow(StepsFailedError);
  expect(ids(initialiser.done)).toEqual(["install lxd", "start lxd", "wait"]);
  expect(ids((await initialiser.initialise()).changed)).toEqual([
    "storage pool default",
    "network lxdbr0",
    "profile default",
  ]);
});

test("what the real one refuses is refused", async () => {
  const initialiser = createFakeInitialiser({ facts: hostFacts({ series: "centos7" }) });
  await expect(initialiser.initialise()).rejects.toMatchObject({ code: "HOST_NOT_SUPPORTED" });
});

test("an abort before it begins does nothing", async () => {
  const initialiser = createFakeInitialiser();
  const reason = new Error("enough");
  await expect(initialiser.initialise({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(initialiser.done).toEqual([]);
});
