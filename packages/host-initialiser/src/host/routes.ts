/** The destinations of the text of `/proc/net/route`, as `10.1.2.0/24`; without the default route. */
export function readRoutes(text: string): readonly string[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const [to = "", mask = ""] = [columns[1], columns[7]];
      if (!/^[0-9A-Fa-f]{8}$/.test(to) || !/^[0-9A-Fa-f]{8}$/.test(mask)) return [];
      const length = bytesOf(mask).reduce((bits, byte) => bits + byte.toString(2).replaceAll("0", "").length, 0);
      return length === 0 ? [] : [`${bytesOf(to).join(".")}/${String(length)}`];
    });
}

/** The kernel writes the number as the processor keeps it: the last byte first. */
function bytesOf(hexadecimal: string): readonly number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hexadecimal.slice(at, at + 2), 16));
}
