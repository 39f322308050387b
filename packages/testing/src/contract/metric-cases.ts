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
        const { flavour } = target;
        const labels = `name="${name}",project="default",type="container"`;
        const start = (metric: string, more = ""): string => `${flavour}_${metric}{${more}${labels}} `;
        const ways = ["receive", "transmit"].flatMap((way) =>
          ["bytes", "drop", "errs", "packets"].map((what) => [way, what]),
        );
        const expected = [
          ...["system", "user"].map((mode) => start("cpu_seconds_total", `cpu="0",mode="${mode}",`)),
          ...["Active_anon", "Cached", "MemAvailable", "MemFree", "MemTotal", "RSS", "Swap"].map((part) =>
            start(`memory_${part}_bytes`),
          ),
          ...ways.flatMap(([way, what]) =>
            ["eth0", "lo"].map((device) => start(`network_${way}_${what}_total`, `device="${device}",`)),
          ),
          start("procs_total"),
          ...(flavour === "incus" ? [start("cpu_effective_total")] : []),
        ];
        // Servers measure anew only after some seconds, and leave out what they could not read in that moment.
        await eventually(`metrics of ${name}: ${expected.join(", ")}`, async () => {
          const lines = (await get(target, path)).text.split("\n");
          return expected.every((one) => lines.some((line) => line.startsWith(one))) ? true : undefined;
        });
        const { text } = await get(target, path);
        const help = `# HELP ${flavour}_procs_total The number of running processes.`;
        assert.ok(text.includes(`${help}\n# TYPE ${flavour}_procs_total gauge\n`));
        assert.ok(text.includes(`# TYPE ${flavour}_cpu_seconds_total counter\n`));
        assert.ok(text.endsWith("# EOF\n"));
      });
    },
  },
];
