import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectHttps } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "./server.ts";

describeOnServers("over HTTPS", (real) => {
  test("the main job, with the server pinned and a client certificate that it trusts", async () => {
    const clientCertificate = await createSelfSignedCertificate({ usage: "client", commonName: "test@https" });
    await real.trust(clientCertificate.certificate, { name: "https-test" });
    const { httpsUrl: address, serverCertificate } = real;
    await using server = await openServer(connectHttps({ address, serverCertificate, clientCertificate }));
    expect(server.info.auth).toBe("trusted");
    const image = await server.findImageByAlias("tiny");
    const { addresses } = await server.createContainer({ name: "over-https", image }, { waitFor: "address" });
    expect(addresses[0]?.address).toMatch(/^10\./);
    expect(await server.removeContainer("over-https", { force: true })).toBe(true);
  });

  test("a caller without a certificate is not trusted, and a swapped certificate is refused", async () => {
    const { httpsUrl: address, serverCertificate } = real;
    await using stranger = await openServer(connectHttps({ address, serverCertificate }));
    expect(stranger.info.auth).toBe("untrusted");
    expect(stranger.flavour).toBe(real.flavour);
    await expect(stranger.listInstances()).rejects.toMatchObject({ code: "FORBIDDEN" });

    const other = await createSelfSignedCertificate({ usage: "server", commonName: "other" });
    const swapped = connectHttps({ address, serverCertificate: other.certificate });
    await expect(openServer(swapped)).rejects.toMatchObject({ code: "TLS_PIN_MISMATCH" });
  });
});
