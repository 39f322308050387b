import { request } from "node:http";
import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main as checkServer } from "./check-server.ts";
import { main as watchRequests } from "./watch-requests.ts";

test("watch-requests", async () => {
  const program = (socketPath: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath, path: "/1.0/instances", agent: false }, (response) => {
        response.resume().on("end", resolve);
      });
      sent.on("error", reject).end();
    });
  expect(await watchRequests(program)).toEqual(["GET /1.0/instances 200"]);
});

test("check-server names the case that an unlike server fails", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], stopMs: 3000 });
  const { flavour, socketPath } = fake;
  fake.failRequest({ method: "GET", path: "/", status: 500, error: "broken" });
  const failed = await checkServer({ flavour, socketPath, imageAlias: "tiny" });
  expect(failed).toEqual(["GET / lists the versions of the API"]);
}, 60_000);
