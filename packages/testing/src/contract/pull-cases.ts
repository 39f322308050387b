import assert from "node:assert/strict";
import type { Image, Operation } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { cleaningUp, post, readInstance, uniqueName } from "./own-instance.ts";
import { fails, get, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

/** Making instances from images that the server has to fetch. */
export const pullCases: readonly ContractCase[] = [
  {
    name: "the server pulls an image from a simplestreams host, shows the download, and keeps the image as cached",
    needs: "simplestreams",
    async run(target) {
      const { url, alias } = simplestreams(target);
      const before = (await get(target, "/1.0/images")).metadata as string[];
      const events = await listenToEvents(target, "?type=operation,lifecycle");
      const name = uniqueName();
      try {
        await cleaningUp(target, name, async () => {
          const answer = await post(target, body(name, url, { alias }));
          const operation = await succeeds(target, answer);
          assert.equal(operation.description, "Creating instance");
          const { config } = (await readInstance(target, `/1.0/instances/${name}`)).instance;
          const fingerprint = config["volatile.base_image"] ?? "";
          assert.match(config["image.serial"] ?? "", /^\d{8}/);
          const image = (await get(target, `/1.0/images/${fingerprint}`)).metadata as Image;
          const { cached, auto_update: autoUpdate, aliases, type } = image;
          assert.deepEqual([cached, autoUpdate, aliases, type], [true, true, [], "container"]);
          const source = (image as unknown as Record<string, unknown>)["update_source"];
          assert.deepEqual(source, { alias, certificate: "", protocol: "simplestreams", server: url, image_type: "" });
          // On a server that others use as well, the image may be there already or come through them.
          if (before.includes(`/1.0/images/${fingerprint}`)) return;
          await events.find("a download", ({ metadata }) => {
            const { metadata: progress, may_cancel: mayCancel } = metadata as Operation;
            return mayCancel && /^rootfs: \d+% \(/.test(String(progress?.["download_progress"]));
          });
          await events.find("the image", ({ metadata }) => {
            const { action, source: made } = metadata as Record<string, unknown>;
            return action === "image-created" && made === `/1.0/images/${fingerprint}`;
          });
        });
      } finally {
        events.close();
      }
    },
  },
  {
    name: "a second instance from the same remote image needs no download",
    needs: "simplestreams",
    async run(target) {
      const { url, alias } = simplestreams(target);
      const [first, second] = [uniqueName(), uniqueName()];
      await cleaningUp(target, first, async () => {
        await succeeds(target, await post(target, body(first, url, { alias })));
        const { config } = (await readInstance(target, `/1.0/instances/${first}`)).instance;
        await cleaningUp(target, second, async () => {
          const fingerprint = config["volatile.base_image"] ?? "";
          const operation = await succeeds(target, await post(target, body(second, url, { fingerprint })));
          assert.equal(operation.metadata["download_progress"], undefined);
        });
      });
    },
  },
  {
    name: "an image that the host does not have, a host that does not answer, an unknown protocol: failed operations",
    needs: "simplestreams",
    async run(target) {
      const { url, alias } = simplestreams(target);
      const name = uniqueName();
      const remote = "Failed getting remote image info: Failed getting image:";
      const missing = `${remote} The requested image couldn't be found`;
      await fails(target, await post(target, body(name, url, { alias: "no-such-alias" })), missing);
      await fails(target, await post(target, body(name, url, { fingerprint: "0000beef" })), missing);
      const nobody = body(name, "https://127.0.0.1:1", { alias });
      await fails(target, await post(target, nobody), new RegExp(`^${remote} Failed parsing stream: `));
      const odd = body(name, url, { alias, protocol: "foo" });
      await fails(target, await post(target, odd), "Unsupported protocol: foo");
      const unsaid = body(name, url, { alias, protocol: undefined });
      await fails(target, await post(target, unsaid), /^Failed to connect to (LXD|the) server "https:/);
      assert.equal((await get(target, `/1.0/instances/${name}`)).status, 404);
    },
  },
];

function simplestreams(target: ContractTarget): { readonly url: string; readonly alias: string } {
  assert.ok(target.simplestreams !== undefined, "this case needs a simplestreams host");
  return target.simplestreams;
}

function body(name: string, server: string, source: Readonly<Record<string, unknown>>): unknown {
  return { name, source: { type: "image", mode: "pull", protocol: "simplestreams", server, ...source } };
}
