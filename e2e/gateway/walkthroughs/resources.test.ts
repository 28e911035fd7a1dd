import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Assign Memory Resources, Assign CPU Resources", ["--addons", "coredns,metrics-server"], ({ sh, until }) => {
  it("within its limit a container runs and is measured", async () => {
    await sh("kubectl create namespace mem-example");
    await sh("kubectl apply -f https://k8s.io/examples/pods/resource/memory-request-limit.yaml --namespace=mem-example");
    await sh("kubectl wait pod memory-demo --for=condition=Ready --namespace=mem-example");
    expect(await sh("kubectl get pod memory-demo --output=yaml --namespace=mem-example")).toMatch(/resources:\n\s+limits:\n\s+memory: 200Mi\n\s+requests:\n\s+memory: 100Mi/);
    await until("kubectl top pod memory-demo --namespace=mem-example", /memory-demo\s+\S+\s+15\dMi/);
  });

  it("above its limit it is killed, again and again", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/pods/resource/memory-request-limit-2.yaml --namespace=mem-example");
    await until("kubectl get pod memory-demo-2 --output=yaml --namespace=mem-example", /lastState:\n\s+terminated:\n\s+containerID: \S+\n\s+exitCode: 137\n\s+finishedAt: \S+\n\s+reason: OOMKilled/);
    await until("kubectl get pod memory-demo-2 --namespace=mem-example", /memory-demo-2\s+0\/1\s+(OOMKilled|CrashLoopBackOff)/);
    await until("kubectl describe pod memory-demo-2 --namespace=mem-example", /Back-off restarting failed container/);
  });

  it("what no node has room for stays Pending", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/pods/resource/memory-request-limit-3.yaml --namespace=mem-example");
    await until("kubectl describe pod memory-demo-3 --namespace=mem-example", /FailedScheduling.*\d Insufficient memory/);
    expect(await sh("kubectl get pod memory-demo-3 --namespace=mem-example")).toMatch(/memory-demo-3\s+0\/1\s+Pending\s+0/);
  });

  it("a container that wants two CPUs gets the one that its limit allows", async () => {
    await sh("kubectl create namespace cpu-example");
    await sh("kubectl apply -f https://k8s.io/examples/pods/resource/cpu-request-limit.yaml --namespace=cpu-example");
    await until("kubectl top pod cpu-demo --namespace=cpu-example", /cpu-demo\s+(9[5-9]\d|100\d)m/);
    await sh("kubectl apply -f https://k8s.io/examples/pods/resource/cpu-request-limit-2.yaml --namespace=cpu-example");
    await until("kubectl describe pod cpu-demo-2 --namespace=cpu-example", /FailedScheduling.*\d Insufficient cpu/);
  });
});
