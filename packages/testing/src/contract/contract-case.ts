import type { Flavour } from "@lxdkit/protocol";

/** A server to run the contract on. Other objects and other users on it do no harm. */
export interface ContractTarget {
  readonly flavour: Flavour;
  /** Path of its unix socket. */
  readonly socketPath: string;
  /** Alias of an image in its store that boots, takes an address by DHCP and reacts to a shutdown. */
  readonly imageAlias: string;
  /** Where it listens for HTTPS, for example `https://127.0.0.1:8443`. */
  readonly httpsUrl?: string;
  /** An image on a simplestreams server that the server itself can reach and trusts. */
  readonly simplestreams?: { readonly url: string; readonly alias: string };
  /** Names of the members of the cluster that it is, three at least; the first one answers at the socket. */
  readonly members?: readonly string[];
}

/** One thing that holds for every LXD and Incus server, or differs between the two in a known way. */
export interface ContractCase {
  /** A sentence. */
  readonly name: string;
  /** Set when the case can run only on a target with that field. A cluster needs only the cases for `members`. */
  readonly needs?: "simplestreams" | "httpsUrl" | "members";
  /** Set when it must not run beside others: Incus 6.0.4 cannot make two networks at a time, for example. */
  readonly isAlone?: true;
  /** Rejects with an `AssertionError` when the server behaves in another way. Removes what it made. */
  run(target: ContractTarget): Promise<void>;
}
