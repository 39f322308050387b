import { type DataProblem, refuseProblems } from "../cloud-init-data-error.ts";
import type { CloudConfig } from "./cloud-config.ts";

/** Proxies that the instance is to use. */
export interface ProxySettings {
  /** An URL, as all but the last. */
  readonly http?: string;
  readonly https?: string;
  readonly ftp?: string;
  /** Of APT alone; `http`, `https` and `ftp` by default. */
  readonly apt?: { readonly http?: string; readonly https?: string; readonly ftp?: string };
  /** Hosts, domains and networks that are reached without one. */
  readonly noProxy?: readonly string[];
}

/**
 * The document that sets proxies: for logins and programs that read `/etc/environment`, and for APT.
 *
 * @throws {CloudInitDataError} `PROXY_INVALID`; messages do not show the URL, which may have a password.
 */
export function proxyConfig({ apt, noProxy = [], ...urls }: ProxySettings): CloudConfig {
  const { http, https, ftp } = urls;
  const aptUrls = apt ?? urls;
  refuseProblems("proxies", "PROXY_INVALID", [
    ...problemsOf({ http, https, ftp }, ""),
    ...problemsOf({ ...apt }, "apt."),
    ...noProxy
      .filter((host) => !/^[^\s"'#$,\\]+$/.test(host))
      .map(() => ({ path: "noProxy", message: "has an item that is no host", hint: "Give names and networks." })),
  ]);
  const variables = Object.entries({
    http_proxy: http,
    https_proxy: https,
    ftp_proxy: ftp,
    no_proxy: noProxy.join(","),
  })
    .filter(([, value]) => value !== undefined && value !== "")
    .flatMap(([name, value]) => [`${name}="${value ?? ""}"`, `${name.toUpperCase()}="${value ?? ""}"`]);
  const ofApt = Object.entries({ http_proxy: aptUrls.http, https_proxy: aptUrls.https, ftp_proxy: aptUrls.ftp }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...(ofApt.length === 0 ? {} : { apt: Object.fromEntries(ofApt) }),
    ...(variables.length === 0
      ? {}
      : // The line before may lack its end.
        { write_files: [{ path: "/etc/environment", append: true, content: `\n${variables.join("\n")}\n` }] }),
  };
}

function problemsOf(urls: Readonly<Record<string, string | undefined>>, prefix: string): DataProblem[] {
  return Object.entries(urls)
    .filter(([, url]) => url !== undefined && !(/^[a-z][a-z0-9+.-]*:\/\/[^\s"'#$\\]+$/i.test(url) && URL.canParse(url)))
    .map(([name]) => ({ path: `${prefix}${name}`, message: "is no URL", hint: "For example http://10.0.0.1:3128." }));
}
