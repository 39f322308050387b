import { expect, test } from "vitest";
import { main as webServer } from "./web-server.ts";

test("web server", () => {
  expect(webServer()).toEqual({
    "user.user-data": `#cloud-config
packages:
- nginx
- curl
write_files:
- path: /var/www/html/up
  content: "yes"
  permissions: "0644"
runcmd:
- systemctl reload nginx
`,
    "user.network-config": `version: 2
ethernets:
  eth0:
    addresses:
    - 10.0.8.5/24
    nameservers:
      addresses: [10.0.8.1]
    routes:
    - to: 0.0.0.0/0
      via: 10.0.8.1
`,
  });
});
