import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { nicsOf } from "../instances/instance-network.ts";
import { type Metric, metricsOf } from "./metric-list.ts";

/** `GET /1.0/metrics`: what the instances of the member that answers use, in the OpenMetrics text format. */
export function getMetrics({ state, query }: ApiRequest): ApiReply {
  const project = query.get("project") ?? "";
  const running = state.store.instances
    .all()
    .filter((instance) => instance.power !== undefined && instance.location === state.location)
    .filter((instance) => project === "" || instance.project === project);
  const families = metricsOf(state.flavour).flatMap((metric) => family(state, metric, running));
  const text = [...families, "# EOF", ""].join("\n");
  return {
    kind: "raw",
    write(response) {
      response.writeHead(200, { "Content-Type": "text/plain" });
      response.end(text);
      return Promise.resolve();
    },
  };
}

/** One kind of measurement with its samples; nothing without any. */
function family(state: FakeState, metric: Metric, instances: readonly InstanceRecord[]): readonly string[] {
  const name = `${state.flavour}_${metric.name}`;
  const samples = instances.flatMap((instance) => samplesOf(state, metric, instance));
  if (samples.length === 0) return [];
  return [
    `# HELP ${name} ${metric.help}`,
    `# TYPE ${name} ${metric.name.endsWith("_total") && metric.isGauge !== true ? "counter" : "gauge"}`,
    ...samples.map(([names, value]) => `${name}{${names}} ${number(value)}`),
  ];
}

function samplesOf(
  state: FakeState,
  { of, value }: Metric,
  instance: InstanceRecord,
): readonly (readonly [names: string, value: number])[] {
  const { name, project, type } = instance;
  switch (of ?? "instance") {
    case "cpu":
      return ["0", "1"].flatMap((cpu) =>
        ["system", "user"].map(
          (mode) => [labels({ cpu, mode, name, project, type }), mode === "user" ? 0 : value] as const,
        ),
      );
    case "filesystem":
      return [[labels({ device: "", fstype: "ext4", mountpoint: "/", name, project }), value]];
    case "network":
      return [...nicsOf(state, instance).map((nic) => nic.interface), "lo"].map(
        (device) => [labels({ device, name, project, type }), device === "lo" ? 0 : value] as const,
      );
    case "instance":
      return [[labels({ name, project, type }), value]];
  }
}

function labels(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}="${value}"`)
    .join(",");
}

/** A number as Go prints it: with an exponent from a million on. */
function number(value: number): string {
  const [digits = "", exponent = "0"] = value.toExponential().split("e+");
  return Number(exponent) > 5 ? `${digits}e+${exponent.padStart(2, "0")}` : String(value);
}
