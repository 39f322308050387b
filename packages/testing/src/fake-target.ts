import type { ContractTarget } from "./contract/contract-case.ts";
import type { FakeServer } from "./fake-server.ts";

/** A fake as the raw calls of the contract take it. For this package's own tests. */
export function targetOf({ flavour, socketPath, httpsUrl }: FakeServer): ContractTarget {
  return { flavour, socketPath, imageAlias: "tiny", ...(httpsUrl === undefined ? {} : { httpsUrl }) };
}
