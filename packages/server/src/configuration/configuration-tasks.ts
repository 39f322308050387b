import type { Certificate } from "@lxdkit/certificates";
import type { ServerHost } from "../server-host.ts";
import { createClientCertificate, type CreateClientCertificateOptions } from "./create-client-certificate.ts";
import { enableHttpsListener, type EnableHttpsListenerOptions, type HttpsListener } from "./enable-https-listener.ts";
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
    createClientCertificate: (certificate, options) => createClientCertificate(host, certificate, options),
  };
}
