import { metadataOf } from "../instances/metadata/instance-metadata.ts";
import { compress, compressionProblem } from "../core/compression.ts";
import type { FakeState } from "../core/fake-state.ts";
import { flagField, type JsonObject, objectField, textField, textMapField } from "../core/json-body.ts";
import { randomHex } from "../core/random.ts";
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
  if (isLxd && !source.isThere) throw new Refusal(404, "Instance not found");
  if (isLxd && problem !== undefined) throw new Refusal(400, problem);
  return {
    description: "Downloading image",
    project,
    work: async (run) => {
      await Promise.resolve();
      if (problem !== undefined) throw new OperationFailure(problem);
      const instance = source.require();
      requireSpace(state, () => "signal: broken pipe");
      const file = pack(state, instance, algorithm, textField(body, "filename"));
      const fingerprint = fingerprintOf([file]);
      const image = imageOf(state, {
        project: scope,
        files: [file],
        fingerprint,
        facts: {
          architecture: instance.architecture,
          createdSeconds: Math.floor(state.clock.now() / 1000),
          properties: propertiesOf(state, instance, textMapField(body, "properties")),
          type: instance.type,
        },
        isPublic: flagField(body, "public"),
        profiles: ["default"],
      });
      const expiresAt = textField(body, "expires_at") || unsetTime;
      run.update(packed(image.sizeBytes));
      addNewImage(state, { ...image, expiresAt }, request.caller, run, {
        aliases: wantedAliases(body),
        asked: project,
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

/** What is told at the end of the packing. */
function packed(bytes: number): Readonly<Record<string, unknown>> {
  const stage = "create_image_from_container_pack";
  return {
    [`${stage}_progress`]: "Image pack: 100% (100.00MB/s)",
    progress: { percent: "100", processed: String(bytes), speed: "100000000", stage },
  };
}

/** An archive that says what the instance is; its root file system is empty. */
function pack(state: FakeState, instance: PublishedRecord, algorithm: string, filename: string): SentFile {
  const metadata = [
    `architecture: ${instance.architecture}`,
    `creation_date: ${String(Math.floor(state.clock.now() / 1000))}`,
    `serial: ${randomHex(state.random, 16)}`,
  ];
  const tar = writeTar([
    { path: "metadata.yaml", content: Buffer.from(`${metadata.join("\n")}\n`) },
    { path: "rootfs/", content: Buffer.alloc(0) },
  ]);
  return { part: "metadata", filename, bytes: compress(tar, algorithm) };
}
