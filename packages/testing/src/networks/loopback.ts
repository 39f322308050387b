import type { NetworkRecord } from "../core/records.ts";

/** The one interface of the fake's machine that it does not manage. */
export const loopback: NetworkRecord = {
  project: "default",
  name: "lo",
  description: "",
  type: "loopback",
  config: {},
  hwaddr: "",
};
