import { SimplestreamsError } from "./simplestreams-error.ts";

/** Below which addresses a stream may lie. */
export interface StreamRootOptions {
  /**
   * Accepts `http://` too. What comes that way is as trustworthy as the network between. False by default.
   */
  readonly allowHttp?: boolean;
}

/**
 * Checks the root of a stream and gives it without slashes at the end.
 *
 * @throws {SimplestreamsError} `BAD_STREAM_URL`.
 */
export function checkRoot(url: string, { allowHttp = false }: StreamRootOptions = {}): string {
  const bad = (message: string, cause?: unknown): SimplestreamsError =>
    new SimplestreamsError(message, {
      code: "BAD_STREAM_URL",
      cause,
      hint: "Give the root of a simplestreams server, for example https://cloud-images.ubuntu.com/releases.",
    });
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw bad(`${JSON.stringify(url)} is not an URL`, cause);
  }
  if (parsed.username !== "" || parsed.password !== "") throw bad("the address of an image server holds no password");
  const isAllowed = parsed.protocol === "https:" || (allowHttp && parsed.protocol === "http:");
  if (!isAllowed) throw bad(`${url} is not https: images are only read over https`);
  return url.replace(/\/+$/, "");
}

/** Ubuntu's own server lists its images without the `ubuntu/` that other servers put in front. */
export function withoutDefaultOs(root: string, name: string): string {
  return root.startsWith("https://cloud-images.ubuntu.com") ? name.replace(/^ubuntu\//, "") : name;
}
