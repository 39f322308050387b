import { type ContractCase, contractCases, type ContractTarget } from "@lxdkit/testing/contract";

/** Runs the whole contract on a server, for example on a fake of your own, and names the cases that fail. */
export async function main(target: ContractTarget): Promise<readonly string[]> {
  // #region readme
  const cases = contractCases.filter(({ needs }) => needs === undefined || target[needs] !== undefined);
  const isBad = ({ run }: ContractCase) =>
    run(target).then(
      () => false,
      () => true,
    );
  const together = cases.filter(({ isAlone }) => isAlone !== true);
  const outcomes = await Promise.all(together.map(isBad));
  const failed = together.filter((_, index) => outcomes[index]);
  for (const one of cases.filter(({ isAlone }) => isAlone)) if (await isBad(one)) failed.push(one);
  return failed.map(({ name }) => name);
  // #endregion
}
