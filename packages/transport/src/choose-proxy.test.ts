import { expect, test } from "vitest";
import { chooseProxy, proxyFromEnvironment } from "./choose-proxy.ts";

const url = "https://server.example:8443";
const proxy = "http://proxy.example:3128";

function choose(environment: Record<string, string>, address: string = url): string | undefined {
  return proxyFromEnvironment({ environment })(address);
}

test("https goes by HTTPS_PROXY and http by HTTP_PROXY, in either case; upper case wins", () => {
  expect(choose({ HTTPS_PROXY: proxy })).toBe(proxy);
  expect(choose({ https_proxy: proxy })).toBe(proxy);
  expect(choose({ HTTPS_PROXY: proxy, https_proxy: "http://other" })).toBe(proxy);
  expect(choose({ HTTPS_PROXY: "", https_proxy: proxy })).toBe(proxy);
  expect(choose({ HTTP_PROXY: proxy, ALL_PROXY: proxy })).toBeUndefined();
  expect(choose({ HTTP_PROXY: proxy }, "http://server.example")).toBe(proxy);
  expect(choose({ HTTPS_PROXY: proxy }, "http://server.example")).toBeUndefined();
  expect(choose({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }, "ftp://server.example")).toBeUndefined();
  expect(choose({})).toBeUndefined();
});

test("NO_PROXY counts in either case, too; upper case wins", () => {
  expect(choose({ HTTPS_PROXY: proxy, NO_PROXY: "server.example" })).toBeUndefined();
  expect(choose({ HTTPS_PROXY: proxy, no_proxy: "server.example" })).toBeUndefined();
  expect(choose({ HTTPS_PROXY: proxy, no_proxy: "server.example", NO_PROXY: "other" })).toBe(proxy);
  expect(choose({ HTTPS_PROXY: proxy, no_proxy: "server.example", NO_PROXY: "" })).toBeUndefined();
});

test("in a CGI program HTTP_PROXY is refused, and HTTPS_PROXY is not", () => {
  const environment = { REQUEST_METHOD: "GET", HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  expect(() => choose(environment, "http://server.example")).toThrow(expect.objectContaining({ code: "BAD_PROXY" }));
  expect(choose(environment)).toBe(proxy);
  expect(choose({ REQUEST_METHOD: "GET" }, "http://server.example")).toBeUndefined();
});

test.each(["https://localhost:1", "https://LOCALHOST", "https://127.0.0.1", "https://127.9.9.9:8443", "https://[::1]"])(
  "%s is this machine itself, whatever the environment says",
  (address) => {
    expect(choose({ HTTPS_PROXY: proxy, NO_PROXY: "x" }, address)).toBeUndefined();
  },
);

// The outcomes are those of Go's net/http.
const direct = true;
const through = false;
test.each([
  ["", url, through],
  [",,", url, through],
  ["*", url, direct],
  ["x,*", url, direct],
  ["server.example", url, direct],
  ["SERVER.example", url, direct],
  [" other , server.example ,", url, direct],
  ["other server.example", url, through],
  ["example", url, direct],
  [".example", url, direct],
  ["*.example", url, direct],
  [".server.example", url, through],
  ["*.server.example", url, through],
  ["er.example", url, through],
  ["*er.example", url, through],
  ["server.example.", url, through],
  ["server.example:8443", url, direct],
  ["server.example:443", url, through],
  ["server.example:", url, direct],
  [".example:8443", url, direct],
  ["*:8443", url, through],
  [":8443", url, through],
  ["server.example:443", "https://server.example", direct],
  ["server.example:80", "https://server.example", through],
  ["192.0.2.1", "https://192.0.2.1", direct],
  ["192.0.2.1:443", "https://192.0.2.1", direct],
  ["192.0.2.1:444", "https://192.0.2.1", through],
  ["192.0.2.0/24", "https://192.0.2.9", direct],
  ["192.0.2.77/24", "https://192.0.2.9", direct],
  ["192.0.3.0/24", "https://192.0.2.9", through],
  ["192.0.2.0/24:443", "https://192.0.2.9", through],
  ["192.0.2.0/33", "https://192.0.2.9", through],
  ["010.0.0.0/8", "https://10.0.0.1", through],
  ["0.0.0.0/0", "https://192.0.2.9", direct],
  ["0.0.0.0/0", "https://[2001:db8::1]", through],
  ["::/0", "https://192.0.2.9", through],
  ["::/0", "https://[2001:db8::1]", direct],
  ["2.9", "https://192.0.2.9", direct],
  ["192.0.2", "https://192.0.2.9", through],
  ["2001:db8::1", "https://[2001:db8::1]", direct],
  ["2001:DB8:0::1", "https://[2001:db8::1]", direct],
  ["[2001:db8::1]:443", "https://[2001:db8::1]", direct],
  ["[2001:db8::1]:444", "https://[2001:db8::1]", through],
  ["2001:db8::/32", "https://[2001:db8::1]", direct],
  ["::ffff:192.0.2.1", "https://192.0.2.1", direct],
  ["192.0.2.0/24", "https://[::ffff:192.0.2.1]", direct],
  ["bücher.example", "https://bücher.example", direct],
  ["xn--bcher-kva.example", "https://bücher.example", direct],
  // Go takes the brackets for a part of a name; here they are what they are everywhere else.
  ["[2001:db8::1]", "https://[2001:db8::1]", direct],
])("NO_PROXY=%j leads to %s directly: %j", (list, address, isDirect) => {
  expect(choose({ HTTPS_PROXY: proxy, NO_PROXY: list }, address)).toBe(isDirect ? undefined : proxy);
});

test("the address of the proxy is read the same wherever it comes from", () => {
  const read = { origin: "http://proxy.example:3128", authorization: undefined };
  expect(chooseProxy(proxy, url)).toEqual(read);
  expect(chooseProxy("proxy.example:3128", url)).toEqual(read);
  expect(chooseProxy(() => `${proxy}/path?x`, url)).toEqual(read);
  expect(chooseProxy({ environment: { HTTPS_PROXY: proxy } }, url)).toEqual(read);
  expect(chooseProxy("http://u:p%40@proxy.example:3128", url)).toEqual({
    ...read,
    authorization: `Basic ${Buffer.from("u:p@").toString("base64")}`,
  });
  expect(chooseProxy("HTTPS://proxy.example", url)?.origin).toBe("https://proxy.example");
  expect(chooseProxy(false, url)).toBeUndefined();
});
