import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";

const labels = { app: "web" };
const manifest = (tag: string): string =>
  stringify({
    apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" },
    spec: { serviceName: "web", replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: "nginx", image: `nginx:${tag}` }] } } },
  });

describe.skipIf(kubectlPath === null)("kubectl and StatefulSets", { timeout: 90_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--speed", "20"], (started) => void (gateway = started));
  const rolledOut = () => gateway.run("rollout status statefulset/web --timeout=60s");

  it("rollout status, history, undo and restart", async () => {
    await gateway.run("apply -f -", manifest("1.26"));
    expect(await rolledOut()).toContain("partitioned roll out complete: 2 new pods have been updated...\n");
    await gateway.run("apply -f -", manifest("1.27"));
    expect(await rolledOut()).toContain("partitioned roll out complete: 2 new pods have been updated...\n");
    expect(await gateway.run("rollout history statefulset/web")).toBe("statefulset.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n");
    expect(await gateway.run("rollout history statefulset/web --revision=1")).toContain("nginx:1.26");
    expect(await gateway.run("rollout undo statefulset/web")).toBe("statefulset.apps/web rolled back\n");
    await rolledOut();
    expect(await gateway.run("get pods -o jsonpath={.items[*].spec.containers[0].image}")).toBe("nginx:1.26 nginx:1.26");
    expect(await gateway.run("rollout history statefulset/web")).toMatch(/\n2 .*\n3 /);
    await gateway.run("rollout restart statefulset/web");
    await rolledOut();
    expect(await gateway.run("scale statefulset/web --replicas=3")).toBe("statefulset.apps/web scaled\n");
    await rolledOut();
    expect(await gateway.run("get statefulset web")).toMatch(/NAME\s+READY\s+AGE\nweb\s+3\/3\s+/);
    expect(await gateway.run("get pods -o name")).toBe("pod/web-0\npod/web-1\npod/web-2\n");
    expect(await gateway.run("get controllerrevisions")).toMatch(/web-\w+\s+statefulset\.apps\/web\s+3/);
    expect(await gateway.run("delete statefulset web --timeout=60s")).toContain('statefulset.apps "web" deleted');
  });
});
