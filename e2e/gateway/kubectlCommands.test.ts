import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { type GatewayUnderTest, kubectlPath, withGateway } from "./gatewayUnderTest.ts";
import { nginxDeployment } from "./manifests.ts";

const soon = { timeout: 30_000, interval: 100 };
const podRunning = (name: string, command: string): string => stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", command] }] } });

describe.skipIf(kubectlPath === null)("kubectl's commands", { timeout: 90_000 }, () => {
  let gateway: GatewayUnderTest;
  withGateway(["--speed", "20"], (started) => void (gateway = started));
  const rolledOut = (name: string) => gateway.run(`rollout status deployment/${name} --timeout=60s`);

  it("create: namespace, deployment, service; get -w and get all show them", async () => {
    expect(await gateway.run("create namespace shop")).toBe("namespace/shop created\n");
    const watch = gateway.stream("get pods -n shop -w");
    try {
      expect(await gateway.run("create deployment web -n shop --image=nginx:1.27 --replicas=2 --port=80")).toBe("deployment.apps/web created\n");
      expect(await gateway.run("create service clusterip web -n shop --tcp=80:80")).toBe("service/web created\n");
      await gateway.run("rollout status deployment/web -n shop --timeout=60s");
      await expect.poll(watch.text, soon).toMatch(/web-\S+\s+1\/1\s+Running/);
    } finally {
      watch.stop();
    }
    expect(watch.text().match(/READY/g)).toHaveLength(1);
    const all = await gateway.run("get all -n shop -o wide");
    expect(all).toMatch(/pod\/web-\S+\s+1\/1\s+Running\s+0\s+\S+\s+10\.244\.\S+\s+node-\d/);
    expect(all).toMatch(/service\/web\s+ClusterIP\s+10\.96\.\S+\s+<none>\s+80\/TCP\s+\S+\s+app=web/);
    expect(all).toMatch(/deployment\.apps\/web\s+2\/2\s+2\s+2\s+\S+\s+nginx\s+nginx:1\.27\s+app=web/);
    expect(await gateway.run("delete namespace shop --timeout=60s")).toContain('namespace "shop" deleted');
  });

  it("apply, diff, delete -f", async () => {
    await gateway.run("apply -f -", nginxDeployment);
    await rolledOut("nginx-deployment");
    expect(await gateway.kubectl("diff -f -", nginxDeployment)).toMatchObject({ code: 0, out: "" });
    const differs = await gateway.kubectl("diff -f -", nginxDeployment.replace("replicas: 3", "replicas: 4"));
    expect(differs.code).toBe(1);
    expect(differs.out).toMatch(/-\s+replicas: 3\n\+\s+replicas: 4/);
    expect(await gateway.run("delete -f -", nginxDeployment)).toContain('deployment.apps "nginx-deployment" deleted');
    expect(await gateway.run("wait --for=delete pod -l app=nginx --timeout=60s")).toMatch(/condition met|^$/);
  });

  it("apply --server-side: the second manager is told of the conflict, and may force", async () => {
    const manifest = stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "paint" }, data: { color: "red" } });
    expect(await gateway.run("apply --server-side -f -", manifest)).toBe("configmap/paint serverside-applied\n");
    const refused = await gateway.kubectl("apply --server-side --field-manager=other -f -", manifest.replace("red", "blue"));
    expect(refused.err).toMatch(/Apply failed with 1 conflict: conflict with "kubectl": \.data\.color/);
    expect(await gateway.run("apply --server-side --field-manager=other --force-conflicts -f -", manifest.replace("red", "blue"))).toBe("configmap/paint serverside-applied\n");
    expect(await gateway.run("get configmap paint -o jsonpath={.data.color}")).toBe("blue");
  });

  it("patch, of three types", async () => {
    await gateway.run("create configmap patched --from-literal=a=1");
    expect(await gateway.run(["patch", "configmap", "patched", "--type=merge", "-p", '{"data":{"b":"2"}}'])).toBe("configmap/patched patched\n");
    expect(await gateway.run(["patch", "configmap", "patched", "--type=json", "-p", '[{"op":"remove","path":"/data/a"}]'])).toBe("configmap/patched patched\n");
    expect(await gateway.run(["patch", "configmap", "patched", "-p", '{"data":{"b":"2"}}'])).toBe("configmap/patched patched (no change)\n");
    expect(await gateway.run("get configmap patched -o jsonpath={.data}")).toBe('{"b":"2"}');
  });

  it("rollout pause holds a change back until resume; undo goes to a revision", async () => {
    await gateway.run("create deployment site --image=nginx:1.25");
    await rolledOut("site");
    await gateway.run("rollout pause deployment/site");
    await gateway.run("set image deployment/site nginx=nginx:1.26");
    const seen = () => gateway.run("get deployment site -o jsonpath={.status.observedGeneration}/{.metadata.generation}");
    await expect.poll(async () => /^(\d+)\/\1$/.test(await seen()), soon).toBe(true);
    await gateway.orrery("POST", "/orrery/v1/advance?seconds=60");
    expect((await gateway.run("get replicasets -l app=site -o name")).trim().split("\n")).toHaveLength(1);
    expect(await gateway.run("get deployment site -o jsonpath={.status.updatedReplicas}")).toBe("");
    await gateway.run("rollout resume deployment/site");
    await rolledOut("site");
    expect(await gateway.run("get pods -l app=site -o jsonpath={.items[*].spec.containers[0].image}")).toContain("nginx:1.26");
    await gateway.run("set image deployment/site nginx=nginx:1.27");
    await rolledOut("site");
    expect(await gateway.run("rollout undo deployment/site --to-revision=1")).toBe("deployment.apps/site rolled back\n");
    await rolledOut("site");
    expect(await gateway.run("get deployment site -o jsonpath={.spec.template.spec.containers[0].image}")).toBe("nginx:1.25");
    expect(await gateway.run("rollout history deployment/site")).toMatch(/2\s+<none>\n3\s+<none>\n4\s+<none>/);
  });

  it("logs: --tail, --since, -f and --previous", async () => {
    await gateway.run("apply -f -", podRunning("counter", "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"));
    await gateway.run("wait pod/counter --for=condition=Ready --timeout=60s");
    const follow = gateway.stream("logs -f counter");
    try {
      await expect.poll(follow.text, soon).toMatch(/^line 0\nline 1\n[^]*line 12\n/);
    } finally {
      follow.stop();
    }
    expect(follow.text().match(/line 5\n/g)).toHaveLength(1);
    expect((await gateway.run("logs counter --tail=2")).trim().split("\n")).toHaveLength(2);
    expect(await gateway.run("logs counter --since=5s")).not.toContain("line 0\n");
    await gateway.run("apply -f -", podRunning("failing", "echo I fail; exit 3"));
    await expect.poll(async () => (await gateway.kubectl("logs failing --previous")).out, soon).toBe("I fail\n");
    expect(await gateway.run("get pod failing --no-headers")).toMatch(/Error|CrashLoopBackOff|Running/);
    await gateway.run("delete pod counter failing --grace-period=0 --force");
  });

  it("describe: pod, node, service", async () => {
    await gateway.run("create deployment described --image=nginx:1.27 --port=80");
    await gateway.run("expose deployment described --port=80");
    await rolledOut("described");
    expect(await gateway.run("describe pod -l app=described")).toMatch(/Scheduled.*Successfully assigned default\/described-[^]*Pulled[^]*Started/);
    expect(await gateway.run("describe service described")).toMatch(/Selector:\s+app=described[^]*Endpoints:\s+10\.244\.\S+:80/);
    expect(await gateway.run("describe node node-1")).toMatch(/Roles:[^]*Capacity:[^]*cpu:\s+4[^]*Non-terminated Pods:[^]*Allocated resources:/);
  });

  it("explain shows types and texts", async () => {
    expect(await gateway.run("explain deployment.spec.replicas")).toMatch(/FIELD: replicas <integer>[^]*Number of desired pods/);
    expect(await gateway.run("explain pod.spec.containers --recursive")).toMatch(/image\s+<string>/);
  });

  it("create token gives a token that the API server knows", async () => {
    await gateway.run("create serviceaccount robot");
    const token = (await gateway.run("create token robot --duration=1h")).trim();
    expect(token.split(".")).toHaveLength(3);
    expect(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({ sub: "system:serviceaccount:default:robot" });
  });

  it("drain moves the pods away, and the Deployment makes new ones elsewhere", async () => {
    await gateway.run("create deployment movable --image=nginx:1.27 --replicas=3");
    await rolledOut("movable");
    const node = await gateway.run("get pods -l app=movable -o jsonpath={.items[0].spec.nodeName}");
    const drained = await gateway.run(`drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=60s`);
    expect(drained).toMatch(new RegExp(`evicting pod|node/${node} drained`));
    await rolledOut("movable");
    expect((await gateway.run("get pods -l app=movable -o jsonpath={.items[*].spec.nodeName}")).split(" ")).not.toContain(node);
    await gateway.run(`uncordon ${node}`);
  });
});
