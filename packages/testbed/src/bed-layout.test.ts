import { expect, test } from "vitest";
import { layOutBed, memberServices } from "./bed-layout.ts";
import { firstPreseed, joinPreseed } from "./initialise-members.ts";
import { shellQuote } from "./shell-quote.ts";

test("the members of a bed have loopback addresses and folders of their own", () => {
  const { members } = layOutBed("incus", "/beds/1", 3);
  expect(members.map(({ host }) => host)).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
  expect(members.map(({ socketPath }) => socketPath)).toEqual([
    "/beds/1/m1/unix.socket",
    "/beds/1/m2/unix.socket",
    "/beds/1/m3/unix.socket",
  ]);
});

test("a member finds the simplestreams host and the other members at the addresses that all use", () => {
  const layout = layOutBed("lxd", "/beds/1", 3);
  const [, second] = layout.members;
  const [relays, daemon] = second === undefined ? [] : memberServices(layout, second, { https: 8443, streams: 9443 });
  expect(relays).toContain(
    "/beds/1/m2.https=127.0.0.2:8443 127.0.0.1:9443=/beds/1/streams " +
      "127.0.0.1:8443=/beds/1/m1.https 127.0.0.3:8443=/beds/1/m3.https",
  );
  expect(daemon).toMatch(/^exec env -i .*LXD_DIR=\/beds\/1\/m2 SSL_CERT_FILE=\/beds\/1\/simplestreams.crt \S*lxd >>/);
});

test("only a cluster has a cluster in its first preseed", () => {
  expect(firstPreseed("lxd", "127.0.0.1:8443", undefined)).not.toHaveProperty("cluster");
  expect(firstPreseed("incus", "127.0.0.1:8443", "m1")).toMatchObject({
    cluster: { server_name: "m1", enabled: true },
    networks: [{ name: "incusbr0" }],
  });
  expect(joinPreseed("127.0.0.2:8443", "m2", "secret")).toMatchObject({
    cluster: { server_name: "m2", server_address: "127.0.0.2:8443", cluster_token: "secret" },
  });
});

test("words for a shell are quoted where it is needed", () => {
  expect(shellQuote(["env", "A=b/c", "it's", ""])).toBe(`env A=b/c 'it'\\''s' ''`);
});
