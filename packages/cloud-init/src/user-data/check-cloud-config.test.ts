import { expect, test } from "vitest";
import { checkCloudConfig } from "./check-cloud-config.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9xdKgOnT0ZMcnn2YQ3pB1yY7mJ1m6aO3v0Q5b2h3kF me@here";

test("what cloud-init takes is taken", () => {
  const config = {
    hostname: "a-1",
    fqdn: "a-1.lab.example",
    timezone: "America/Argentina/Buenos_Aires",
    locale: false,
    users: ["default", "bob", { name: "carol", sudo: false, uid: 1001, ssh_authorized_keys: [`restrict ${key}`] }],
    ssh_authorized_keys: [key, "ecdsa-sha2-nistp256 AAAAE2Vj", "sk-ssh-ed25519@openssh.com AAAAGnNr"],
    packages: ["a", ["b", "1.10"], { snap: ["c"] }],
    package_update: true,
    write_files: [{ path: "/a", content: "YQ==", encoding: "b64", permissions: "4755", owner: "root" }],
    runcmd: ["a", ["b", "c"], null],
    bootcmd: null,
    chpasswd: { expire: false, list: [1.5, -2] },
  };
  expect(() => checkCloudConfig(config, "config")).not.toThrow();
});

test.each<[string, unknown, string]>([
  ["hostname", 12, "hostname"],
  ["hostname", "a_b", "hostname"],
  ["fqdn", "a..b", "fqdn"],
  ["timezone", "../etc/passwd", "timezone"],
  ["locale", true, "locale"],
  ["users", { name: "a" }, "users"],
  ["users", ["a b"], "users[0]"],
  ["users", [{ gecos: "x" }], "users[0]"],
  ["users", [{ name: 1000 }], "users[0].name"],
  ["users", ["default", { name: "a", shell: false }], "users[1].shell"],
  ["users", [{ name: "a", ssh_authorized_keys: key }], "users[0].ssh_authorized_keys"],
  ["ssh_authorized_keys", ["-----BEGIN OPENSSH PRIVATE KEY-----"], "ssh_authorized_keys[0]"],
  ["ssh_authorized_keys", [`${key}\n${key}`], "ssh_authorized_keys[0]"],
  ["ssh_authorized_keys", ["gh:me"], "ssh_authorized_keys[0]"],
  ["packages", [["a", 1.1]], "packages[0]"],
  ["packages", ["a", ""], "packages[1]"],
  ["package_update", "yes", "package_update"],
  ["write_files", [{ path: "a" }], "write_files[0].path"],
  ["write_files", [{ path: "/a", permissions: 644 }], "write_files[0].permissions"],
  ["write_files", [{ path: "/a", permissions: "0844" }], "write_files[0].permissions"],
  ["write_files", [{ path: "/a", owner: "a:b:c" }], "write_files[0].owner"],
  ["write_files", [{ path: "/a", content: 1 }], "write_files[0].content"],
  ["write_files", [{ path: "/a", content: "a", encoding: "utf-8" }], "write_files[0].encoding"],
  ["write_files", [{ path: "/a", content: "a b!", encoding: "b64" }], "write_files[0].content"],
  ["runcmd", "a", "runcmd"],
  ["runcmd", ["a", ["b", 1400]], "runcmd[1][1]"],
  ["runcmd", [true], "runcmd[0]"],
  ["bootcmd", [[]], "bootcmd[0]"],
  ["bootcmd", ["a\0"], "bootcmd[0]"],
  ["other", { a: [new Date(0)] }, "other.a[0]"],
  ["other", { a: Number.NaN }, "other.a"],
  ["other", [1e-7], "other[0]"],
  ["other", [2 ** 60], "other[0]"],
])("%s: %j is refused at %s", (name, value, path) => {
  expect(() => checkCloudConfig({ [name]: value }, "config")).toThrow(
    expect.objectContaining({ code: "CLOUD_CONFIG_INVALID", path }),
  );
});

test("all problems are told, and no value is shown", () => {
  const config = { users: [{ name: "a", passwd: 123_456 }], runcmd: [["pw", 123_456]] };
  expect(() => checkCloudConfig(config, "init.yaml")).toThrow(
    expect.objectContaining({
      message: "init.yaml: users[0].passwd is no text (and 1 more)",
      hint: expect.stringContaining("quotes") as string,
      problems: [
        expect.objectContaining({ path: "users[0].passwd" }),
        expect.objectContaining({ path: "runcmd[0][1]" }),
      ],
    }),
  );
});
