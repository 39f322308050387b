import { startFakeServer } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { configureLXDProxies } from "./configure-proxies.ts";
import { proxiesOfEnvironment } from "./host/proxy-settings.ts";
import { writesOf } from "./preseed/preseed.test-support.ts";

const nowhere = { environment: { LXD_DIR: "/nowhere", INCUS_DIR: "/nowhere" } };
const proxies = { http: "h", https: "s", noProxy: "n" };

describe.each(["lxd", "incus"] as const)("proxies of a fake %s", (flavour) => {
  test("rows 11 and 13: one update with the three keys, and no second one", async () => {
    await using fake = await startFakeServer({ flavour });
    const host = { ...nowhere, socketPath: fake.socketPath };
    expect(await configureLXDProxies(host, proxies)).toBe(true);
    expect(await configureLXDProxies(host, proxies)).toBe(false);
    expect(writesOf(fake)).toEqual(["PUT /1.0"]);
    expect(fake.requests.find(({ method }) => method === "PUT")?.body).toEqual({
      config: { "core.proxy_http": "h", "core.proxy_https": "s", "core.proxy_ignore_hosts": "n" },
    });
  });

  test("an empty text clears a setting", async () => {
    await using fake = await startFakeServer({ flavour });
    const host = { ...nowhere, socketPath: fake.socketPath };
    await configureLXDProxies(host, proxies);
    expect(await configureLXDProxies(host, { http: "", https: "s", noProxy: "" })).toBe(true);
    expect(fake.save().config).toMatchObject({ "core.proxy_https": "s" });
    expect(fake.save().config).not.toHaveProperty("core.proxy_http");
  });
});

test("row 12: where no server runs, nothing is done", async () => {
  const fake = await startFakeServer();
  await fake.close();
  expect(await configureLXDProxies({ ...nowhere, socketPath: fake.socketPath }, proxies)).toBe(false);
});

test("row 14: lower case first, upper case where that is empty", () => {
  expect(proxiesOfEnvironment({ HTTP_PROXY: "a", http_proxy: "b" })).toEqual({ http: "b", https: "", noProxy: "" });
  expect(proxiesOfEnvironment({ HTTPS_PROXY: "a", https_proxy: "", NO_PROXY: "c", ftp_proxy: "d" })).toEqual({
    http: "",
    https: "a",
    noProxy: "c",
  });
});
