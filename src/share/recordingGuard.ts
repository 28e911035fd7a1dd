import * as v from "valibot";
import type { Json } from "../base/json.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { manifestProblem } from "../cluster/clusterSpec.ts";
import { optionalNodeParts, optionalParts } from "./specGuard.ts";

const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(253));
const text = v.pipe(v.string(), v.maxLength(4096));

/** JSON that is not looked into: its depth and size were limited before. */
const json = v.unknown();

const node = v.strictObject({
  name,
  cpuMilli: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)),
  memoryBytes: v.pipe(v.number(), v.minValue(0)),
  ephemeralStorageBytes: v.pipe(v.number(), v.minValue(0)),
  pods: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
  runtime: v.picklist(["containerd", "cri-o", "docker"]),
  zone: name,
  labels: v.record(v.string(), v.string()),
  ...optionalNodeParts,
});

const spec = v.strictObject({
  epoch: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
  controlPlanes: v.literal(1, "more than one control plane is not simulated yet"),
  nodes: v.pipe(v.array(node), v.maxLength(500)),
  controllers: v.array(name),
  addons: v.array(name),
  cni: v.picklist(["calico", "flannel"]),
  costs: v.record(v.string(), v.number()),
  limits: v.record(v.string(), v.strictObject({ qps: v.number(), burst: v.number() })),
  containers: v.picklist(["simulated", "instant"]),
  ...optionalParts,
});

const identity = v.variant("type", [
  v.strictObject({ type: v.literal("user"), name, groups: v.array(name) }),
  v.strictObject({ type: v.literal("token"), issuedFor: text }),
]);

const request = v.strictObject({
  id: text,
  verb: v.picklist(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]),
  path: v.pipe(text, v.startsWith("/")),
  query: v.record(v.string(), v.string()),
  contentType: text,
  accept: text,
  userAgent: v.optional(text),
  identity,
  impersonate: v.optional(v.strictObject({ user: text, groups: v.array(text), uid: text, extra: v.record(v.string(), v.array(text)) })),
  body: json,
  bodyFaults: v.optional(json),
});

const key = v.strictObject({ namespace: v.string(), name });

const command = v.variant("type", [
  v.strictObject({ type: v.literal("api"), request }),
  v.strictObject({ type: v.literal("stream"), id: text, step: v.picklist(["open", "chunk", "close"]), data: json }),
  v.strictObject({ type: v.literal("addNode"), node }),
  v.strictObject({ type: v.literal("removeNode"), node: name }),
  v.pipe(v.strictObject({ type: v.literal("setManifest"), node: name, file: name, manifest: json }), v.check(({ file, manifest }) => manifestProblem(file, manifest as Json) === null, "is no manifest's file")),
  v.strictObject({ type: v.literal("setFault"), fault: v.strictObject({ id: text, type: name, target: text, params: json, until: v.optional(time) }) }),
  v.strictObject({ type: v.literal("clearFault"), id: text }),
  v.strictObject({
    type: v.literal("setTraffic"),
    source: v.strictObject({
      id: text, from: v.union([v.literal("internet"), key]), url: text, method: name, perSecond: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)), clients: v.number(), keepAlive: v.boolean(),
      ramp: v.optional(v.strictObject({ toPerSecond: v.pipe(v.number(), v.minValue(0)), seconds: v.pipe(v.number(), v.minValue(0)) })),
      burst: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  }),
  v.strictObject({ type: v.literal("clearTraffic"), id: text }),
  v.strictObject({ type: v.literal("setComponent"), process: text, part: v.nullable(text), state: v.picklist(["running", "stopped"]) }),
]);

const recording = v.strictObject({
  format: v.literal(1),
  engine: text,
  seed: v.pipe(v.number(), v.integer()),
  spec,
  journal: v.pipe(v.array(v.strictObject({ at: time, seq: time, command })), v.maxLength(20_000)),
  checkpoints: v.array(v.strictObject({ at: time, digest: text })),
  parent: v.optional(v.strictObject({ id: text, at: time })),
});

/** The value as a Recording, or the first thing in it that is wrong. Unknown keys are refused: a link never carries more than it says. */
export function guardRecording(value: unknown): { readonly recording: ClusterRecording } | { readonly wrong: string } {
  const result = v.safeParse(recording, value, { abortEarly: true });
  if (result.success) return { recording: result.output as unknown as ClusterRecording };
  const [issue] = result.issues;
  return { wrong: `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}` };
}
