import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { openServer } from "../server.ts";

// Rows 8 to 10 and 22 of the cases of the server object, for an instance.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("keys are merged under the ETag; nothing is written when they are set already", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const image = await server.findImageByAlias("tiny");
    await server.createContainer({ name: "c1", image, config: { "user.b": "2", "user.gone": "1" } });
    const seen = fake.requests.length;
    expect(await server.updateContainerConfig("c1", { "user.a": "1", "user.gone": "" })).toBe(true);
    const { value } = await server.client.instances.get("c1");
    expect(value.config).toMatchObject({ "user.a": "1", "user.b": "2" });
    expect(value.config).not.toHaveProperty("user.gone");
    expect(await server.updateContainerConfig("c1", { "user.a": "1", "user.gone": "" })).toBe(false);
    const puts = fake.requests.slice(seen).filter(({ method }) => method === "PUT");
    expect(puts).toHaveLength(1);
    expect(puts[0]?.headers["if-match"]).toMatch(/^"[0-9a-f]{64}"$/);
  });

  test("who was overtaken reads again and keeps what the other one wrote", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    await server.createContainer({ name: "c1", image: await server.findImageByAlias("tiny") });
    const keys = Array.from({ length: 4 }, (_, at) => `user.k${String(at)}`);
    await Promise.all(keys.map((key) => server.updateContainerConfig("c1", { [key]: "1" })));
    const { value } = await server.client.instances.get("c1");
    expect(keys.map((key) => value.config[key])).toEqual(["1", "1", "1", "1"]);
  });

  test("refused for ever, it gives up after five attempts; a failed reading writes nothing", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    await server.createContainer({ name: "c1", image: await server.findImageByAlias("tiny") });
    for (let times = 0; times < 9; times += 1) {
      fake.failRequest({ method: "PUT", path: "/1.0/instances/c1", status: 412, error: "Precondition failed" });
    }
    const seen = fake.requests.length;
    await expect(server.updateContainerConfig("c1", { "user.a": "1" })).rejects.toMatchObject({
      code: "ETAG_MISMATCH",
    });
    expect(fake.requests.slice(seen).map(({ method }) => method)).toEqual(
      Array.from({ length: 5 }, () => ["GET", "PUT"]).flat(),
    );
    await expect(server.updateContainerConfig("gone", { "user.a": "1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(fake.requests.at(-1)?.method).toBe("GET");
  });
});
