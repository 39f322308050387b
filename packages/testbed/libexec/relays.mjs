// relays.mjs FROM=TO...: relays that run inside a bed. An address is HOST:PORT or the path of a socket file.
import { startRelay } from "./relay.mjs";

const addressOf = (text) => {
  if (text.startsWith("/")) return { path: text };
  const [host, port] = text.split(":");
  return { host, port: Number(port) };
};

await Promise.all(process.argv.slice(2).map((pair) => startRelay(...pair.split("=").map(addressOf))));
