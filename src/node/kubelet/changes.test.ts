import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { condition, NodeCluster } from "../testing/nodeCluster.ts";

const strategic = "application/strategic-merge-patch+json";
const podPath = (name: string): string => `/api/v1/namespaces/default/pods/${name}`;

function statusOf(cluster: NodeCluster, pod: string, list = "containerStatuses", at = 0): JsonObject {
  return (cluster.status(pod)[list] as readonly JsonObject[] | undefined)?.[at] ?? {};
}

function running(cluster: NodeCluster, name: string): void {
  cluster.until(`${name} runs`, () => cluster.status(name)["phase"] === "Running", 60);
}

describe("ephemeral containers", () => {
  it("start in a pod that runs, are never restarted, and change neither phase nor readiness", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.29" }] });
    running(cluster, "web");
    const added = cluster.write("patch", `${podPath("web")}/ephemeralcontainers`, { spec: { ephemeralContainers: [{ name: "debugger", image: "busybox:1.36", command: ["sh", "-c", "echo looking; sleep 3; exit 4"], targetContainerName: "web" }] } }, strategic);
    expect([added.code, added.warnings]).toEqual([200, []]);
    cluster.until("debugger runs", () => "running" in ((statusOf(cluster, "web", "ephemeralContainerStatuses")["state"] ?? {}) as JsonObject), 60);
    expect(cluster.logs("web", "node-1", { container: "debugger" })).toEqual(["looking"]);
    cluster.until("debugger ended", () => "terminated" in ((statusOf(cluster, "web", "ephemeralContainerStatuses")["state"] ?? {}) as JsonObject), 60);
    cluster.world.runFor(30_000_000);
    expect(statusOf(cluster, "web", "ephemeralContainerStatuses")).toMatchObject({ name: "debugger", ready: false, restartCount: 0, state: { terminated: { exitCode: 4, reason: "Error" } } });
    expect([cluster.status("web")["phase"], condition(cluster.getPod("web") ?? {}, "Ready")?.["status"], statusOf(cluster, "web")["restartCount"]]).toEqual(["Running", "True", 0]);
    expect(cluster.events("web").filter((event) => event.includes("Created"))).toHaveLength(2);
  });

  it("end with their pod", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.29" }] });
    running(cluster, "web");
    cluster.write("patch", `${podPath("web")}/ephemeralcontainers`, { spec: { ephemeralContainers: [{ name: "debugger", image: "busybox:1.36", command: ["sleep", "3600"] }] } }, strategic);
    cluster.until("debugger runs", () => JSON.stringify(statusOf(cluster, "web", "ephemeralContainerStatuses")).includes("startedAt"), 60);
    cluster.write("delete", podPath("web"), null, "", { gracePeriodSeconds: "2" });
    cluster.until("gone", () => cluster.getPod("web") === null, 20);
  });
});

function resize(cluster: NodeCluster, pod: string, resources: Json, name = "c"): void {
  expect(cluster.write("patch", `${podPath(pod)}/resize`, { spec: { containers: [{ name, resources }] } }, strategic).code).toBe(200);
}

const of = (cpu: string, memory: string): JsonObject => ({ requests: { cpu, memory }, limits: { cpu, memory } });

describe("a resize in place", () => {
  it("is given where there is room, without a restart, and says so", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("p", { containers: [{ name: "c", image: "nginx:1.29", resources: of("200m", "64Mi") }] });
    running(cluster, "p");
    resize(cluster, "p", of("500m", "128Mi"));
    cluster.until("given", () => JSON.stringify(statusOf(cluster, "p")["resources"]).includes("128Mi"), 10);
    cluster.world.runFor(2_000_000);
    expect(statusOf(cluster, "p")).toMatchObject({ restartCount: 0, resources: of("500m", "128Mi"), allocatedResources: { cpu: "500m", memory: "128Mi" } });
    expect(cluster.getPod("p")).toMatchObject({ status: { conditions: expect.not.arrayContaining([expect.objectContaining({ type: "PodResizeInProgress" })]) as unknown } });
    const told = '{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m","memory":"128Mi"},"requests":{"cpu":"500m","memory":"128Mi"}}}],"generation":2}';
    expect(cluster.events("p").slice(-2)).toEqual([`Normal ResizeStarted: Pod resize started: ${told}`, `Normal ResizeCompleted: Pod resize completed: ${told}`]);
  });

  it("restarts the container where its policy asks for that", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("p", { containers: [{ name: "c", image: "nginx:1.29", resources: of("200m", "64Mi"), resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }] }] });
    running(cluster, "p");
    resize(cluster, "p", of("300m", "64Mi"));
    cluster.until("cpu given", () => JSON.stringify(statusOf(cluster, "p")["resources"]).includes("300m"), 10);
    cluster.world.runFor(3_000_000);
    expect(statusOf(cluster, "p")["restartCount"]).toBe(0);
    resize(cluster, "p", of("300m", "96Mi"));
    cluster.until("restarted", () => statusOf(cluster, "p")["restartCount"] === 1, 20);
    cluster.world.runFor(2_000_000);
    expect(JSON.stringify(statusOf(cluster, "p")["resources"])).toContain("96Mi");
    expect(cluster.events("p").join("\n")).toContain("Normal Killing: Container c resize requires restart");
    expect(condition(cluster.getPod("p") ?? {}, "PodResizeInProgress")).toBeNull();
  });

  it("waits for room, and says what can never be", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("other", { containers: [{ name: "c", image: "nginx:1.29", resources: of("3", "64Mi") }] });
    cluster.pod("p", { containers: [{ name: "c", image: "nginx:1.29", resources: of("500m", "64Mi") }] });
    running(cluster, "p");
    running(cluster, "other");
    resize(cluster, "p", of("2", "64Mi"));
    cluster.until("deferred", () => condition(cluster.getPod("p") ?? {}, "PodResizePending") !== null, 10);
    expect(condition(cluster.getPod("p") ?? {}, "PodResizePending")).toMatchObject({ status: "True", reason: "Deferred", message: "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000" });
    expect(JSON.stringify(statusOf(cluster, "p")["resources"])).toContain('"cpu":"500m"');
    resize(cluster, "p", of("1000", "64Mi"));
    cluster.until("infeasible", () => condition(cluster.getPod("p") ?? {}, "PodResizePending")?.["reason"] === "Infeasible", 10);
    expect(condition(cluster.getPod("p") ?? {}, "PodResizePending")?.["message"]).toBe("Node didn't have enough capacity: cpu, requested: 1000000, capacity: 4000");
    resize(cluster, "p", of("2", "64Mi"));
    cluster.write("delete", podPath("other"), null, "", { gracePeriodSeconds: "1" });
    cluster.until("given", () => JSON.stringify(statusOf(cluster, "p")["resources"]).includes('"cpu":"2"'), 30);
    cluster.world.runFor(2_000_000);
    expect(condition(cluster.getPod("p") ?? {}, "PodResizePending")).toBeNull();
  });
});

