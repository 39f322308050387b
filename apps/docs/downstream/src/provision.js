import { ApiError, call, operate } from "./api.js";

/**
 * Makes a container with a memory limit from a local image, starts it and gives its IPv4 address. A container that
 * cannot be started is removed again.
 */
export async function provision(socketPath, { name, image, memory, onWait = pause }) {
  await limitMemory(socketPath, "small", memory);
  const wanted = { name, source: { type: "image", alias: image }, profiles: ["default", "small"] };
  await create(socketPath, wanted);
  try {
    await operate(socketPath, "PUT", `/1.0/instances/${name}/state`, { action: "start" });
    return await addressOf(socketPath, name, onWait);
  } catch (error) {
    await operate(socketPath, "PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true }).catch(
      () => undefined,
    );
    await operate(socketPath, "DELETE", `/1.0/instances/${name}`);
    throw error;
  }
}

/** When the answer is lost, the server is asked what it made, and whether it is still at it. */
async function create(socketPath, wanted) {
  try {
    await operate(socketPath, "POST", "/1.0/instances", wanted);
  } catch (error) {
    if (error.code !== "ECONNRESET") throw error;
    const path = `/1.0/instances/${wanted.name}`;
    const { metadata } = await call(socketPath, "GET", "/1.0/operations?recursion=1");
    const running = (metadata.running ?? []).filter(({ resources }) => resources?.instances?.includes(path));
    for (const { id } of running) await call(socketPath, "GET", `/1.0/operations/${id}/wait`);
    await call(socketPath, "GET", path);
  }
}

/** Sets the limit in a profile that others change too: what they changed in between is kept. */
async function limitMemory(socketPath, profile, memory) {
  const path = `/1.0/profiles/${profile}`;
  for (;;) {
    const found = await call(socketPath, "GET", path).catch((error) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    if (found === undefined) {
      await call(socketPath, "POST", "/1.0/profiles", { body: { name: profile, config: { "limits.memory": memory } } });
      return;
    }
    const { config, description, devices } = found.metadata;
    if (config["limits.memory"] === memory) return;
    const body = { description, devices, config: { ...config, "limits.memory": memory } };
    try {
      await call(socketPath, "PUT", path, { body, ifMatch: found.etag });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
    }
  }
}

async function addressOf(socketPath, name, onWait) {
  for (;;) {
    const { metadata } = await call(socketPath, "GET", `/1.0/instances/${name}/state`);
    const address = metadata.network?.eth0?.addresses.find(
      ({ family, scope }) => family === "inet" && scope === "global",
    );
    if (address !== undefined) return address.address;
    await onWait();
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
