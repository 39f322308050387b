import { contractCases, type ContractTarget } from "@lxdkit/testing/contract";

/** Runs the whole contract on a server, for example on a fake of your own, and names the cases that fail. */
export async function main(target: ContractTarget): Promise<readonly string[]> {
  // #region readme
  const cases = contractCases.filter(({ needs }) => needs === undefined || target[needs] !== undefined);
  const outcomes = await Promise.allSettled(cases.map(({ run }) => run(target)));
  return cases.filter((_, index) => outcomes[index]?.status === "rejected").map(({ name }) => name);
  // #endregion
}
