import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { eventually, get } from "./raw-http.ts";

const path = "/1.0/metrics";

/** What the instances use, in the OpenMetrics text format. */
export const metricCases: readonly ContractCase[] = [
  {
    name: "metrics are a text that ends with a mark, also without any instance",
    async run(target) {
      const answer = await get(target, `${path}?project=no-such-project`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "text/plain");
      assert.equal(answer.text, "# EOF\n");
    },
  },
  {
    name: "metrics tell of instances that run, with the name, project and type of each",
    async run(target) {
      await withInstance(target, async (url, name) => {
        await bringTo(target, url, { action: "start" });
        // Servers measure anew only after some seconds.
        const own = await eventually(`metrics of ${name}`, async () => {
          const { text } = await get(target, path);
          const lines = text.split("\n").filter((line) => line.includes(`name="${name}"`));
          return lines.some((line) => line.includes('device="eth0"')) ? lines : undefined;
        });
        const { flavour } = target;
        const labels = `name="${name}",project="default",type="container"`;
        const has = (metric: string, more = ""): void => {
          const start = `${flavour}_${metric}{${more}${labels}} `;
          assert.ok(
            own.some((line) => line.startsWith(start)),
            start,
          );
        };
        has("cpu_seconds_total", 'cpu="0",mode="system",');
        has("cpu_seconds_total", 'cpu="0",mode="user",');
        for (const part of ["Active_anon", "Cached", "MemAvailable", "MemFree", "MemTotal", "RSS", "Swap"]) {
          has(`memory_${part}_bytes`);
        }
        for (const way of ["receive", "transmit"]) {
          for (const what of ["bytes", "drop", "errs", "packets"]) {
            for (const device of ["eth0", "lo"]) has(`network_${way}_${what}_total`, `device="${device}",`);
          }
        }
        has("procs_total");
        if (flavour === "incus") has("cpu_effective_total");
        const { text } = await get(target, path);
        const help = `# HELP ${flavour}_procs_total The number of running processes.`;
        assert.ok(text.includes(`${help}\n# TYPE ${flavour}_procs_total gauge\n`));
        assert.ok(text.includes(`# TYPE ${flavour}_cpu_seconds_total counter\n`));
        assert.ok(text.endsWith("# EOF\n"));
      });
    },
  },
];
