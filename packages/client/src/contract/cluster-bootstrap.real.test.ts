import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes(
  "a server that becomes a cluster",
  ({ covers, refuses }) => {
    refuses(
      ["GET /1.0/cluster/members", "GET /1.0/cluster/groups"],
      "the server is in no cluster yet",
      async ({ client, raw }) => {
        expect((await client.cluster.get()).value).toMatchObject({ enabled: false, server_name: "" });
        expect(await raw("/1.0/cluster")).toMatchObject({ enabled: false });
        await expect(client.cluster.members.list()).rejects.toMatchObject({ code: "SERVER_ERROR" });
        await expect(client.cluster.groups.list()).rejects.toMatchObject({ code: "BAD_REQUEST" });
      },
    );

    covers(
      ["PUT /1.0/cluster"],
      "starts a cluster, refuses to start another one, and leaves it",
      async ({ client, raw }) => {
        const bootstrap = await client.cluster.update({ enabled: true, server_name: "boss" });
        expect(await bootstrap.wait()).toMatchObject({ status: "Success" });
        expect(await raw("/1.0/cluster")).toMatchObject({ enabled: true, server_name: "boss" });
        expect(await raw("/1.0/cluster/members")).toEqual(["/1.0/cluster/members/boss"]);
        const again = await client.cluster.update({ enabled: true, server_name: "boss" });
        await expect(again.wait()).rejects.toMatchObject({ code: "OPERATION_FAILED" });

        const leaving = await client.cluster.update({ enabled: false });
        expect(leaving.operation).toBeUndefined();
        expect(await leaving.wait()).toBeUndefined();
        // The server starts anew, with nothing of what it had.
        const itself = () => raw("/1.0/cluster").catch(() => undefined);
        await expect.poll(itself, { timeout: 20_000 }).toMatchObject({ enabled: false });
        expect((await raw("/1.0/storage-pools")) ?? []).toEqual([]);
      },
    );
  },
  { members: 1 },
);
