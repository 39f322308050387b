import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PublishedImage, SimplestreamsHost } from "@lxdkit/simplestreams/testing";
import { stringify } from "yaml";
import { type BedLayout, type BedPorts, memberServices } from "./bed-layout.ts";
import { imageArchitecture } from "./images/image-architecture.ts";
import { namesOf } from "./programs.ts";
import type { TestbedImages, TestbedMember } from "./testbed.ts";

/** The images of a bed as its simplestreams host publishes them. */
export function publishedImages(images: TestbedImages): readonly PublishedImage[] {
  const architecture = imageArchitecture().debian;
  const base = { architecture, serial: "20261101", rootfsType: "squashfs" } as const;
  const ubuntu = { os: "ubuntu", release: "jammy", releaseTitle: "22.04 LTS", version: "22.04" };
  const debian = { os: "debian", release: "bookworm", releaseTitle: "12", version: "12" };
  const { tiny, cloud } = images;
  return [
    { ...base, ...ubuntu, aliases: ["tiny", "jammy", "22.04"], metadata: tiny.metadata, rootfs: tiny.rootfs },
    ...(cloud === undefined
      ? []
      : [{ ...base, ...debian, aliases: ["cloud", "bookworm"], metadata: cloud.metadata, rootfs: cloud.rootfs }]),
  ];
}

/** The variables for programs that work with a bed. */
export function environmentOf(
  layout: BedLayout,
  ports: BedPorts,
  host: SimplestreamsHost,
): Readonly<Record<string, string>> {
  const names = namesOf[layout.flavour];
  const [first] = layout.members;
  return {
    [names.directoryVariable]: first?.directory ?? "",
    [names.configVariable]: layout.clientConfig,
    BED: layout.directory,
    BED_SS: host.url,
    BED_URL: `https://${first?.host ?? "127.0.0.1"}:${String(ports.https)}`,
    NODE_EXTRA_CA_CERTS: layout.authorities,
    SSL_CERT_FILE: layout.allAuthorities,
  };
}

/** Writes what the members and the client programs read when they start. */
export function writeBedFiles(layout: BedLayout, ports: BedPorts, host: SimplestreamsHost): void {
  writeFileSync(layout.streamsCertificate, host.certificate);
  writeAuthorities(layout, host, []);
  for (const member of layout.members) {
    mkdirSync(member.directory, { mode: 0o711 });
    const services = memberServices(layout, member, ports);
    writeFileSync(join(layout.directory, `${member.name}.services`), services.map((line) => `${line}\n`).join(""));
  }
  mkdirSync(layout.clientConfig);
  writeFileSync(join(layout.clientConfig, "config.yml"), stringify(clientConfig(host)));
}

/** With it, `lxc launch bed:jammy` finds the simplestreams host. */
function clientConfig(host: SimplestreamsHost): object {
  return {
    "default-remote": "local",
    remotes: {
      local: { addr: "unix://", public: false },
      bed: { addr: host.url, protocol: "simplestreams", public: true },
    },
  };
}

/** Where systems keep the certificates that they trust, in one file. */
const systemAuthorities = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Writes the certificates that child programs trust: those of the bed, and what they would trust without it. Node.js
 * adds the first file to its own; others read nothing but the second.
 */
export function writeAuthorities(layout: BedLayout, host: SimplestreamsHost, members: readonly TestbedMember[]): void {
  const certificates = new Set([host.certificate, ...members.map(({ serverCertificate }) => serverCertificate)]);
  const own = [...certificates].map((text) => `${text.trimEnd()}\n`).join("");
  const { NODE_EXTRA_CA_CERTS: forNode, SSL_CERT_FILE: forOthers } = process.env;
  writeFileSync(layout.authorities, own + readFirst([forNode]));
  writeFileSync(layout.allAuthorities, own + readFirst([forOthers, ...systemAuthorities]));
}

function readFirst(files: readonly (string | undefined)[]): string {
  const found = files.find((file) => file !== undefined && file !== "" && existsSync(file));
  return found === undefined ? "" : readFileSync(found, "utf8");
}
