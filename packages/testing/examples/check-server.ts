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
  const failed: ContractCase[] = [];
  const runAll = async (queue: ContractCase[]): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) if (await isBad(one)) failed.push(one);
  };
  const together = cases.filter(({ isAlone }) => isAlone !== true);
  await Promise.all(Array.from({ length: 8 }, () => runAll(together))); // eight at a time
  await runAll(cases.filter(({ isAlone }) => isAlone));
  return failed.map(({ name }) => name);
  // #endregion
}