describe("postStart", () => {
  it("has to be through before the container counts as running and the next one starts", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("p", { containers: [{ name: "first", image: "nginx:1.29", lifecycle: { postStart: { sleep: { seconds: 5 } } } }, { name: "second", image: "nginx:1.29" }] });
    cluster.until("first started", () => cluster.events("p").some((event) => event.includes("Started")), 60);
    cluster.world.runFor(3_000_000);
    expect([cluster.status("p")["phase"], statusOf(cluster, "p")["state"]]).toEqual(["Pending", { waiting: { reason: "ContainerCreating" } }]);
    running(cluster, "p");
    const [first, second] = [0, 1].map((at) => Date.parse(String((statusOf(cluster, "p", "containerStatuses", at)["state"] as { running: JsonObject }).running["startedAt"])));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(5000);
  });
});

describe("a volume's sub path that names variables", () => {
  it("is expanded from the container's environment", () => {
    const cluster = new NodeCluster().boot();
    const mounts = { env: [{ name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }], volumeMounts: [{ name: "v", mountPath: "/logs", subPathExpr: "$(NAME)/x" }] };
    cluster.pod("p", { volumes: [{ name: "v", emptyDir: {} }], containers: [{ name: "a", image: "busybox:1.36", command: ["sh", "-c", "echo hi > /logs/f; sleep 3600"], ...mounts }, { name: "b", image: "busybox:1.36", command: ["sh", "-c", "sleep 5; cat /all/p/x/f; sleep 3600"], volumeMounts: [{ name: "v", mountPath: "/all" }] }] });
    running(cluster, "p");
    cluster.world.runFor(8_000_000);
    expect(cluster.logs("p", "node-1", { container: "b" })).toEqual(["hi"]);
  });
});

describe("volumes that follow ConfigMaps", () => {
  it("see one that need not be there when it comes; a part that is mounted alone stays as its container found it", () => {
    const cluster = new NodeCluster().boot();
    const maps = "/api/v1/namespaces/default/configmaps";
    cluster.create(maps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { word: "old" } });
    cluster.pod("p", { volumes: [{ name: "v", configMap: { name: "m" } }, { name: "l", configMap: { name: "late", optional: true } }], containers: [{ name: "a", image: "busybox:1.36", command: ["sh", "-c", "sleep 150; echo $(cat /whole/word) $(cat /alone) $(ls /later); exit 1"], volumeMounts: [{ name: "v", mountPath: "/whole" }, { name: "v", mountPath: "/alone", subPath: "word" }, { name: "l", mountPath: "/later" }] }] });
    running(cluster, "p");
    cluster.write("patch", `${maps}/m`, { data: { word: "new" } }, strategic);
    cluster.create(maps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late" }, data: { more: "x" } });
    cluster.until("its first run is over", () => cluster.logs("p").length > 0, 160);
    expect(cluster.logs("p")).toEqual(["new old more"]);
    cluster.until("its second run is over", () => statusOf(cluster, "p")["restartCount"] === 1 && cluster.logs("p").includes("new new more"), 200);
  });
});

describe("a gRPC probe", () => {
  it("asks for the server's health, and fails where nobody speaks gRPC", () => {
    const cluster = new NodeCluster().boot();
    const probed = (image: string, port: number): JsonObject => ({ containers: [{ name: "c", image, ports: [{ containerPort: port }], readinessProbe: { grpc: { port }, periodSeconds: 2 } }] });
    cluster.pod("speaks", probed("example.com/shop/cart:1", 9000));
    cluster.pod("web", probed("nginx:1.29", 80));
    cluster.pod("sick", probed("example.com/shop/cart:1", 9000), { annotations: { "sim.orrery.dev/c.error-ratio": "1" } });
    for (const name of ["speaks", "web", "sick"]) running(cluster, name);
    cluster.world.runFor(10_000_000);
    const ready = (name: string): unknown => statusOf(cluster, name)["ready"];
    expect([ready("speaks"), ready("web"), ready("sick")]).toEqual([true, false, false]);
    const ip = String(cluster.status("web")["podIP"]);
    expect(cluster.events("web").join("\n")).toContain(`Warning Unhealthy: Readiness probe failed: timeout: failed to connect service "${ip}:80" within 1s: context deadline exceeded`);
    expect(cluster.events("sick").join("\n")).toContain('Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
  });
});
