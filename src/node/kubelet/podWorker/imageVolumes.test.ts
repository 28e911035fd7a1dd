import { expect, it } from "vitest";
import type { JsonObject } from "../../../base/json.ts";
import { NodeCluster } from "../../testing/nodeCluster.ts";
import type { FromStreams } from "../../runtime/streamMessages.ts";

const artifact = "quay.io/crio/artifact:v2";
const shell = (more: JsonObject = {}): JsonObject => ({ name: "shell", image: "debian", command: ["sleep", "infinity"], volumeMounts: [{ name: "volume", mountPath: "/volume", ...more }] });
const spec = (reference: string, more: JsonObject = {}, mount: JsonObject = {}): JsonObject => ({ volumes: [{ name: "volume", image: { reference, pullPolicy: "IfNotPresent", ...more } }], containers: [shell(mount)] });

function sh(cluster: NodeCluster, pod: string, script: string): string {
  const from = cluster.world.replies.length;
  cluster.world.send("node-1/runtime", { type: "stream/open", id: `${pod}-${from}`, open: { type: "exec", pod: `default/${pod}`, container: "shell", command: ["sh", "-c", script], stdin: false, tty: false } });
  cluster.world.runFor(50_000);
  return cluster.world.replies.slice(from).map(({ body }) => (body as unknown as FromStreams).output).map((output) => (output.type === "stdout" || output.type === "stderr" ? output.text : "")).join("").trimEnd();
}

const waiting = (cluster: NodeCluster, pod: string): JsonObject => (((cluster.status(pod)["containerStatuses"] as readonly JsonObject[] | undefined)?.[0]?.["state"] as JsonObject | undefined)?.["waiting"] ?? {}) as JsonObject;
const eventsOf = (cluster: NodeCluster, pod: string): readonly string[] => cluster.list("/api/v1/namespaces/default/events").filter((event) => (event["involvedObject"] as JsonObject)["name"] === pod).map((event) => `${String((event["involvedObject"] as JsonObject)["fieldPath"] ?? "pod")} ${String(event["reason"])}: ${String(event["message"])}`);

it("an image is pulled for a volume and mounted, to be read only; a part of it, too, and it is not collected while it is mounted", () => {
  const cluster = new NodeCluster().boot();
  cluster.pod("all", spec(artifact));
  cluster.pod("part", spec(artifact, {}, { subPath: "dir" }));
  cluster.until("run", () => ["all", "part"].every((name) => cluster.status(name)["phase"] === "Running"), 60);
  expect(sh(cluster, "all", "cat /volume/dir/file /volume/file; ls /volume; touch /volume/x")).toBe("1\n2\ndir\nfile\ntouch: /volume/x: Read-only file system");
  expect(sh(cluster, "part", "cat /volume/file")).toBe("1");
  const events = eventsOf(cluster, "all");
  expect(events.findIndex((event) => event.startsWith(`pod Pulling: Pulling image "${artifact}"`))).toBeLessThan(events.findIndex((event) => event.startsWith("spec.containers{shell} Pulling: Pulling image \"debian\"")));
  expect(events).toContainEqual(expect.stringMatching(/^pod Pulled: Successfully pulled image "quay\.io\/crio\/artifact:v2" in /));
  expect((cluster.status("all")["containerStatuses"] as readonly JsonObject[])[0]?.["volumeMounts"]).toContainEqual({ name: "volume", mountPath: "/volume" });
  cluster.world.send("node-1/runtime", { type: "fault", id: "f", fault: "disk-full", target: "node-1", params: { freeMegabytes: 15_800 } });
  cluster.world.runFor(900_000_000);
  expect(JSON.stringify(cluster.get("/api/v1/nodes/node-1"))).toContain("quay.io/crio/artifact");
});

it("an image that is not there holds up the containers that mount it, and those alone", () => {
  const cluster = new NodeCluster().boot();
  const { volumes } = spec("no-such-artifact:v1");
  cluster.pod("none", { volumes: volumes ?? [], containers: [shell(), { ...shell(), name: "free", volumeMounts: [] }] });
  cluster.pod("never", spec(artifact, { pullPolicy: "Never" }));
  cluster.until("waits", () => waiting(cluster, "none")["reason"] === "ErrImagePull", 60);
  cluster.until("waits longer", () => waiting(cluster, "none")["reason"] === "ImagePullBackOff", 60);
  expect(String(waiting(cluster, "none")["message"])).toMatch(/^Back-off pulling image "no-such-artifact:v1": ErrImagePull: .*pull access denied/);
  const events = eventsOf(cluster, "none");
  expect(events).toContainEqual(expect.stringMatching(/^pod Failed: Failed to pull image "no-such-artifact:v1": rpc error: /));
  for (const event of ["spec.containers{shell} Failed: Error: ErrImagePull", "pod BackOff: Back-off pulling image \"no-such-artifact:v1\"", "spec.containers{shell} Failed: Error: ImagePullBackOff"]) expect(events).toContain(event);
  expect((cluster.status("none")["containerStatuses"] as readonly JsonObject[]).map(({ name, started }) => [name, started])).toEqual([["shell", false], ["free", true]]);
  expect(waiting(cluster, "never")).toEqual({ reason: "ErrImageNeverPull", message: `Container image "${artifact}" is not present with pull policy of Never` });
  cluster.pod("pulls", spec(artifact));
  cluster.until("both run", () => ["pulls", "never"].every((name) => cluster.status(name)["phase"] === "Running"), 120);
});

it("a part that is not in the image, or is a file, is refused as containerd does", () => {
  const cluster = new NodeCluster().boot();
  cluster.pod("none", spec(artifact, {}, { subPath: "nothing" }));
  cluster.pod("file", spec(artifact, {}, { subPath: "file" }));
  cluster.until("refused", () => ["none", "file"].every((name) => waiting(cluster, name)["reason"] === "CreateContainerError"), 60);
  expect(String(waiting(cluster, "none")["message"])).toMatch(/^ImageVolumeMountFailed: failed to ensure image subpath "nothing" in ".*\/image-volumes\/.*": openat nothing: no such file or directory$/);
  expect(String(waiting(cluster, "file")["message"])).toMatch(/only directory subpath is supported, subpath: "file", mountpoint: /);
});
