import { parseBody, textField } from "../core/json-body.ts";
import { randomHex } from "../core/random.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { wireTime } from "../core/wire-time.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { allMembers, isClustered, isOnline } from "./members.ts";

/** How long a token can be used: three hours, as on a server that says nothing else. */
const lifeMs = 3 * 3600 * 1000;

/** `POST /1.0/cluster/members`: an operation that holds what a server needs to join. */
export async function makeJoinToken(request: ApiRequest): Promise<ApiReply> {
  const { state } = request;
  const { store, clock, random, flavour } = state;
  const name = textField(parseBody(request), "server_name");
  if (!isClustered(state)) throw new Refusal(400, "This server is not clustered");
  if (flavour === "incus" && store.members.get(serverScope, name) !== undefined) {
    throw new Refusal(500, `The cluster already has a member with name: ${name}`);
  }
  const { fingerprint } = await state.certificate();
  // Only the youngest token of a name is good.
  for (const operation of state.operations.list()) {
    const { class: kind, metadata, resources } = operation.view();
    if (kind !== "token" || !("cluster" in (resources ?? {})) || metadata["serverName"] !== name) continue;
    operation.cancel();
  }
  const operation = state.operations.startToken({
    description: "Executing operation",
    resources: { cluster: null as never },
    metadata: {
      addresses: allMembers(state)
        .filter(isOnline)
        .map(({ address }) => address),
      expiresAt: wireTime(clock.now() + lifeMs),
      fingerprint,
      secret: randomHex(random, 64),
      serverName: name,
    },
  });
  tellRequest(request, { action: "cluster-token-created", source: "/1.0/cluster/members" });
  return { kind: "operation", operation };
}
