/** The proxies that a server is to use; an empty text clears a setting. */
export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  /** Hosts for which none is used, separated by commas. */
  readonly noProxy: string;
}

/** The proxies that an environment names: lower case first, upper case where that is empty. */
export function proxiesOfEnvironment(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const of = (name: string): string => environment[name] || environment[name.toUpperCase()] || "";
  return { http: of("http_proxy"), https: of("https_proxy"), noProxy: of("no_proxy") };
}

/** The keys of a server's configuration for proxies; always all three. */
export function proxyConfig({ http, https, noProxy }: ProxySettings): Readonly<Record<string, string>> {
  return { "core.proxy_http": http, "core.proxy_https": https, "core.proxy_ignore_hosts": noProxy };
}
