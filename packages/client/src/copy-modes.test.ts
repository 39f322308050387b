import { expect, test } from "vitest";
import { type CopyAttempt, type CopyMode, tryAddresses, tryModes } from "./copy-modes.ts";

function failing(...modes: readonly CopyMode[]) {
  return async (mode: CopyMode): Promise<string> => {
    if (modes.includes(mode)) throw new Error(`no ${mode}`);
    return `done by ${mode}`;
  };
}
const never = (): boolean => false;

test("inside one server it is copied there, between servers by the first way that works", async () => {
  expect(await tryModes(true, failing(), never, {})).toEqual({ mode: "local", failures: [], value: "done by local" });
  const heard: CopyAttempt[] = [];
  const outcome = await tryModes(false, failing("pull", "push"), never, { onMode: (attempt) => heard.push(attempt) });
  const failures = [
    { mode: "pull", error: new Error("no pull") },
    { mode: "push", error: new Error("no push") },
  ];
  expect(outcome).toEqual({ mode: "relay", failures, value: "done by relay" });
  expect(heard).toEqual([
    { mode: "pull", failures: [] },
    { mode: "push", failures: failures.slice(0, 1) },
    { mode: "relay", failures },
  ]);
});

test("when no way works each one's cause is told", async () => {
  const copying = tryModes(false, failing("pull", "push", "relay"), never, {});
  await expect(copying).rejects.toMatchObject({
    code: "COPY_FAILED",
    message: "the copy did not work (pull: no pull; push: no push; relay: no relay)",
    errors: [new Error("no pull"), new Error("no push"), new Error("no relay")],
    cause: new Error("no pull"),
  });
});

test("the only way's own error is thrown as it is", async () => {
  await expect(tryModes(false, failing("push"), never, { modes: ["push"] })).rejects.toThrow(/^no push$/);
});

test("after a failure that no way can do better, none is tried", async () => {
  const tried: CopyMode[] = [];
  const options = { onMode: ({ mode }: CopyAttempt) => tried.push(mode) };
  await expect(tryModes(false, failing("pull"), () => true, options)).rejects.toThrow("no pull");
  expect(tried).toEqual(["pull"]);
});

test("an abort ends the trying with its own reason", async () => {
  const abort = new AbortController();
  const attempt = async (mode: CopyMode): Promise<string> => {
    abort.abort(new Error("enough"));
    throw new Error(`no ${mode}`);
  };
  await expect(tryModes(false, attempt, never, { signal: abort.signal })).rejects.toThrow("enough");
});

test("without any mode there is nothing to try", async () => {
  await expect(tryModes(false, failing(), never, { modes: [] })).rejects.toMatchObject({ code: "COPY_FAILED" });
});

test("addresses are tried in order, and each one's failure is told", async () => {
  const tried: string[] = [];
  const attempt = async (url: string): Promise<void> => {
    tried.push(url);
    if (url !== "c") throw new Error(`no way to ${url}`);
  };
  await tryAddresses(["a", "b", "c", "d"], undefined, never, attempt);
  expect(tried).toEqual(["a", "b", "c"]);
  await expect(tryAddresses(["a", "b"], undefined, never, attempt)).rejects.toMatchObject({
    code: "COPY_FAILED",
    message: "the copy did not work (a: no way to a; b: no way to b)",
  });
  await expect(tryAddresses(["a", "c"], undefined, () => true, attempt)).rejects.toThrow(/^no way to a$/);
});
