import type { Flavour } from "@lxdkit/protocol";
import { projectNames } from "./names.ts";

/** What is read after a sequence: everything that a server keeps. */
export function statePaths(flavour: Flavour): readonly string[] {
  const ofServer = [
    "/1.0/projects?recursion=1",
    "/1.0/certificates?recursion=1",
    "/1.0/storage-pools?recursion=1",
    "/1.0/warnings?recursion=1",
    ...(flavour === "incus" ? ["/1.0/network-integrations?recursion=1"] : []),
  ];
  const ofProject = (project: string): readonly string[] =>
    [
      "/1.0/profiles?recursion=1",
      "/1.0/instances?recursion=2",
      "/1.0/images?recursion=1",
      "/1.0/images/aliases?recursion=1",
      "/1.0/networks?recursion=1",
      "/1.0/networks/{bridge}/forwards?recursion=1",
      "/1.0/network-acls?recursion=1",
      "/1.0/network-zones?recursion=1",
      "/1.0/storage-pools/default/volumes?recursion=1",
    ].map((path) => `${path.replace("{bridge}", `${flavour}br0`)}&project=${project}`);
  return [...ofServer, ...["default", ...projectNames].flatMap(ofProject)];
}
