import { describe, expect, it } from "vitest";
import { apiAlone, type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

describe.skipIf(kubectlPath === null)("a service account's token through the gateway", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(apiAlone, (started) => void (gateway = started));

  it("may write what a role lets it, and only its owner's name reaches the recording", async () => {
    await gateway.run("create rolebinding default-edits --clusterrole=edit --serviceaccount=default:default");
    const token = (await gateway.run("create token default")).trim();
    const config = ["create", "configmap", "by-token", "--from-literal=a=b", `--token=${token}`, `--server=${gateway.address}`, "--insecure-skip-tls-verify", "--kubeconfig=/dev/null"];
    expect((await gateway.kubectl(config)).out).toContain("configmap/by-token created");
    const recording = JSON.stringify(await gateway.orrery("GET", "/orrery/v1/recording"));
    expect(recording).not.toContain(token);
    expect(recording).toContain('{"type":"token","issuedFor":"system:serviceaccount:default:default"}');
  });

  it("is refused when it was tampered with", async () => {
    const token = (await gateway.run("create token default")).trim();
    const forged = `${token.slice(0, -8)}AAAAAAAA`;
    const config = ["create", "configmap", "by-forgery", `--token=${forged}`, `--server=${gateway.address}`, "--insecure-skip-tls-verify", "--kubeconfig=/dev/null"];
    expect((await gateway.kubectl(config)).err).toContain("Unauthorized");
    expect((await gateway.kubectl("get configmap by-forgery")).err).toContain("NotFound");
  });
});
