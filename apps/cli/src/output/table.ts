import Table from "cli-table3";

/** A table for people: a head, and rows whose cells may have several lines. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString()}\n`;
}
