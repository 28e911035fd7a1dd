import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { condition, NodeCluster } from "../testing/nodeCluster.ts";

const second = 1_000_000;

function containers(cluster: NodeCluster, pod: string): readonly JsonObject[] {
  return (cluster.status(pod)["containerStatuses"] ?? []) as readonly JsonObject[];
}

/** "running", "waiting CrashLoopBackOff", "terminated Error 1" of the first container. */
function state(cluster: NodeCluster, pod: string, list = "containerStatuses"): string {
  const first = ((cluster.status(pod)[list] ?? []) as readonly JsonObject[])[0];
  const current = (first?.["state"] ?? {}) as Readonly<Record<string, JsonObject>>;
  const kind = Object.keys(current)[0] ?? "none";
  const { reason, exitCode } = (current[kind] ?? {}) as { reason?: string; exitCode?: number };
  return [kind, reason, exitCode].filter((part) => part !== undefined).join(" ");
}

function restarts(cluster: NodeCluster, pod: string): number {
  return Number(containers(cluster, pod)[0]?.["restartCount"] ?? 0);
}

const nginx = { name: "web", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] };

const box = (name: string, script: string, more: JsonObject = {}): JsonObject => ({ name, image: "busybox:1.36", command: ["sh", "-c", script], ...more });

