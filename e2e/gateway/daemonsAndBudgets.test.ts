import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

const soon = { timeout: 30_000, interval: 100 };
const daemonSet = (image: string): string => {
  const labels = { app: "agent" };
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } };
  return stringify({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent" }, spec: { selector: { matchLabels: labels }, updateStrategy, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "agent", image }] } } } });
};

describe.skipIf(kubectlPath === null)("kubectl with DaemonSets and disruption budgets", { timeout: 90_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--speed", "20"], (started) => void (gateway = started));

  it("a DaemonSet is rolled out, changed, looked back at and undone", async () => {
    expect(await gateway.run("apply -f -", daemonSet("nginx:1.25"))).toBe("daemonset.apps/agent created\n");
    expect(await gateway.run("rollout status daemonset/agent --timeout=60s")).toContain('daemon set "agent" successfully rolled out');
    expect(await gateway.run("get daemonset agent --no-headers")).toMatch(/^agent\s+3\s+3\s+3\s+3\s+3\s+<none>/);
    // An image that nobody has holds the rollout still: only so is it sure that "status" meets one that goes on.
    await gateway.run("set image daemonset/agent agent=nginx:no-such-tag");
    const held = await gateway.kubectl("rollout status daemonset/agent --timeout=2s");
    expect(held.out).toMatch(/^Waiting for daemon set "agent" rollout to finish: [01] out of 3 new pods have been updated\.\.\.\n/);
    expect(held.code).toBe(1);
    await gateway.run("set image daemonset/agent agent=nginx:1.26");
    expect(await gateway.run("rollout status daemonset/agent --timeout=60s")).toContain('daemon set "agent" successfully rolled out');
    expect(await gateway.run("rollout history daemonset/agent")).toMatch(/1\s+<none>\n2\s+<none>\n3\s+<none>/);
    expect(await gateway.run("rollout undo daemonset/agent --to-revision=1")).toBe("daemonset.apps/agent rolled back\n");
    await gateway.run("rollout status daemonset/agent --timeout=60s");
    expect(await gateway.run("get daemonset agent -o jsonpath={.spec.template.spec.containers[0].image}")).toBe("nginx:1.25");
    expect(await gateway.run("rollout history daemonset/agent")).toMatch(/2\s+<none>\n3\s+<none>\n4\s+<none>/);
    expect(await gateway.run("rollout restart daemonset/agent")).toBe("daemonset.apps/agent restarted\n");
    await gateway.run("rollout status daemonset/agent --timeout=60s");
    expect(await gateway.run("describe daemonset agent")).toMatch(/Desired Number of Nodes Scheduled: 3\nCurrent Number of Nodes Scheduled: 3\n[^]*SuccessfulCreate\s+\S+\s+daemonset-controller\s+Created pod: agent-/);
  });

  it("drain evicts what a budget lets go, tries again for the rest, and leaves daemons alone", async () => {
    await gateway.run("cordon node-2 node-3");
    await gateway.run("create deployment web --image=nginx:1.27 --replicas=2");
    await gateway.run("rollout status deployment/web --timeout=60s");
    await gateway.run("create poddisruptionbudget web --selector=app=web --min-available=1");
    await gateway.run("uncordon node-2 node-3");
    await expect.poll(() => gateway.run("get poddisruptionbudget web --no-headers"), soon).toMatch(/^web\s+1\s+N\/A\s+1/);
    const refused = await gateway.kubectl("drain node-1 --force --delete-emptydir-data --timeout=20s");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/cannot delete DaemonSet-managed Pods \(use --ignore-daemonsets to ignore\)/);
    const drained = await gateway.kubectl("drain node-1 --force --delete-emptydir-data --ignore-daemonsets --timeout=60s");
    expect(drained.err).toMatch(/error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\./);
    expect(drained.out).toMatch(/node\/node-1 drained\n$/);
    await gateway.run("rollout status deployment/web --timeout=60s");
    expect(await gateway.run("get pods -l app=web -o jsonpath={.items[*].spec.nodeName}")).not.toContain("node-1");
    expect(await gateway.run("get pods -l app=agent --field-selector spec.nodeName=node-1 --no-headers")).toMatch(/^agent-\S+\s+1\/1\s+Running/);
  });

  it("a budget that allows nothing holds a drain up for good", async () => {
    await gateway.run("uncordon node-1");
    await gateway.run(["patch", "poddisruptionbudget", "web", "--type=merge", "-p", '{"spec":{"minAvailable":"100%"}}']);
    await expect.poll(() => gateway.run("get poddisruptionbudget web -o jsonpath={.status.desiredHealthy}/{.status.disruptionsAllowed}"), soon).toBe("2/0");
    const node = await gateway.run("get pods -l app=web -o jsonpath={.items[0].spec.nodeName}");
    const held = await gateway.kubectl(`drain ${node} --force --delete-emptydir-data --ignore-daemonsets --timeout=3s`);
    expect(held.code).toBe(1);
    expect(await gateway.run("get deployment web -o jsonpath={.status.readyReplicas}")).toBe("2");
  });
});
