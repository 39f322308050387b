import { type JsonObject, objectField, textField, textMapField } from "../../core/json-body.ts";
import { Refusal } from "../../core/refusal.ts";
import type { ApiRequest } from "../../core/router.ts";
import { checkCertificate, type OtherSide } from "./ends.ts";

/** Where a migration shall be pushed to; undefined when the other side comes for it. */
export function readTarget({ state }: ApiRequest, body: JsonObject): OtherSide | undefined {
  if (body["target"] === undefined || body["target"] === null) return undefined;
  const target = objectField(body, "target");
  const secrets = textMapField(target, "secrets") ?? {};
  if (state.flavour === "incus" && secrets["control"] === undefined) {
    throw new Refusal(500, 'Expected "control" connection secret missing from migration source target request');
  }
  const certificate = textField(target, "certificate");
  checkCertificate(state, certificate, "source");
  return { operation: textField(target, "operation"), certificate, secrets };
}
