import { expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { condition, NodeCluster } from "../testing/nodeCluster.ts";

const box = (script: string, more: JsonObject = {}): JsonObject => ({ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], ...more });

it("restartPolicyRules: a container is started again by its exit code where its pod would be over, and the pod goes on", () => {
  const cluster = new NodeCluster().boot();
  const rules = { restartPolicy: "Never", restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }] };
  cluster.pod("again", { restartPolicy: "Never", volumes: [{ name: "v", emptyDir: {} }], containers: [box("echo x >> /v/runs; test $(wc -l < /v/runs) -lt 3 && exit 42; exit 1", { ...rules, volumeMounts: [{ name: "v", mountPath: "/v" }] })] });
  cluster.pod("init", { restartPolicy: "Never", initContainers: [{ ...box("exit 42", rules), name: "i" }], containers: [box("sleep 100")] });
  cluster.until("started again", () => ((cluster.status("again")["containerStatuses"] as readonly JsonObject[] | undefined)?.[0]?.["restartCount"] ?? 0) === 1, 30);
  expect([cluster.status("again")["phase"], cluster.status("init")["phase"]]).toEqual(["Running", "Pending"]);
  cluster.until("over", () => cluster.status("again")["phase"] === "Failed", 60);
  expect((cluster.status("again")["containerStatuses"] as readonly JsonObject[])[0]).toMatchObject({ restartCount: 2, state: { terminated: { exitCode: 1 } } });
  expect(cluster.status("init")["phase"]).toBe("Pending");
});

it("RestartAllContainers: all begin anew, the init containers first, where they are and with what they have", () => {
  const cluster = new NodeCluster().boot();
  const mounts = { volumeMounts: [{ name: "v", mountPath: "/v" }] };
  const trigger = { restartPolicy: "Never", restartPolicyRules: [{ action: "RestartAllContainers", exitCodes: { operator: "In", values: [88] } }] };
  cluster.pod("gang", {
    restartPolicy: "Never", volumes: [{ name: "v", emptyDir: {} }],
    initContainers: [{ ...box("echo x >> /v/inits", mounts), name: "init" }],
    containers: [
      { ...box("sleep 5; test $(wc -l < /v/inits) -lt 3 && exit 88; exit 0", { ...trigger, ...mounts }), name: "trigger" },
      { ...box("exit 3", mounts), name: "done" },
      { ...box("sleep 12", { ...mounts, lifecycle: { preStop: { exec: { command: ["touch", "/v/stopped"] } } } }), name: "lives" },
    ],
  });
  const statuses = (): readonly JsonObject[] => ["initContainerStatuses", "containerStatuses"].flatMap((key) => (cluster.status("gang")[key] ?? []) as readonly JsonObject[]);
  const restarting = (): string => condition(cluster.getPod("gang") ?? {}, "AllContainersRestarting")?.["status"] as string;
  const counts = (): string => statuses().map(({ restartCount }) => restartCount).join("");
  cluster.until("the first ends", () => JSON.stringify(statuses()[2]?.["state"]).includes('"exitCode":3'), 30);
  const ip = cluster.status("gang")["podIP"];
  expect([counts(), restarting()]).toEqual(["0000", "False"]);
  cluster.until("all are removed", () => counts() === "1111", 30);
  const removed = { reason: "RestartingAllContainers", message: "The container is removed because RestartAllContainers in place" };
  for (const status of statuses()) expect(status).toMatchObject({ lastState: { terminated: { ...removed, exitCode: 137 } } });
  expect(statuses().slice(1).map(({ state }) => state)).toEqual([{ waiting: removed }, { waiting: removed }, { waiting: removed }]);
  expect(cluster.status("gang")).toMatchObject({ phase: "Pending", podIP: ip });
  expect([restarting(), condition(cluster.getPod("gang") ?? {}, "Initialized")?.["status"]]).toEqual(["True", "True"]);
  cluster.until("over", () => cluster.status("gang")["phase"] === "Failed", 60);
  expect([counts(), restarting(), condition(cluster.getPod("gang") ?? {}, "AllContainersRestarting")?.["reason"]]).toEqual(["2222", "False", "PodFailed"]);
  expect(cluster.events("gang").filter((event) => event.startsWith("Normal Killing: Stopping container lives"))).toHaveLength(1);
  expect(cluster.world.trace.some((entry) => JSON.stringify(entry).includes("restarts all containers of gang: container trigger ended with exit code 88"))).toBe(true);
});

it("a pod that is to end is asked on whether it is ready, and no more whether it lives", () => {
  const cluster = new NodeCluster().boot();
  const probe = { exec: { command: ["cat", "/ok"] }, periodSeconds: 1, failureThreshold: 1 };
  cluster.pod("web", { terminationGracePeriodSeconds: 20, containers: [box("touch /ok; sleep 1000", { readinessProbe: probe, livenessProbe: { ...probe, failureThreshold: 3 }, lifecycle: { preStop: { exec: { command: ["sh", "-c", "rm /ok; sleep 10"] } } } })] });
  const ready = (): unknown => condition(cluster.getPod("web") ?? {}, "Ready")?.["status"];
  cluster.until("ready", () => ready() === "True", 30);
  cluster.write("delete", "/api/v1/namespaces/default/pods/web");
  cluster.until("no longer ready", () => ready() === "False", 3);
  cluster.world.runFor(12_000_000);
  expect(cluster.events("web").slice(4).map((event) => event.replace(/\n.*/s, ""))).toEqual(["Normal Killing: Stopping container c", "Warning Unhealthy: Readiness probe failed: cat: can't open '/ok': No such file or directory"]);
  cluster.until("gone", () => cluster.getPod("web") === null, 10);
});
