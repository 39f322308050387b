import Table from "cli-table3";
import type { Result } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";

/** Where and on what the measurements were made. */
export interface Setting {
  /** For example `LXD 5.0.2`, or `no server` for what needs none. */
  readonly server: string;
  readonly rounds: number;
  readonly node: string;
  readonly cores: number;
}

/** The results as a table for people; times in seconds. */
export function formatTable(setting: Setting, results: readonly Result[]): string {
  const table = new Table({
    head: ["job", "command", "runs", "min", "median", "max", "ours/this", "goal"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  let previous = "";
  for (const { job, title, seconds, summary, ratio, goal } of results) {
    table.push([
      job === previous ? "" : job,
      title,
      String(seconds.length),
      ...[summary.min, summary.median, summary.max].map((value) => value.toFixed(3)),
      ratio === undefined ? "" : ratio.toFixed(2),
      ratio === undefined || goal === undefined ? "" : `<= ${String(goal)} ${ratio <= goal ? "reached" : "missed"}`,
    ]);
    previous = job;
  }
  const { server, rounds, node, cores } = setting;
  return `${server}, Node ${node}, ${String(cores)} cores, ${String(rounds)} rounds; seconds\n${table.toString()}\n`;
}

/** What was measured once, as a table for people. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ["job", "measured", "value", "goal"],
    colAligns: ["left", "left", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  let previous = "";
  for (const { job, title, value, unit, goal, isLeast = false } of measurements) {
    const text = unit === "count" ? String(value) : `${value.toFixed(1)} ${unit}`;
    const isReached = isLeast ? value >= goal : value <= goal;
    table.push([
      job === previous ? "" : job,
      title,
      text,
      `${isLeast ? ">=" : "<="} ${String(goal)} ${isReached ? "reached" : "missed"}`,
    ]);
    previous = job;
  }
  return `${table.toString()}\n`;
}

/** The results for programs. */
export function formatJson(
  setting: Setting,
  results: readonly Result[],
  measurements: readonly Measurement[] = [],
): string {
  return `${JSON.stringify({ ...setting, results, measurements }, undefined, 2)}\n`;
}
