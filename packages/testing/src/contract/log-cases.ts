import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { plainExec } from "./own-exec.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertAllRefused, assertDone, assertTells, type Fields, of } from "./own-object.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";

/** Logs of instances. */
export const logCases: readonly ContractCase[] = [
  {
    name: "an instance has a log from the start, and on LXD its configuration once it was started",
    async run(target) {
      await withInstance(target, async (path) => {
        const list = async (): Promise<unknown> => {
          const answer = await get(target, `${path}/logs`);
          assertSync(answer);
          return answer.metadata;
        };
        assert.deepEqual(await list(), [`${path}/logs/lxc.log`]);
        const log = await get(target, `${path}/logs/lxc.log`);
        assert.deepEqual([log.status, log.text], [200, ""]);
        assert.equal(log.headers["content-type"], "application/octet-stream");
        assert.equal(log.headers["content-disposition"], "inline;filename=lxc.log");
        await bringTo(target, path, { action: "start" });
        const files = of(target, { lxd: ["lxc.conf", "lxc.log"], incus: ["lxc.log"] });
        assert.deepEqual(
          await list(),
          files.map((file) => `${path}/logs/${file}`),
        );
        const text = (await get(target, `${path}/logs/lxc.conf`)).text;
        if (target.flavour === "lxd") assert.match(text, /^lxc\.log\.file = .*\/lxc\.log\n/);
      });
    },
  },
  {
    name: "logs that are not there or cannot be are refused",
    async run(target) {
      const isLxd = target.flavour === "lxd";
      const none = "/1.0/instances/no-such-instance/logs";
      const loaded = 'Failed to fetch instance "no-such-instance" in project "default": Instance not found';
      const noFolder = /^open .*\/logs\/no-such-instance: no such file or directory$/;
      const notValid = (file: string): string =>
        isLxd ? `log file name ${file} not valid` : `Log file name ${JSON.stringify(file)} not valid`;
      const missing = isLxd ? 500 : 404;
      await withInstance(target, async (path) => {
        const url = `${path}/logs`;
        await assertAllRefused(target, [
          ["GET", none, undefined, 404, isLxd ? "Instance not found" : noFolder],
          ["GET", `${none}/lxc.log`, undefined, 404, loaded],
          ["DELETE", `${none}/lxc.log`, undefined, 404, loaded],
          ["GET", `${none}/exec-output`, undefined, 404, loaded],
          ["GET", `${url}/console.log`, undefined, 400, notValid("console.log")],
          ["GET", `${url}/..%2Fx`, undefined, 400, notValid("../x")],
          ["DELETE", `${url}/forkstart.log`, undefined, 400, notValid("forkstart.log")],
          ["GET", `${url}/snapshot_x.log`, undefined, missing, /^open .*\/snapshot_x\.log: no such file or directory$/],
          [
            "DELETE",
            `${url}/migration_x.log`,
            undefined,
            404,
            /^remove .*\/migration_x\.log: no such file or directory$/,
          ],
          [
            ...(["DELETE", `${url}/lxc.log`, undefined, 400] as const),
            {
              lxd: "lxc.log and lxc.conf may not be deleted",
              incus: "Only log files excluding qemu.log and lxc.log may be deleted",
            },
          ],
          ["PUT", `${url}/lxc.log`, {}, 501, "not implemented"],
          ["POST", url, {}, 501, "not implemented"],
        ]);
        const outputs = await get(target, `${url}/exec-output`);
        if (isLxd) assertRefused(outputs, 400, notValid("exec-output"));
        else assertRefused(outputs, 404, /^open .*\/exec-output: no such file or directory$/);
        const odd = await get(target, `${url}/exec-output/odd`);
        if (isLxd) assertRefused(odd, 404, "not found");
        else assertRefused(odd, 400, 'Exec record-output file name "odd" not valid');
      });
    },
  },
  {
    name: "what happens to a log is told by the name of a backup",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        const { id, metadata } = await plainExec(target, path, { command: ["true"], "record-output": true });
        const { output } = metadata as { output: Fields };
        const source = `${path}/backups/exec_${id}.stdout`;
        const told = [
          { action: "instance-log-retrieved", source: `${path}/backups/lxc.log` },
          { action: "instance-log-retrieved", source },
          { action: "instance-log-deleted", source },
        ];
        await assertTells(target, told, async () => {
          await get(target, `${path}/logs/lxc.log`);
          await get(target, String(output["1"]));
          assertDone(await send(target, "DELETE", String(output["1"])));
        });
      });
    },
  },
];
