import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** The kinds of keys that are made: ECDSA on the curve P-384, or RSA with 4096 bits. */
export type KeyType = "ecdsa" | "rsa";

/** Makes a private key. RSA takes about a second, ECDSA a millisecond. */
export async function newPrivateKey(type: KeyType): Promise<KeyObject> {
  const make = promisify(generateKeyPair);
  const { privateKey } =
    type === "rsa" ? await make("rsa", { modulusLength: 4096 }) : await make("ec", { namedCurve: "secp384r1" });
  return privateKey;
}
