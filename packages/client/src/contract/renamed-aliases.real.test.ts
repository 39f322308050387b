import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes(
  "renamed image aliases",
  ({ covers, refuses }) => {
    // Servers of their own: LXD 5.0.2 takes ten seconds for it, in which it does nothing else.
    covers(["POST /1.0/images/aliases/{name}"], "one is renamed", async ({ client, raw, name }) => {
      const { aliases } = client.images;
      const { target } = (await aliases.get("tiny")).value;
      await aliases.create({ name: `${name}/a`, target });
      await expect(aliases.rename(`${name}/a`, "tiny")).rejects.toMatchObject({ code: "CONFLICT" });
      await aliases.rename(`${name}/a`, `${name}/b`);
      expect(await raw(`/1.0/images/aliases/${encodeURIComponent(`${name}/b`)}`)).toMatchObject({ target });
    });

    refuses(
      ["PATCH /1.0/images/aliases/{name}"],
      "LXD 5.0.2 waits for itself until it gives up; images.aliases.patch reads and replaces there",
      async ({ client, raw }) => {
        const path = "/1.0/images/aliases/tiny";
        const patch = client.api("PATCH", path, { body: { description: "x" } });
        await expect(patch).rejects.toMatchObject({ code: "SERVER_ERROR" });
        expect(await raw(path)).toMatchObject({ description: "" });
        await client.images.aliases.patch("tiny", { description: "y" });
        expect(await raw(path)).toMatchObject({ description: "y" });
      },
      { on: "lxd" },
    );
  },
  { members: 1 },
);
