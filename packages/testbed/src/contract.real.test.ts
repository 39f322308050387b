import { contractCases } from "@lxdkit/testing/contract";
import { test } from "vitest";
import { describeOnServers } from "./vitest/real-servers.ts";

describeOnServers("the protocol contract", ({ flavour, socketPath, httpsUrl, simplestreamsUrl }) => {
  const simplestreams = { url: simplestreamsUrl, alias: "jammy" };
  const target = { flavour, socketPath, httpsUrl, imageAlias: "tiny", simplestreams };
  const cases = contractCases.filter(({ needs }) => needs !== "members");
  test.concurrent.each(cases.filter(({ isAlone }) => isAlone !== true))("$name", ({ run }) => run(target));
  test.each(cases.filter(({ isAlone }) => isAlone))("$name", ({ run }) => run(target));
});
