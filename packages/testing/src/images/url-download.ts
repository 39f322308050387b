import type { FakeState } from "../core/fake-state.ts";
import { OperationFailure } from "../core/refusal.ts";
import { exchange } from "./remote-server.ts";

/** An image that was found behind a URL. */
export interface DownloadedImage {
  readonly url: string;
  readonly fingerprint: string;
  readonly bytes: Buffer;
}

/** Asks at `url` where an image is and takes it from there; fails with the words of the family. */
export async function downloadFromUrl(state: FakeState, url: string, signal: AbortSignal): Promise<DownloadedImage> {
  const prefix = state.flavour === "lxd" ? "LXD" : "Incus";
  const asked = { [`${prefix}-Server-Architectures`]: "x86_64, i686", [`${prefix}-Server-Version`]: state.version };
  const sent = { bytes: Buffer.alloc(0), headers: asked };
  const { headers } = await exchange(state, { ...split(url), method: "HEAD", sent, signal });
  const value = (key: string): string => {
    const found = headers[`${prefix}-${key}`.toLowerCase()];
    if (typeof found !== "string" || found === "") throw new OperationFailure(`Missing ${prefix}-${key} header`);
    return found;
  };
  const [fingerprint, place] = [value("Image-Hash"), value("Image-URL")];
  const { bytes } = await exchange(state, { ...split(place), method: "GET", signal });
  return { url: place, fingerprint, bytes };
}

function split(text: string): { readonly url: string; readonly path: string; readonly certificate: string } {
  const [, url = "", path = ""] = /^([a-z]+:\/\/[^/]+)(.*)$/.exec(text) ?? [];
  return url === "" ? { url: "", path: text, certificate: "" } : { url, path, certificate: "" };
}
