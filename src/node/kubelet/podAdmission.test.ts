import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { condition, NodeCluster } from "../testing/nodeCluster.ts";

const asking = (cpu: string, more: JsonObject = {}): JsonObject => ({ name: "c", image: "nginx:1.29", resources: { requests: { cpu } }, ...more });
const runs = (cluster: NodeCluster, ...names: readonly string[]): void => void cluster.until(`${names.join()} run`, () => names.every((name) => cluster.status(name)["phase"] === "Running"), 60);

describe("the node's door", () => {
  it("makes room for a critical pod: the fewest of the lowest class end, and it starts when they have", () => {
    const cluster = new NodeCluster().boot();
    const cpu = cluster.spec.nodes[0]?.cpuMilli ?? 0;
    cluster.pod("small", { containers: [asking("200m")] });
    cluster.pod("large", { containers: [asking(`${cpu - 700}m`, { command: ["sh", "-c", "trap '' TERM; sleep 3600"], image: "busybox:1.36" })], terminationGracePeriodSeconds: 5 });
    cluster.pod("sure", { containers: [{ ...asking("300m"), resources: { limits: { cpu: "300m", memory: "64Mi" } } }] });
    runs(cluster, "small", "large", "sure");
    cluster.pod("usual", { nodeName: "node-1", containers: [asking("500m")] });
    cluster.until("refused", () => cluster.status("usual")["phase"] === "Failed", 20);
    expect(cluster.status("usual")).toMatchObject({ reason: "OutOfcpu" });
    cluster.create("/api/v1/namespaces/kube-system/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "critical" }, spec: { nodeName: "node-1", priorityClassName: "system-node-critical", containers: [asking("500m")] } });
    const critical = (): JsonObject => (cluster.get("/api/v1/namespaces/kube-system/pods/critical")?.["status"] ?? {}) as JsonObject;
    cluster.world.runFor(3_000_000);
    expect([cluster.status("large")["phase"], critical()["phase"]]).toEqual(["Running", "Pending"]);
    cluster.until("the critical pod runs", () => critical()["phase"] === "Running", 30);
    expect(cluster.status("large")).toMatchObject({ phase: "Failed", reason: "Preempting", message: "Preempted in order to admit critical pod" });
    expect(condition(cluster.getPod("large") ?? {}, "DisruptionTarget")).toMatchObject({ status: "True", reason: "TerminationByKubelet", message: "Pod was preempted by Kubelet to accommodate a critical pod." });
    expect(cluster.events("large").slice(-2)).toEqual(["Warning Preempting: Preempted in order to admit critical pod", "Normal Killing: Stopping container c"]);
    runs(cluster, "small", "sure");
    cluster.create("/api/v1/namespaces/kube-system/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "huge" }, spec: { nodeName: "node-1", priorityClassName: "system-node-critical", containers: [asking(`${cpu + 100}m`)] } });
    cluster.until("refused", () => ((cluster.get("/api/v1/namespaces/kube-system/pods/huge")?.["status"] ?? {}) as JsonObject)["phase"] === "Failed", 20);
    expect(cluster.get("/api/v1/namespaces/kube-system/pods/huge")?.["status"]).toMatchObject({ reason: "UnexpectedAdmissionError", message: expect.stringMatching(/^Pod was rejected: Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: \[\(res: cpu, q: \d+\), \]$/) });
  });

  it("lets pods set safe sysctls only, and none of the host's", () => {
    const cluster = new NodeCluster().boot();
    const wanting = (name: string, sysctl: string, more: JsonObject = {}): void => void cluster.pod(name, { nodeName: "node-1", securityContext: { sysctls: [{ name: sysctl, value: "1" }] }, containers: [{ name: "c", image: "nginx:1.29" }], ...more });
    wanting("safe", "net.ipv4.tcp_syncookies");
    wanting("unsafe", "kernel/msgmax");
    runs(cluster, "safe");
    cluster.until("refused", () => cluster.status("unsafe")["phase"] === "Failed", 20);
    expect(cluster.status("unsafe")).toMatchObject({ reason: "SysctlForbidden", message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted' });
    expect(cluster.events("unsafe")).toEqual(['Warning SysctlForbidden: forbidden sysctl: "kernel.msgmax" not allowlisted']);
  });
});

describe("what a pod names", () => {
  it("tells at each sync of secrets for registries that are not there, and pulls all the same", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("private", { imagePullSecrets: [{ name: "regcred" }], containers: [{ name: "c", image: "nginx:1.29" }] });
    runs(cluster, "private");
    const told = (): string => cluster.events("private").find((event) => event.includes("PullSecret")) ?? "";
    expect(told()).toBe("Warning FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed. (x2)");
    cluster.world.runFor(80_000_000);
    expect(told()).toMatch(/\(x3\)$/);
    cluster.create("/api/v1/namespaces/default/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "regcred" }, type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "e30=" } });
    cluster.world.runFor(200_000_000);
    expect(told()).toMatch(/\(x3\)$/);
  });

  it("setHostnameAsFQDN: the kernel's name is the full one, which has its length", () => {
    const cluster = new NodeCluster().boot();
    const named = (name: string, subdomain: string): void => void cluster.pod(name, { hostname: "box", subdomain, setHostnameAsFQDN: true, restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "hostname; hostname -f; cat /etc/hostname; tail -1 /etc/hosts"] }] });
    named("full", "sub");
    named("long", "a-subdomain-that-is-a-little-too-long-for-it");
    cluster.until("ends", () => cluster.status("full")["phase"] === "Succeeded", 60);
    const name = "box.sub.default.svc.cluster.local";
    expect(cluster.logs("full")).toEqual([name, name, name, `10.244.0.2\t${name}\tbox`]);
    expect(cluster.status("long")["phase"]).toBe("Pending");
    expect(cluster.events("long")).toEqual(["Warning FailedCreatePodSandBox: Failed to create pod sandbox: Failed to construct FQDN from pod hostname and cluster domain, FQDN box.a-subdomain-that-is-a-little-too-long-for-it.default.svc.cluster.local is too long (64 characters is the max, 74 characters requested)"]);
  });
});
