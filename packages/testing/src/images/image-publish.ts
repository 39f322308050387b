import { createHash } from "node:crypto";
import { metadataOf } from "../instances/metadata/instance-metadata.ts";
import { compress, compressionProblem } from "../core/compression.ts";
import type { FakeState } from "../core/fake-state.ts";
import { flagField, type JsonObject, objectField, textField, textMapField } from "../core/json-body.ts";
import type { Config } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { unsetTime } from "../core/wire-time.ts";
import { requireSpace } from "../faults/disk-space.ts";
import type { OperationRequest } from "../operations/operation-store.ts";
import { projectOf } from "../projects/project-scope.ts";
import { addNewImage, fingerprintOf, imageOf, type SentFile } from "./image-upload.ts";
import { wantedAliases } from "./new-aliases.ts";
import { type PublishedRecord, publishedSource } from "./published-source.ts";
import { writeTar } from "./tar.ts";

/** The operation that makes an image of an instance. */
export function publishOperation(request: ApiRequest, scope: string, body: JsonObject): OperationRequest {
  const { state } = request;
  const isLxd = state.flavour === "lxd";
  const project = projectOf(request);
  const source = publishedSource(state, project, objectField(body, "source"));
  const algorithm = textField(body, "compression_algorithm") || "gzip";
  const problem = compressionProblem(state.flavour, algorithm);
  // LXD finds out at once what Incus leaves to the operation.
  if (isLxd && problem !== undefined) throw new Refusal(400, problem);
  if (isLxd && !source.isThere) throw new Refusal(404, "Instance not found");
  return {
    description: "Downloading image",
    project,
    work: async (run) => {
      await Promise.resolve();
      const instance = source.require();
      if (problem !== undefined) throw new OperationFailure(problem);
      requireSpace(state, () => "signal: broken pipe");
      const properties = textMapField(body, "properties");
      const file = pack(state, instance, { algorithm, filename: textField(body, "filename"), properties });
      const fingerprint = fingerprintOf([file]);
      const image = imageOf(state, {
        project: scope,
        files: [file],
        fingerprint,
        facts: {
          architecture: instance.architecture,
          createdSeconds: Math.floor(state.clock.now() / 1000),
          properties: propertiesOf(state, instance, properties),
          type: instance.type,
        },
        isPublic: flagField(body, "public"),
        profiles: ["default"],
      });
      const expiresAt = textField(body, "expires_at") || unsetTime;
      run.update(packed(image.sizeBytes, instance));
      addNewImage(state, { ...image, expiresAt }, request.caller, run, {
        aliases: wantedAliases(body),
        asked: project,
        taken: `The image already exists: ${fingerprint}`,
      });
    },
  };
}

/**
 * The properties that the metadata of the instance says, and those that are asked for: LXD has either the one or
 * the other, Incus both.
 */
function propertiesOf(state: FakeState, instance: PublishedRecord, asked: Config | undefined): Config {
  if (state.flavour === "lxd" && asked !== undefined) return asked;
  return { ...metadataOf(state, instance).properties, ...asked };
}

interface Packing {
  readonly algorithm: string;
  readonly filename: string;
  /** Those that are asked for. */
  readonly properties: Config | undefined;
}

/** What is told at the end of the packing: Incus compares the archive with the files, of which there may be none. */
function packed(bytes: number, { bootable }: PublishedRecord): Readonly<Record<string, unknown>> {
  const stage = "create_image_from_container_pack";
  const percent = bootable ? "100" : "63";
  return {
    [`${stage}_progress`]: `Image pack: ${percent}% (100.00MB/s)`,
    progress: { percent, processed: String(bytes), speed: "100000000", stage },
  };
}

/**
 * An archive that says what the instance is; its root file system is empty. Incus writes down when it was made, as LXD
 * does where properties are asked for, and so never makes the same one again a second later.
 */
function pack(state: FakeState, instance: PublishedRecord, { algorithm, filename, properties }: Packing): SentFile {
  const seconds = Math.floor(state.clock.now() / 1000);
  const metadata = {
    ...metadataOf(state, instance),
    ...(properties === undefined ? {} : { properties }),
    ...(state.flavour === "incus" ? { creation_date: seconds } : {}),
    // LXD writes a file of its own for them, which has a time.
    ...(state.flavour === "lxd" && properties !== undefined ? { written: seconds } : {}),
    architecture: instance.architecture,
    contents: hashOf(instance),
  };
  const tar = writeTar([
    { path: "metadata.yaml", content: Buffer.from(`${JSON.stringify(metadata)}\n`) },
    { path: "rootfs/", content: Buffer.alloc(0) },
  ]);
  return { part: "metadata", filename, bytes: compress(tar, algorithm) };
}

/** Stands for the files inside, which the archive does not hold. */
function hashOf({ config, contents }: PublishedRecord): string {
  const files = [config["volatile.base_image"], contents?.root];
  return createHash("sha256").update(JSON.stringify(files)).digest("hex");
}
