/** What a document of user data is to cloud-init. */
export type DocumentKind =
  | "cloud-config"
  | "cloud-config-archive"
  | "cloud-config-jsonp"
  | "script"
  | "boothook"
  | "include"
  | "include-once"
  | "part-handler"
  | "jinja"
  | "multi-part";

const beginnings: readonly (readonly [pattern: RegExp, kind: DocumentKind])[] = [
  [/^## template: ?jinja/, "jinja"],
  [/^#cloud-config-archive/, "cloud-config-archive"],
  [/^#cloud-config-jsonp/, "cloud-config-jsonp"],
  [/^#cloud-config[ \t]*\r?(?:\n|$)/, "cloud-config"],
  [/^#cloud-boothook/, "boothook"],
  [/^#part-handler/, "part-handler"],
  [/^#include-once/, "include-once"],
  [/^#include/, "include"],
  [/^#!/, "script"],
  [/^(?:mime-version|content-type):/i, "multi-part"],
];

/** Tells what a document is by its first line, as cloud-init does; undefined for what it would leave out. */
export function documentKind(text: string): DocumentKind | undefined {
  return beginnings.find(([pattern]) => pattern.test(text))?.[1];
}

/** The media type that a document has as one of several parts. */
export const mediaTypes: Readonly<Record<Exclude<DocumentKind, "multi-part">, string>> = {
  "cloud-config": "text/cloud-config",
  "cloud-config-archive": "text/cloud-config-archive",
  "cloud-config-jsonp": "text/cloud-config-jsonp",
  script: "text/x-shellscript",
  boothook: "text/cloud-boothook",
  include: "text/x-include-url",
  "include-once": "text/x-include-once-url",
  "part-handler": "text/part-handler",
  jinja: "text/jinja2",
};
