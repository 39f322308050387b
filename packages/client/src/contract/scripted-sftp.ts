import type { Duplex } from "node:stream";

/** What a scripted SFTP server has at a path. */
export type ScriptedNode =
  | { readonly type: "directory"; readonly entries: readonly string[] }
  | { readonly type: "file"; readonly sizeBytes: number }
  | { readonly type: "symlink"; readonly target: string };

const typeBits = { directory: 0o040755, file: 0o100644, symlink: 0o120777 } as const;

/** Answers the greeting of HTTP, then speaks SFTP as far as this package does, with whatever names the script has. */
export function serveSftp(socket: Duplex, nodes: Readonly<Record<string, ScriptedNode>>): void {
  socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: sftp\r\nconnection: upgrade\r\n\r\n");
  const listed = new Set<string>();
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
      const end = 4 + pending.readUInt32BE(0);
      answer(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
  });
  const send = (...parts: readonly Buffer[]): void => {
    const packet = Buffer.concat(parts);
    socket.write(Buffer.concat([word(packet.length), packet]));
  };
  const answer = (packet: Buffer): void => {
    const type = packet[0];
    if (type === 1) return send(Buffer.of(2), word(3));
    const id = packet.subarray(1, 5);
    const path = packet.subarray(9, 9 + packet.readUInt32BE(5)).toString();
    const node = nodes[path];
    const status = (code: number): void => {
      send(Buffer.of(101), id, word(code), text("said"), text(""));
    };
    if (type === 4) return status(0);
    if (node === undefined) return status(2);
    if (type === 7) return send(Buffer.of(105), id, attributes(node));
    if (type === 11) return send(Buffer.of(102), id, text(path));
    if (type === 19 && node.type === "symlink") return send(Buffer.of(104), id, word(1), text(node.target), text(""));
    if (type !== 12 || node.type !== "directory") return status(4);
    if (listed.has(path) || node.entries.length === 0) return status(1);
    listed.add(path);
    const entries = node.entries.map((name) => {
      const child = nodes[path === "/" ? `/${name}` : `${path}/${name}`] ?? { type: "file", sizeBytes: 1 };
      return Buffer.concat([text(name), text(""), attributes(child)]);
    });
    send(Buffer.of(104), id, word(entries.length), ...entries);
  };
}

function attributes(node: ScriptedNode): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(node.type === "file" ? node.sizeBytes : 0));
  return Buffer.concat([word(7), size, word(0), word(0), word(typeBits[node.type])]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([word(bytes.length), bytes]);
}
