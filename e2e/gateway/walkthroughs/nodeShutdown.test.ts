import { expect, it } from "vitest";
import { described, walkthrough } from "./walkthrough.ts";

/** The page's example: 30 seconds for all pods, the last ten for the critical ones. The fourth machine's kubelet knows of no shutdown. */
const kubelet = "{shutdownGracePeriod: 30s, shutdownGracePeriodCriticalPods: 10s}";
const machines = described(`nodes: [${[1, 2, 3].map((at) => `{name: node-${at}, zone: a, kubelet: ${kubelet}}`).join(", ")}, {name: node-4, zone: a}]`);

const on = (node: string): object => ({ nodeSelector: { "kubernetes.io/hostname": node } });
const stubborn = { command: ["sh", "-c", "trap 'echo asked to end; sleep 5; exit 0' TERM; while true; do sleep 1; done"], image: "busybox" };
const pod = (name: string, spec: object): string => JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "main", ...stubborn }], ...spec } });
const database = JSON.stringify({
  apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" },
  spec: {
    replicas: 1, serviceName: "db", selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["node-4"] }] } }] } }, containers: [{ name: "main", image: "busybox", command: ["sleep", "infinity"], volumeMounts: [{ name: "data", mountPath: "/data" }] }] } },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "disk", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }],
  },
});

walkthrough(import.meta.filename, "Node Shutdowns", machines, ({ sh, until, fault, pass }) => {
  it("a kubelet that is told of a shutdown ends the usual pods first, then the critical ones", async () => {
    await sh("kubectl apply -f -", pod("usual", on("node-1")));
    await sh("kubectl apply -n kube-system -f -", pod("critical", { ...on("node-1"), priorityClassName: "system-node-critical" }));
    await sh("kubectl wait pod usual --for=condition=Ready && kubectl wait pod -n kube-system critical --for=condition=Ready");
    const powerOn = await fault("node-shutdown", "node-1");
    await until("kubectl get node node-1 -o jsonpath='{.status.conditions[?(@.type==\"Ready\")].message}'", "node is shutting down");
    await until("kubectl get pod usual", /usual\s+0\/1\s+Completed\s+0/);
    const described = await sh("kubectl describe pod usual");
    expect(described).toMatch(/Reason:\s+Terminated\nMessage:\s+Pod was terminated in response to imminent node shutdown\.\n/);
    expect(described).toMatch(/DisruptionTarget\s+True/);
    await until("kubectl describe pod -n kube-system critical", /Reason:\s+Terminated\nMessage:\s+Pod was terminated in response to imminent node shutdown\.\n/);
    const endOf = async (name: string): Promise<number> => Date.parse(await sh(`kubectl get pod ${name} -o jsonpath='{.status.containerStatuses[0].state.terminated.finishedAt}'`));
    expect(await endOf("critical -n kube-system") - await endOf("usual")).toBeGreaterThanOrEqual(5_000);
    await until("kubectl describe node node-1", /node\.kubernetes\.io\/unreachable:NoExecute[^]*Ready\s+Unknown/);
    await powerOn();
    await until("kubectl get node node-1", /node-1\s+Ready\s/);
    expect(await sh("kubectl get pod usual -o jsonpath='{.status.phase}'")).toBe("Failed");
  });

  it("a set's pod on a machine that is off waits until an administrator says so", async () => {
    await sh("kubectl apply -f -", database);
    await sh("kubectl rollout status sts/db --timeout=80s");
    expect(await sh("kubectl get pod db-0 -o jsonpath='{.spec.nodeName}'")).toBe("node-4");
    await sh("kubectl exec db-0 -- sh -c 'echo kept > /data/word'");
    const powerOn = await fault("node-shutdown", "node-4");
    await until("kubectl get node node-4", /node-4\s+NotReady/);
    await pass(320);
    expect(await sh("kubectl get pods db-0")).toMatch(/db-0\s+1\/1\s+Terminating\s+0/);
    expect(await sh("kubectl get volumeattachments")).toMatch(/node-4\s+true/);
    expect(await sh("kubectl taint nodes node-4 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")).toBe("node/node-4 tainted\n");
    await until("kubectl get pods db-0 -o wide", /db-0\s+1\/1\s+Running\s+0\s+.*node-[123]\s/);
    expect(await sh("kubectl exec db-0 -- cat /data/word")).toBe("kept\n");
    await powerOn();
    await until("kubectl get node node-4", /node-4\s+Ready\s/);
    expect(await sh("kubectl taint nodes node-4 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute-")).toBe("node/node-4 untainted\n");
  });

  it("a machine that was drained is booted anew, and takes pods again", async () => {
    await sh("kubectl apply -f -", pod("before", on("node-4")));
    await sh("kubectl wait pod before --for=condition=Ready");
    const boot = await sh("kubectl get node node-4 -o jsonpath='{.status.nodeInfo.bootID}'");
    expect(await sh("kubectl drain node-4 --ignore-daemonsets --force --delete-emptydir-data")).toContain("node/node-4 drained");
    await fault("node-reboot", "node-4");
    await until("kubectl get events --field-selector involvedObject.kind=Node,involvedObject.name=node-4", /Warning\s+Rebooted\s+node\/node-4\s+Node node-4 has been rebooted, boot id: \S+/);
    await until("kubectl get node node-4", /node-4\s+Ready,SchedulingDisabled/);
    // The kubelet tells of it before it writes its status.
    await until("kubectl get node node-4 -o jsonpath='{.status.nodeInfo.bootID}'", new RegExp(`^(?!${boot})[0-9a-f-]+$`));
    await sh("kubectl uncordon node-4");
    await sh("kubectl apply -f -", pod("after", on("node-4")));
    await sh("kubectl wait pod after --for=condition=Ready");
  });

  it("pods of a machine that reboots without a drain run on in containers that begin anew", async () => {
    const restarts = "kubectl get pod after -o jsonpath='{.status.containerStatuses[0].restartCount}'";
    expect(await sh(restarts)).toBe("0");
    await fault("node-reboot", "node-4");
    await until(restarts, "1");
    await until("kubectl get pod after", /after\s+1\/1\s+Running\s+1 /);
  });
});
