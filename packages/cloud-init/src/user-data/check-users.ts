import type { DataProblem } from "../cloud-init-data-error.ts";
import { isMap } from "../yaml/read-yaml.ts";
import { listOf, notText } from "./check-values.ts";

const userName = /^[A-Za-z_][\w.-]{0,30}\$?$/;
const texts = [
  "gecos",
  "homedir",
  "shell",
  "passwd",
  "hashed_passwd",
  "plain_text_passwd",
  "primary_group",
  "expiredate",
];

/** Kinds of keys that OpenSSH reads, after options if there are some. */
const publicKey =
  /(?:^|[\s,"])(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com|\S+-cert-v01@openssh\.com) +[A-Za-z0-9+/]+=*/;

/** Users: names, or maps with a name. */
export function checkUsers(value: unknown, path: string): DataProblem[] {
  return listOf(checkUser)(value, path);
}

/** Lines of `authorized_keys`. */
export function checkKeys(value: unknown, path: string): DataProblem[] {
  return listOf(checkKey)(value, path);
}

function checkUser(user: unknown, path: string): DataProblem[] {
  const named: DataProblem = { path, message: "has no name", hint: "Write default, a name, or a map with name." };
  if (typeof user === "string") return userName.test(user) ? [] : [{ ...named, message: "is no name of a user" }];
  if (!isMap(user)) return [{ ...named, message: "is no user" }];
  if (user["name"] === undefined && user["snapuser"] === undefined) return [named];
  const { name, ssh_authorized_keys: keys } = user;
  const isBad = name !== undefined && (typeof name !== "string" || !userName.test(name));
  return [
    ...(isBad
      ? [{ path: `${path}.name`, message: "is no name of a user", hint: "Use letters, digits, _ . and -." }]
      : []),
    ...texts
      .filter((key) => user[key] !== undefined && user[key] !== null && typeof user[key] !== "string")
      .map((key) => notText(`${path}.${key}`)),
    ...(keys === undefined || keys === null ? [] : checkKeys(keys, `${path}.ssh_authorized_keys`)),
  ];
}

function checkKey(key: unknown, path: string): DataProblem[] {
  if (typeof key !== "string") return [notText(path)];
  if (key.includes("PRIVATE KEY")) {
    return [{ path, message: "is a private key", hint: "Give the public half, from the file that ends in .pub." }];
  }
  if (key.trim().includes("\n")) return [{ path, message: "has several lines", hint: "Give one key for each item." }];
  if (publicKey.test(key)) return [];
  return [{ path, message: "is no public key", hint: "Give a line such as ssh-ed25519 AAAA... name." }];
}
