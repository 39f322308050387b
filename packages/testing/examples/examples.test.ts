import { request } from "node:http";
import { startFakeServer, withImage, withWarning } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main as checkServer } from "./check-server.ts";
import { main as prepareHost } from "./prepare-host.ts";
import { main as surviveFaults } from "./survive-faults.ts";
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
  // Real servers complain of something, too: a machine without virtual machines does.
  const warning = withWarning({ type: "Instance type not operational", message: "KVM support is missing" });
  const setup = [withImage({ aliases: ["tiny"] }), warning, warning];
  await using fake = await startFakeServer({ setup, stopMs: 3000 });
  const { flavour, socketPath } = fake;
  fake.failRequest({ method: "GET", path: "/", status: 500, error: "broken" });
  const failed = await checkServer({ flavour, socketPath, imageAlias: "tiny" });
  expect(failed).toEqual(["GET / lists the versions of the API"]);
}, 60_000);

interface Answer {
  readonly etag: string | undefined;
  readonly body: { readonly change?: string; readonly metadata?: { readonly description: string } };
}

function ask(socketPath: string, method: string, path: string, body?: unknown, ifMatch?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = ifMatch === undefined ? {} : { "If-Match": ifMatch };
    request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ etag: response.headers.etag, body: JSON.parse(text) as Answer["body"] }));
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test("prepare-host", async () => {
  const done = await prepareHost(async (run, snapd) => {
    await expect(run("lxd", ["--version"])).rejects.toMatchObject({ code: "ENOENT" });
    const { body } = await ask(snapd, "POST", "/v2/snaps/lxd", { action: "install", channel: "5.0/stable" });
    const isReady = async (): Promise<unknown> => (await ask(snapd, "GET", `/v2/changes/${body.change ?? ""}`)).body;
    await expect.poll(isReady).toMatchObject({ result: { ready: true } });
    await run("lxd", ["init", "--preseed"], { input: "config: {}" });
  });
  expect(done).toEqual(["lxd --version", "lxd init --preseed", "5.0/stable"]);
});

test("survive-faults", async () => {
  const statuses = await surviveFaults(async (socketPath) => {
    for (;;) {
      const path = "/1.0/profiles/small";
      const { etag, body } = await ask(socketPath, "GET", path);
      if (body.metadata?.description === "new") return;
      await ask(socketPath, "PUT", path, { description: "new" }, etag).catch(() => undefined);
    }
  });
  expect(statuses).toEqual([500, 0]);
});
