// Stands in for MinIO, which Incus starts for each bucket of a local pool, and for its client program, as far as Incus
// uses them. `minio server FOLDER --address HOST:PORT` serves files of FOLDER/BUCKET as objects; `mc` speaks to it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

const [role, ...words] = process.argv.slice(2);
if (role === "minio") serve(words[1], words[3]);
else await control(words);

function serve(folder, address) {
  const [host, port] = address.split(":");
  const server = createServer((request, response) => void answer(folder, request, response));
  server.listen(Number(port), host);
}

async function answer(folder, request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://store");
  if (pathname === "/stop") process.exit(0);
  const [bucket, key = ""] = pathname
    .slice(1)
    .split(/\/(.*)/s)
    .map(decodeURIComponent);
  const content = await buffer(request);
  const { status = 200, body = "" } = object(join(folder, bucket), key, request.method, searchParams, content);
  const headers = { "content-type": "application/xml", "last-modified": new Date(0).toUTCString(), etag: '"0"' };
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? "" : body);
}

/** What S3 answers for a bucket, or an object in it. */
function object(bucket, key, method, query, content) {
  const file = join(bucket, key);
  if (query.has("location")) return { body: element("LocationConstraint", "") };
  if (method === "PUT") {
    if (key === "") mkdirSync(bucket, { recursive: true });
    else writeFileSync(file, content);
    return {};
  }
  // An upload in parts, of which there is one.
  if (query.has("uploads")) return { body: element("InitiateMultipartUploadResult", element("UploadId", "1")) };
  if (query.has("uploadId")) return { body: element("CompleteMultipartUploadResult", element("Bucket", "any")) };
  if (!existsSync(file)) return { status: 404 };
  if (method === "DELETE") rmSync(file, { recursive: true });
  if (method === "DELETE") return { status: 204 };
  if (method === "HEAD") return key === "" ? {} : { body: readFileSync(file) };
  return { body: key === "" ? listing(bucket) : readFileSync(file) };
}

function listing(bucket) {
  const time = element("LastModified", new Date(0).toISOString());
  const items = readdirSync(bucket).map((name) => {
    const { length } = readFileSync(join(bucket, name));
    return element("Contents", element("Key", name) + element("Size", length) + time);
  });
  return element("ListBucketResult", element("IsTruncated", false) + items.join(""));
}

function element(name, content) {
  return `<${name}>${content}</${name}>`;
}

/** `mc -C FOLDER ...`; the addresses of stores are kept in the folder. */
async function control(line) {
  if (line[0] === "--version") return void process.stdout.write("mc version RELEASE.2024-10-08\n\nMinIO, Inc.\n");
  const [, folder, ...rest] = line.filter((word) => word !== "--json");
  const [area, verb] = rest;
  if (area === "alias" && verb === "set") {
    const [, , name, url] = rest;
    // Fails until the store listens, and is called again.
    await fetch(url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), url);
  } else if (area === "alias") {
    rmSync(join(folder, rest[2]), { force: true });
  } else if (verb === "service") {
    await fetch(new URL("/stop", readFileSync(join(folder, rest[3]), "utf8"))).catch(() => undefined);
  } else if (rest[3] === "add") {
    const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : randomUUID());
    const account = { accessKey: option("--access-key"), secretKey: option("--secret-key") };
    process.stdout.write(JSON.stringify({ status: "success", ...account, accountStatus: "enabled" }));
  }
}
