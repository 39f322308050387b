import type { Certificate } from "@lxdkit/certificates";
import type { ServerHost } from "../server-host.ts";
import { createClientCertificate, type CreateClientCertificateOptions } from "./create-client-certificate.ts";
import { enableHttpsListener, type EnableHttpsListenerOptions, type HttpsListener } from "./enable-https-listener.ts";
import { waitForHttpsListener, type WaitForHttpsListenerOptions } from "./wait-for-https-listener.ts";
import { type ServerConfigChange, updateServerConfig, type UpdateServerConfigOptions } from "./update-server-config.ts";

/** What a server does with its own configuration. */
export interface ConfigurationTasks {
  /**
   * Merges keys into the configuration, an empty value removes one; false when all were set already and nothing was
   * written.
   */
  updateServerConfig(keys: ServerConfigChange, options?: UpdateServerConfigOptions): Promise<boolean>;
  /** Lets the server listen for HTTPS; an address that is configured already stays. */
  enableHttpsListener(options?: EnableHttpsListenerOptions): Promise<HttpsListener>;
  /** Waits until the server says that it listens on an IP address; gives it with its port. */
  waitForHttpsListener(address: string, options?: WaitForHttpsListenerOptions): Promise<string>;
  /** Makes the server trust a client; false when it did already and that is accepted. */
  createClientCertificate(
    certificate: Pick<Certificate, "asCreateRequest">,
    options?: CreateClientCertificateOptions,
  ): Promise<boolean>;
}

/** Makes the tasks on one server's configuration. */
export function configurationTasks(host: ServerHost): ConfigurationTasks {
  return {
    updateServerConfig: (keys, options) => updateServerConfig(host, keys, options),
    enableHttpsListener: (options) => enableHttpsListener(host, options),
    waitForHttpsListener: (address, options) => waitForHttpsListener(host, address, options),
    createClientCertificate: (certificate, options) => createClientCertificate(host, certificate, options),
  };
}
