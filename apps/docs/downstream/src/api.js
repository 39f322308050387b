import { request } from "node:http";

/** An answer of the server that is an error. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Sends one request over the server's socket; gives its metadata and its ETag. */
export function call(socketPath, method, path, { body, ifMatch } = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
    };
    const sent = request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        const envelope = JSON.parse(text);
        if (envelope.type === "error") reject(new ApiError(envelope.error_code, envelope.error));
        else resolve({ metadata: envelope.metadata, etag: response.headers.etag });
      });
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Sends a request that starts an operation, and waits for its end. */
export async function operate(socketPath, method, path, body) {
  const { metadata } = await call(socketPath, method, path, { body });
  const { metadata: end } = await call(socketPath, "GET", `/1.0/operations/${metadata.id}/wait`);
  if (end.status !== "Success") throw new Error(`${end.description}: ${end.err}`);
}
