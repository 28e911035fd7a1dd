import { describe, expect, it } from "vitest";
import { type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

const limits = { requests: { cpu: "200m", memory: "64Mi" }, limits: { cpu: "500m", memory: "64Mi" } };

describe.skipIf(kubectlPath === null)("kubectl top without metrics-server", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--addons", "none", "--speed", "20"], (started) => void (gateway = started));

  it("says that there is no such API", async () => {
    const { code, err } = await gateway.kubectl("top nodes");
    expect([code, err]).toEqual([1, "error: Metrics API not available\n"]);
  });
});

describe.skipIf(kubectlPath === null)("kubectl top with metrics-server", { timeout: 90_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--addons", "coredns,metrics-server", "--speed", "20"], (started) => void (gateway = started));

  it("shows nodes, pods and containers", async () => {
    await gateway.run(["run", "web", "--image=nginx:1.29", "--overrides", JSON.stringify({ spec: { containers: [{ name: "web", image: "nginx:1.29", resources: limits }] } })]);
    await expect.poll(() => gateway.run("top pod web --no-headers").catch(String), { timeout: 60_000, interval: 500 }).toMatch(/^web +0m +6Mi +\n$/);
    expect(await gateway.run("top nodes --no-headers")).toMatch(/^(node-[123] +[0-9]+m +[0-9]+% +[0-9]+Mi +[0-9]+% +\n){3}$/);
    expect(await gateway.run("top pods --containers --no-headers -n default")).toMatch(/^web +web +0m +6Mi +\n$/);
    expect(await gateway.run("top pods -A --sum --no-headers")).toContain("metrics-server");
    expect((await gateway.kubectl("top pod none")).err).toBe('Error from server (NotFound): podmetrics.metrics.k8s.io "default/none" not found\n');
    expect(await gateway.run("api-resources --api-group=metrics.k8s.io --no-headers")).toMatch(/^nodes +metrics\.k8s\.io\/v1beta1 +false +NodeMetrics\npods +metrics\.k8s\.io\/v1beta1 +true +PodMetrics\n$/);
  });

  it("a pod is resized where it runs, and the node tells its events", async () => {
    await gateway.run(["patch", "pod", "web", "--subresource", "resize", "--patch", JSON.stringify({ spec: { containers: [{ name: "web", resources: { requests: { cpu: "400m" }, limits: { cpu: "800m" } } }] } })]);
    await expect.poll(() => gateway.run("get pod web -o jsonpath={.status.containerStatuses[0].resources.limits.cpu}/{.status.containerStatuses[0].restartCount}"), { timeout: 20_000 }).toBe("800m/0");
    expect(await gateway.run("describe pod web")).toContain("Pod resize completed:");
    expect(await gateway.run("describe node node-1")).toContain("Node node-1 status is now: NodeReady");
  });
});
