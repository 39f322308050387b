import type { Devices } from "@lxdkit/protocol";
import { readCertificate } from "../certificates/read-certificate.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { randomMac } from "../core/random.ts";
import { addImage, type FakeImage, findImage } from "../images/image-store.ts";
import { sortedDevices } from "../instances/instance-expansion.ts";
import { fillAddresses } from "../networks/bridge-config.ts";
import { addDefaultProfile, withDefaultFeatures } from "../projects/default-profile.ts";
import { poolFolder } from "../storage/pool-folder.ts";
import { type FakeSetup, setUp } from "./fake-setup.ts";

/** What most objects have. */
export interface FakeObject {
  readonly name: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** An object of a project. */
export interface FakeProjectObject extends FakeObject {
  /** `default` by default. */
  readonly project?: string;
}

/** A project from the start, with the features that a new one has unless `config` says otherwise. */
export function withProject({ name, description = "", config = {} }: FakeObject): FakeSetup {
  return setUp((state) => {
    const project = { name, description, config: withDefaultFeatures(state.flavour, config) };
    state.store.projects.put(project);
    addDefaultProfile(state, project);
  });
}

/** A profile from the start; one of the same name is replaced. */
export function withProfile(options: FakeProjectObject & { readonly devices?: Devices }): FakeSetup {
  const { name, project = "default", description = "", config = {}, devices = {} } = options;
  return setUp(({ store }) =>
    store.profiles.put({ project, name, description, config: cleanConfig(config), devices: sortedDevices(devices) }),
  );
}

/** A managed bridge from the start, with the addresses that a new one gets unless `config` says otherwise. */
export function withNetwork({ name, description = "", config = {} }: FakeObject): FakeSetup {
  return setUp((state) =>
    state.store.networks.put({
      project: "default",
      name,
      description,
      type: "bridge",
      config: fillAddresses(state, config, { isNew: true }),
      hwaddr: randomMac(state.random, state.facts.macPrefix),
    }),
  );
}

/** A storage pool of the driver `dir` from the start. */
export function withPool({ name, description = "", config = {} }: FakeObject): FakeSetup {
  return setUp((state) =>
    state.store.pools.put({
      name,
      description,
      driver: "dir",
      config: cleanConfig({ source: poolFolder(state, name), ...config }),
    }),
  );
}

/** An image from the start, with its aliases. */
export function withImage(image: FakeImage & { readonly project?: string }): FakeSetup {
  return setUp((state) => void addImage(state, image.project ?? "default", image));
}

/** One more alias of an image that is there; `target` is the start of its fingerprint or another alias. */
export function withAlias(options: {
  readonly name: string;
  readonly target: string;
  readonly project?: string;
  readonly description?: string;
}): FakeSetup {
  const { name, target, project = "default", description = "" } = options;
  return setUp((state) => {
    const { aliases } = state.store;
    const image = findImage(state, project, aliases.get(project, target)?.target ?? target);
    if (image === undefined) throw new Error(`withAlias: the project ${project} has no image ${target} yet`);
    aliases.put({ project, name, description, target: image.fingerprint, type: image.type });
  });
}

/** A client certificate, in PEM, that the server trusts from the start. */
export function withCertificate(options: {
  readonly certificate: string;
  readonly name?: string;
  readonly restricted?: boolean;
  readonly projects?: readonly string[];
}): FakeSetup {
  return setUp(({ store }) => {
    const { certificate, fingerprint, commonName } = readCertificate(options.certificate);
    store.certificates.put({
      fingerprint,
      name: options.name ?? commonName,
      type: "client",
      restricted: options.restricted ?? false,
      projects: options.projects ?? [],
      certificate,
      description: "",
    });
  });
}
