import { expect, it } from "vitest";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { JsonObject } from "../base/json.ts";
import { second, simTime } from "../sim/time.ts";
import { AuditLog } from "./auditLog.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { ClusterEngine } from "./clusterEngine.ts";
import { InlineHost } from "./transports/inline.ts";
import { realClock } from "./wallClock.ts";

const path = "/api/v1/namespaces/default/configmaps";
const admin = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const nobody = { type: "user", name: "jane", groups: [] } as const;
const request = (id: string, verb: ApiRequest["verb"], at: string, identity: ApiRequest["identity"], body: ApiRequest["body"] = null): ApiRequest =>
  ({ id, verb, path: at, query: {}, contentType: "", accept: "", userAgent: "audited/1.0", identity, body });

it("tells of writes and of reads: who, what, and whether it was allowed", async () => {
  const engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec: defaultClusterSpec, journal: [], checkpoints: [] }, clock: realClock, hosts: 1, speed: 0, openHost: () => new InlineHost(clusterComposition),
    listener: { frame: null, notice: () => undefined, failed: (message) => { throw new Error(message); } },
  });
  await engine.start();
  const answer = engine.write(request("w", "create", path, admin, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }));
  await engine.advance(1);
  expect((await answer).code).toBe(201);
  engine.watch(request("v", "watch", path, admin));
  expect((await engine.read({ ...request("i", "get", `${path}/a`, admin), impersonate: { user: "jane", groups: [], uid: "", extra: {} } })).code).toBe(403);
  expect((await engine.read(request("r", "get", `${path}/a`, nobody))).code).toBe(403);
  const { items } = (await engine.ask({ type: "audit", limit: 5_000 })) as unknown as { readonly items: readonly JsonObject[] };
  await engine.stop();
  expect(items[0]).toMatchObject({ apiVersion: "audit.k8s.io/v1", stage: "ResponseComplete", verb: "get", user: { username: "jane" }, objectRef: { resource: "configmaps", namespace: "default", name: "a" }, responseStatus: { code: 403 }, annotations: { "authorization.k8s.io/decision": "forbid" } });
  expect(items[1]).toMatchObject({ user: { username: "kubernetes-admin" }, impersonatedUser: { username: "jane" }, responseStatus: { code: 403 }, annotations: { "authorization.k8s.io/decision": "forbid" } });
  expect(items[2]).toMatchObject({ verb: "watch", requestURI: path, responseStatus: { code: 200 } });
  const created = items.filter(({ userAgent, verb }) => userAgent === "audited/1.0" && verb === "create");
  expect(created).toMatchObject([{ requestURI: path, user: { username: "kubernetes-admin", groups: ["system:masters"] }, responseStatus: { code: 201 }, annotations: { "authorization.k8s.io/decision": "allow" } }]);
  // Components are audited as well.
  expect(items.some(({ user }) => (user as unknown as { readonly username: string }).username === "system:kube-scheduler")).toBe(true);
});

it("keeps the newest and forgets the oldest", () => {
  const log = new AuditLog(0);
  for (let at = 0; at < 12_000; at++) log.noteRead(request(`r${at}`, "get", path, admin), 200, simTime(at));
  const events = log.events(20_000);
  expect(events.length).toBe(5_000);
  expect(log.events(-5).length).toBe(1);
  expect(events[0]).toMatchObject({ auditID: "r11999", stageTimestamp: "1970-01-01T00:00:00.011999Z" });
});

it("tells of older ones as it did when they were new", () => {
  const log = new AuditLog(0);
  const told = Array.from({ length: 3_000 }, (_, at) => ({
    at: simTime(at * second), process: "cp-1/apiserver", cause: "",
    body: { type: "request", id: `r${at}`, verb: "update", path, code: 200, agent: "a", groups: ["g"], stages: [["authentication", `user ${at % 7}x`], ["authorization", `by ${at % 5}.`], ["current", `revision ${at}`], [`pod-security.kubernetes.io/p${at}`, "ok"]] },
  }));
  const when = (count: number): readonly JsonObject[] => {
    const young = new AuditLog(0);
    for (const entry of told.slice(count - 200, count)) young.note(entry as never);
    return young.events(200);
  };
  for (const entry of told) log.note(entry as never);
  const events = log.events(3_000);
  expect(events.slice(0, 200)).toEqual(when(3_000));
  expect(events.slice(2_000, 2_200)).toEqual(when(1_000));
});

it("tells what PodSecurity found, and by which verb somebody acted as another", () => {
  const log = new AuditLog(0);
  const note = (id: string, code: number, stages: readonly (readonly [string, string])[]): void =>
    log.note({ at: simTime(0), process: "cp-1/apiserver", cause: "", body: { type: "request", id, verb: "create", path: "/api/v1/namespaces/default/pods", code, agent: "", groups: [], stages } } as never);
  note("a", 201, [["authentication", "jane"], ["impersonationConstraint", "impersonate:user-info"], ["impersonation", "jane acts as joe"], ["pod-security.kubernetes.io/enforce-policy", "baseline:latest"], ["pod-security.kubernetes.io/audit-violations", "would"]]);
  note("b", 201, []);
  note("c", 409, []);
  const [c, b, a] = log.events(3);
  expect(a).toMatchObject({ impersonatedUser: { username: "joe" }, authenticationMetadata: { impersonationConstraint: "impersonate:user-info" }, annotations: { "pod-security.kubernetes.io/enforce-policy": "baseline:latest", "pod-security.kubernetes.io/audit-violations": "would" } });
  expect(b?.["annotations"]).toMatchObject({ "pod-security.kubernetes.io/enforce-policy": "privileged:latest" });
  expect(Object.keys(c?.["annotations"] as JsonObject)).toEqual(["authorization.k8s.io/decision", "authorization.k8s.io/reason"]);
});