describe("kubelet", () => {
  it("registers its node, renews its lease every ten seconds and reports its status", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const node = cluster.get("/api/v1/nodes/node-1") as JsonObject;
    expect((node["metadata"] as JsonObject)["labels"]).toMatchObject({ "kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux", "topology.kubernetes.io/zone": "a" });
    expect(condition(node, "Ready")).toMatchObject({ status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" });
    expect(((node["status"] as JsonObject)["nodeInfo"] as JsonObject)["containerRuntimeVersion"]).toMatch(/^containerd:\/\//);
    const renewed = (): Json => ((cluster.get("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1") as JsonObject)["spec"] as JsonObject)["renewTime"] ?? null;
    const before = renewed();
    cluster.world.runFor(9 * second);
    const after = renewed();
    cluster.world.runFor(1.9 * second);
    expect([before, after].filter((time) => time !== renewed())).not.toHaveLength(0);
  });

  it("pulls, starts, probes and tells the API in upstream's words", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("web", { containers: [{ ...nginx, readinessProbe: { httpGet: { path: "/", port: 80 }, initialDelaySeconds: 3 } }] });
    cluster.until("running", () => state(cluster, "web") === "running");
    expect(condition(cluster.getPod("web") as JsonObject, "Ready")).toMatchObject({ status: "False", reason: "ContainersNotReady", message: "containers with unready status: [web]" });
    const took = cluster.until("ready", () => condition(cluster.getPod("web") as JsonObject, "Ready")?.["status"] === "True");
    expect(took).toBeGreaterThan(2.5);
    expect(cluster.status("web")).toMatchObject({ phase: "Running", hostIP: "172.18.0.2", podIP: "10.244.0.2", observedGeneration: 1 });
    expect(((cluster.status("web")["conditions"] as JsonObject[])).map((each) => each["type"])).toEqual(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]);
    const events = cluster.events("web");
    expect(events[0]).toBe('Normal Pulling: Pulling image "nginx:1.14.2"');
    expect(events[1]).toMatch(/^Normal Pulled: Successfully pulled image "nginx:1\.14\.2" in [12]\.\d+s \([12]\.\d+s including waiting\)\. Image size: \d+ bytes\.$/);
    expect(events.slice(2)).toEqual(["Normal Created: Container created", "Normal Started: Container started"]);
    cluster.pod("again", { containers: [nginx] });
    cluster.until("running", () => state(cluster, "again") === "running");
    expect(cluster.events("again")[0]).toBe('Normal Pulled: Container image "nginx:1.14.2" already present on machine and can be accessed by the pod');
  });

  it("backs off from an image that does not exist: 10 s, 20 s", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("bad", { containers: [{ name: "web", image: "nginx:1.161" }] });
    cluster.until("first failure", () => state(cluster, "bad") === "waiting ErrImagePull");
    cluster.until("back-off", () => state(cluster, "bad") === "waiting ImagePullBackOff", 3);
    const first = cluster.until("second failure", () => state(cluster, "bad") === "waiting ErrImagePull");
    cluster.until("back-off", () => state(cluster, "bad") === "waiting ImagePullBackOff", 3);
    const next = cluster.until("third failure", () => state(cluster, "bad") === "waiting ErrImagePull");
    expect(Math.round(first / 10)).toBe(1);
    expect(Math.round(next / 10)).toBe(2);
    expect(cluster.events("bad")).toContain(
      'Warning Failed: Failed to pull image "nginx:1.161": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found (x3)',
    );
  });

  it("restarts what crashes, at once and then after 10 s and 20 s", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("crash", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "echo boom; exit 3"] }] });
    cluster.until("first crash loop", () => state(cluster, "crash") === "waiting CrashLoopBackOff");
    expect(restarts(cluster, "crash")).toBe(1);
    expect(containers(cluster, "crash")[0]?.["lastState"]).toMatchObject({ terminated: { exitCode: 3, reason: "Error" } });
    expect(JSON.stringify(containers(cluster, "crash")[0]?.["state"])).toMatch(/"back-off 10s restarting failed container=c pod=crash_default\(/);
    const ten = cluster.until("second restart", () => restarts(cluster, "crash") === 2);
    const twenty = cluster.until("third restart", () => restarts(cluster, "crash") === 3);
    expect(ten).toBeGreaterThan(7);
    expect(ten).toBeLessThan(11);
    expect(Math.round(twenty / 10)).toBe(2);
    expect(cluster.logs("crash")).toEqual(["boom"]);
    expect(cluster.logs("crash", "node-1", { previous: true })).toEqual(["boom"]);
  });

  it("runs init containers in order, sidecars beside, and ends jobs' pods by their exit codes", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("ordered", { restartPolicy: "Never", volumes: [{ name: "shared", emptyDir: {} }], initContainers: [box("one", "echo 1 > /s/log; sleep 2", { volumeMounts: [{ name: "shared", mountPath: "/s" }] }), box("side", "while true; do sleep 5; done", { restartPolicy: "Always" })], containers: [box("main", "cat /data/log; sleep 3", { volumeMounts: [{ name: "shared", mountPath: "/data" }] })] });
    cluster.pod("fails", { restartPolicy: "OnFailure", containers: [box("main", "exit 1")] });
    cluster.pod("never", { restartPolicy: "Never", containers: [box("main", "exit 4")] });
    cluster.until("initializing", () => state(cluster, "ordered", "initContainerStatuses") === "running");
    expect(condition(cluster.getPod("ordered") as JsonObject, "Initialized")).toMatchObject({ status: "False", reason: "ContainersNotInitialized", message: "containers with incomplete status: [one side]" });
    expect(state(cluster, "ordered")).toBe("waiting PodInitializing");
    cluster.until("main runs", () => state(cluster, "ordered") === "running");
    cluster.until("succeeded", () => cluster.status("ordered")["phase"] === "Succeeded");
    expect(cluster.logs("ordered", "node-1", { container: "main" })).toEqual(["1"]);
    expect(condition(cluster.getPod("ordered") as JsonObject, "Ready")).toMatchObject({ status: "False", reason: "PodCompleted" });
    expect(cluster.status("never")["phase"]).toBe("Failed");
    expect(state(cluster, "never")).toBe("terminated Error 4");
    expect(cluster.status("fails")["phase"]).toBe("Running");
    expect(restarts(cluster, "fails")).toBeGreaterThan(0);
  });

  it("kills what fails its liveness probe (exec) after its grace period", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("live", { terminationGracePeriodSeconds: 5, containers: [{ name: "liveness", image: "registry.k8s.io/busybox:1.27.2", args: ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"], livenessProbe: { exec: { command: ["cat", "/tmp/healthy"] }, initialDelaySeconds: 5, periodSeconds: 5 } }] });
    cluster.until("running", () => state(cluster, "live") === "running");
    const took = cluster.until("restarted", () => restarts(cluster, "live") === 1);
    expect(took).toBeGreaterThan(44);
    expect(took).toBeLessThan(55);
    expect(cluster.events("live")).toContain("Warning Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n (x3)");
    expect(cluster.events("live")).toContain("Normal Killing: Container liveness failed liveness probe, will be restarted");
    expect(containers(cluster, "live")[0]?.["lastState"]).toMatchObject({ terminated: { exitCode: 137, reason: "Error" } });
  });

  it("ends a pod by SIGTERM, by SIGKILL after the grace period, and then removes it", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("polite", { containers: [nginx] });
    cluster.pod("stubborn", { terminationGracePeriodSeconds: 8, containers: [{ name: "c", image: "busybox", command: ["sleep", "3600"] }] });
    cluster.until("running", () => state(cluster, "polite") === "running" && state(cluster, "stubborn") === "running");
    cluster.write("delete", "/api/v1/namespaces/default/pods/polite");
    cluster.write("delete", "/api/v1/namespaces/default/pods/stubborn");
    expect(cluster.until("polite gone", () => cluster.getPod("polite") === null)).toBeLessThan(2);
    const took = cluster.until("stubborn gone", () => cluster.getPod("stubborn") === null);
    expect(took).toBeGreaterThan(6);
    expect(took).toBeLessThan(10);
    expect(cluster.events("polite").at(-1)).toBe("Normal Killing: Stopping container web");
  });

  it("runs hooks: postStart after the start, preStop before SIGTERM inside the grace period", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("hooked", { containers: [{ ...nginx, lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", "echo Hello > /usr/share/message"] } }, preStop: { sleep: { seconds: 6 } } } }] });
    cluster.pod("broken", { containers: [{ ...nginx, lifecycle: { postStart: { exec: { command: ["false"] } } } }] });
    cluster.until("running", () => state(cluster, "hooked") === "running");
    cluster.until("hook failed", () => cluster.events("broken").some((event) => event.startsWith("Warning FailedPostStartHook: PostStartHook failed")));
    cluster.write("delete", "/api/v1/namespaces/default/pods/hooked");
    const took = cluster.until("gone", () => cluster.getPod("hooked") === null);
    expect(took).toBeGreaterThan(5.5);
    expect(took).toBeLessThan(7.5);
  });

  it("waits for ConfigMaps and Secrets, mounts them, and refreshes mounted files late", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const spec = { volumes: [{ name: "conf", configMap: { name: "settings" } }], containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "echo $GREETING $(cat /etc/conf/color) $SECRET_KEY; while true; do sleep 10; cat /etc/conf/color; done"], env: [{ name: "GREETING", value: "hi-$(WHO)" }, { name: "WHO", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }, { name: "SECRET_KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }], volumeMounts: [{ name: "conf", mountPath: "/etc/conf" }] }] };
    cluster.pod("conf", spec);
    cluster.world.runFor(4 * second);
    expect(cluster.events("conf")[0]).toMatch(/^Warning FailedMount: MountVolume\.SetUp failed for volume "conf" : configmap "settings" not found/);
    expect(state(cluster, "conf")).toBe("waiting ContainerCreating");
    cluster.create("/api/v1/namespaces/default/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { color: "blue\n" } });
    cluster.until("config error", () => state(cluster, "conf") === "waiting CreateContainerConfigError");
    expect(cluster.events("conf")).toContain('Warning Failed: Error: secret "s" not found');
    cluster.create("/api/v1/namespaces/default/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { k: "pw" } });
    cluster.until("running", () => state(cluster, "conf") === "running");
    cluster.world.runFor(second);
    expect(cluster.logs("conf")[0]).toBe("hi-$(WHO) blue pw");
    cluster.write("patch", "/api/v1/namespaces/default/configmaps/settings", { data: { color: "green\n" } }, "application/merge-patch+json");
    const late = cluster.until("new content", () => cluster.logs("conf").at(-1) === "green", 120);
    expect(late).toBeGreaterThan(50);
    expect(late).toBeLessThan(101);
  });

  it("opens host ports on the node's address", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("host", { containers: [{ name: "web", image: "nginx:1.14.2", ports: [{ containerPort: 80, hostPort: 8080 }] }] });
    cluster.until("running", () => state(cluster, "host") === "running");
    cluster.pod("client", { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "wget -qO- http://$NODE:8080/ | grep Welcome; wget -qO- http://$NODE:8081/"], env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }] }] });
    cluster.until("done", () => cluster.status("client")["phase"] === "Failed");
    expect(cluster.logs("client")).toEqual(["<title>Welcome to nginx!</title>", "<h1>Welcome to nginx!</h1>", "wget: can't connect to remote host (172.18.0.2): Connection refused"]);
    cluster.pod("clash", { nodeName: "node-1", containers: [{ name: "web", image: "nginx:1.14.2", ports: [{ containerPort: 80, hostPort: 8080 }] }] });
    cluster.until("refused", () => cluster.status("clash")["reason"] === "NodePorts");
    expect(cluster.status("clash")["message"]).toBe("Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
  });

  it("gives containers the behaviour they ask for, and says what it cannot", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("late", { containers: [{ ...nginx, readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 1 } }] }, { annotations: { "sim.orrery.dev/web.ready-after-ms": "4000", "sim.orrery.dev/web.colour": "red" } });
    cluster.pod("slow", { containers: [nginx] }, { annotations: { "sim.orrery.dev/web.latency-ms": "3000" } });
    cluster.until("running", () => state(cluster, "late") === "running" && state(cluster, "slow") === "running");
    const took = cluster.until("ready", () => condition(cluster.getPod("late") as JsonObject, "Ready")?.["status"] === "True");
    expect(took).toBeGreaterThan(3);
    expect(cluster.events("late")).toContain('Warning NotSimulated: Unknown behaviour "colour" of container web: known are start-ms, ready-after-ms, crash-after-ms, exit-code, latency-ms, error-ratio, log-line, cpu-per-request, memory-growth');
    expect(cluster.events("late").some((event) => event.startsWith("Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"))).toBe(true);
    cluster.pod("client", { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", `date +%s; wget -qO- http://${String(cluster.status("slow")["podIP"])}/ | grep title`] }] });
    cluster.until("asking", () => state(cluster, "client") === "running");
    cluster.world.runFor(second);
    cluster.write("delete", "/api/v1/namespaces/default/pods/slow");
    cluster.until("answered before the end", () => cluster.status("client")["phase"] === "Succeeded", 1);
    expect(cluster.logs("client")[1]).toBe("<title>Welcome to nginx!</title>");
  });

  it("refuses what does not fit, as a node does", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("big", { nodeName: "node-1", containers: [{ ...nginx, resources: { requests: { cpu: "5" } } }] });
    cluster.pod("choosy", { nodeName: "node-1", nodeSelector: { disk: "tape" }, containers: [nginx] });
    cluster.until("refused", () => cluster.status("big")["phase"] === "Failed" && cluster.status("choosy")["phase"] === "Failed");
    expect(cluster.status("big")).toMatchObject({ reason: "OutOfcpu", message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000" });
    expect(cluster.status("choosy")).toMatchObject({ reason: "NodeAffinity", message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" });
  });

  it("comes back after a power cut: pods are restarted in new sandboxes, images are still there", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("web", { containers: [nginx] });
    cluster.until("running", () => state(cluster, "web") === "running");
    cluster.world.control({ type: "power", group: "node-1", on: false });
    cluster.world.runFor(20 * second);
    cluster.world.control({ type: "power", group: "node-1", on: true });
    cluster.until("restarted", () => restarts(cluster, "web") === 1 && state(cluster, "web") === "running");
    expect(containers(cluster, "web")[0]?.["lastState"]).toMatchObject({ terminated: { exitCode: 255, reason: "Unknown" } });
    expect(cluster.events("web").filter((event) => event.includes("Pulling"))).toHaveLength(1);
  });

  it("keeps an emptyDir through a reboot, unless it is in memory, and nothing of pods that went meanwhile", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const volumes = [{ name: "disk", emptyDir: {} }, { name: "memory", emptyDir: { medium: "Memory" } }];
    const volumeMounts = [{ name: "disk", mountPath: "/disk" }, { name: "memory", mountPath: "/memory" }];
    const counts = box("c", "echo x >> /disk/f; echo x >> /memory/f; wc -l /disk/f /memory/f | head -2; sleep 3600", { volumeMounts });
    cluster.pod("counts", { volumes, containers: [counts] });
    cluster.pod("gone", { volumes, containers: [counts] });
    cluster.pod("looks", { volumes: [{ name: "v", hostPath: { path: "/var/lib/kubelet/pods" } }], containers: [box("c", "while true; do ls /v | wc -l; sleep 5; done", { volumeMounts: [{ name: "v", mountPath: "/v" }] })] });
    cluster.until("all run", () => ["counts", "gone", "looks"].every((name) => state(cluster, name) === "running"));
    cluster.world.runFor(10 * second);
    const lines = (pod: string): readonly (string | undefined)[] => cluster.logs(pod).map((line) => line.trim().split(/ +/)[0]);
    expect([lines("counts"), lines("looks").at(-1)]).toEqual([["1", "1"], "2"]);
    cluster.world.control({ type: "power", group: "node-1", on: false });
    cluster.write("delete", "/api/v1/namespaces/default/pods/gone", { gracePeriodSeconds: 0 });
    cluster.world.runFor(20 * second);
    cluster.world.control({ type: "power", group: "node-1", on: true });
    cluster.until("restarted", () => restarts(cluster, "counts") === 1 && restarts(cluster, "looks") === 1 && state(cluster, "looks") === "running");
    cluster.world.runFor(10 * second);
    expect([lines("counts"), lines("looks").at(-1)]).toEqual([["2", "1"], "1"]);
  });

  it("makes no container as root where it must not be", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const pod = (name: string, image: string, securityContext: JsonObject): JsonObject => cluster.pod(name, { securityContext: { runAsNonRoot: true }, containers: [{ name: "c", image, securityContext }] });
    const root = pod("root", "nginx:1.27", {});
    pod("zero", "nginx:1.27", { runAsUser: 0 });
    pod("named", "memcached:1.6", {});
    pod("given", "redis:7", { runAsUser: 1000 });
    pod("own", "nginxinc/nginx-unprivileged:1.27", {});
    pod("may", "nginx:1.27", { runAsNonRoot: false });
    cluster.until("these run", () => ["given", "own", "may"].every((name) => state(cluster, name) === "running"));
    cluster.until("these do not", () => ["root", "zero", "named"].every((name) => state(cluster, name) === "waiting CreateContainerConfigError"));
    const where = `(pod: "root_default(${String((root["metadata"] as JsonObject)["uid"])})", container: c)`;
    expect(cluster.events("root")).toContain(`Warning Failed: Error: container has runAsNonRoot and image will run as root ${where}`);
    const message = (name: string): string => JSON.stringify(containers(cluster, name)[0]?.["state"]);
    expect([message("zero"), message("named")]).toEqual([expect.stringContaining("container's runAsUser breaks non-root policy (pod: "), expect.stringContaining("container has runAsNonRoot and image has non-numeric user (memcache), cannot verify user is non-root")]);
  });

  it("leaves a deleted Node deleted until it starts again", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.write("delete", "/api/v1/nodes/node-1");
    cluster.world.runFor(60 * second);
    expect(cluster.get("/api/v1/nodes/node-1")).toBeNull();
    cluster.world.control({ type: "crash", process: "node-1/kubelet" });
    cluster.boot();
  });

  it("finishes, when it is back, what was deleted while it was off", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("web", { containers: [nginx] });
    cluster.until("running", () => state(cluster, "web") === "running");
    cluster.world.control({ type: "power", group: "node-1", on: false });
    cluster.world.runFor(5 * second);
    expect(cluster.write("delete", "/api/v1/namespaces/default/pods/web").code).toBe(200);
    cluster.world.runFor(40 * second);
    expect(((cluster.getPod("web") as JsonObject)["metadata"] as JsonObject)["deletionTimestamp"]).toBeDefined();
    cluster.world.control({ type: "power", group: "node-1", on: true });
    cluster.until("gone", () => cluster.getPod("web") === null, 30);
  });

  it("makes new sandboxes when the runtime has lost them, and frees the old addresses", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 2 };
    cluster.pod("a", { containers: [{ ...nginx, readinessProbe: probe }] });
    cluster.pod("b", { containers: [{ ...nginx, readinessProbe: probe }] });
    const ready = (name: string): boolean => condition(cluster.getPod(name) as JsonObject, "Ready")?.["status"] === "True";
    cluster.until("ready", () => ready("a") && ready("b"));
    cluster.world.control({ type: "crash", process: "node-1/runtime" });
    cluster.until("restarted", () => restarts(cluster, "a") === 1 && restarts(cluster, "b") === 1 && ready("a") && ready("b"));
    expect(cluster.events("a")).toContain("Normal SandboxChanged: Pod sandbox changed, it will be killed and re-created.");
    expect(cluster.status("a")["podIP"]).not.toBe(cluster.status("b")["podIP"]);
    expect(cluster.status("a")["podIPs"]).toHaveLength(1);
  });

  it("takes running containers over after its own crash", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("web", { containers: [{ ...nginx, readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 5 } }] });
    cluster.until("ready", () => condition(cluster.getPod("web") as JsonObject, "Ready")?.["status"] === "True");
    const id = containers(cluster, "web")[0]?.["containerID"];
    cluster.world.control({ type: "crash", process: "node-1/kubelet" });
    cluster.world.runFor(20 * second);
    expect(containers(cluster, "web")[0]).toMatchObject({ containerID: id ?? "", restartCount: 0, ready: true });
    cluster.write("delete", "/api/v1/namespaces/default/pods/web");
    cluster.until("gone", () => cluster.getPod("web") === null, 10);
  });

  it("runs instant containers at once and for ever", () => {
    const cluster = new NodeCluster({ nodes: 1, spec: { containers: "instant" } }).boot();
    cluster.pod("any", { containers: [{ name: "c", image: "registry.example/app:1", readinessProbe: { httpGet: { path: "/", port: 80 } } }] });
    cluster.until("ready", () => condition(cluster.getPod("any") as JsonObject, "Ready")?.["status"] === "True", 1);
    expect(cluster.events("any")).toEqual([]);
    cluster.write("delete", "/api/v1/namespaces/default/pods/any");
    cluster.until("gone", () => cluster.getPod("any") === null, 1);
  });

  it("kills, hangs and fails what the faults name", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    const fault = (id: string, name: string, target: string): void => {
      for (const process of ["kubelet", "runtime"]) cluster.world.send(`node-1/${process}`, { type: "fault", id, fault: name, target, params: {} });
    };
    cluster.pod("web", { containers: [{ ...nginx, readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 2, failureThreshold: 1 } }] });
    const ready = (): boolean => condition(cluster.getPod("web") as JsonObject, "Ready")?.["status"] === "True";
    cluster.until("ready", ready);
    fault("f1", "probe-fail", "default/web");
    cluster.until("unready", () => !ready(), 5);
    for (const process of ["kubelet", "runtime"]) cluster.world.send(`node-1/${process}`, { type: "clearFault", id: "f1", fault: "probe-fail", target: "default/web", params: {} });
    cluster.until("ready again", ready, 5);
    fault("f2", "container-hang", "default/web");
    cluster.until("unready", () => !ready(), 10);
    expect(cluster.events("web").at(-1)).toContain("context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    for (const process of ["kubelet", "runtime"]) cluster.world.send(`node-1/${process}`, { type: "clearFault", id: "f2", fault: "container-hang", target: "default/web", params: {} });
    fault("f3", "container-kill", "default/web");
    cluster.until("restarted", () => restarts(cluster, "web") === 1, 10);
  });
});
