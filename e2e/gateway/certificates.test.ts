import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeCertificates } from "../../src/gateway/certificates.ts";
import { type Answer, apiAlone, type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

describe.skipIf(kubectlPath === null)("a client's certificate", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(apiAlone, (started) => void (gateway = started));

  /** A kubectl that shows the pair and no token. */
  const as = (name: string, { certificate, key }: Pair, args: string): Promise<Answer> => {
    const folder = join(gateway.kubeconfig, "..");
    writeFileSync(join(folder, `${name}.crt`), certificate);
    writeFileSync(join(folder, `${name}.key`), key);
    return gateway.kubectl(["--kubeconfig=/dev/null", `--server=${gateway.address}`, "--insecure-skip-tls-verify", `--client-certificate=${join(folder, `${name}.crt`)}`, `--client-key=${join(folder, `${name}.key`)}`, ...args.split(" ")]);
  };

  it("names its holder, whom the API judges by name and groups", async () => {
    const jane = (await gateway.orrery("POST", "/orrery/v1/certificates", { name: "jane", groups: ["dev", "ops"] })) as Pair;
    expect((await as("jane", jane, "get pods")).err).toBe('Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n');
    const root = (await gateway.orrery("POST", "/orrery/v1/certificates", { name: "root", groups: ["system:masters"] })) as Pair;
    expect(await as("root", root, "create configmap by-certificate")).toMatchObject({ code: 0, out: "configmap/by-certificate created\n" });
  });

  it("is refused where another authority signed it", async () => {
    const foreign = await (await makeCertificates()).issueClient("root", ["system:masters"]);
    expect((await as("foreign", foreign, "get pods")).err).toContain("Unauthorized");
  });

  it("is only made of what a certificate can hold", async () => {
    expect(await gateway.orrery("POST", "/orrery/v1/certificates", { groups: [] })).toMatchObject({ code: 400, message: "name: must be a text of 1 to 64 characters" });
    expect(await gateway.orrery("POST", "/orrery/v1/certificates", { name: "x", groups: [1] })).toMatchObject({ code: 400 });
  });
});
