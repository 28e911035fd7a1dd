import { expect, test } from "vitest";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import type { Node, Taint } from "../../kinds/core/node/types.ts";
import type { PodSpec } from "../../kinds/core/pod/types.ts";
import { daemonTolerations, placementOn } from "./placement.ts";

const nodeWith = (taints: readonly Taint[], labels: Readonly<Record<string, string>> = { disk: "ssd" }): Node => ({ apiVersion: "v1", kind: "Node", metadata: { name: "n1", uid: "u", resourceVersion: "1", creationTimestamp: "", labels }, spec: { taints } }) as Node;
const setWith = (spec: Partial<PodSpec>): DaemonSet => ({ metadata: { name: "d" }, spec: { selector: {}, template: { spec: { containers: [], ...spec } } } }) as unknown as DaemonSet;
const zoneIn = (...values: readonly string[]): Partial<PodSpec> => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values }] }] } } } });
const taint = (key: string, effect: string): Taint => ({ key, effect });

const policy: readonly (readonly [string, Partial<PodSpec>, readonly Taint[], "runs" | "stays" | "goes"])[] = [
  ["runs everywhere", {}, [], "runs"],
  ["runs on the node it names", { nodeName: "n1" }, [], "runs"],
  ["not on another than it names", { nodeName: "n2" }, [], "goes"],
  ["runs where the selector holds", { nodeSelector: { disk: "ssd" } }, [], "runs"],
  ["goes where it does not", { nodeSelector: { disk: "hdd" } }, [], "goes"],
  ["runs where the affinity holds", zoneIn("ssd", "hdd"), [], "runs"],
  ["goes where it does not", zoneIn("hdd"), [], "goes"],
  ["a preference keeps nobody away", { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: "x", operator: "Exists" }] } }] } } }, [], "runs"],
  ["stays, but does not come, under NoSchedule", {}, [taint("a", "NoSchedule")], "stays"],
  ["goes under NoExecute", {}, [taint("a", "NoExecute")], "goes"],
  ["goes under NoExecute though it tolerates another taint", { tolerations: [{ key: "a", operator: "Exists" }] }, [taint("a", "NoSchedule"), taint("b", "NoExecute")], "goes"],
  ["PreferNoSchedule is no bar", {}, [taint("a", "PreferNoSchedule")], "runs"],
  ["a toleration lets it run", { tolerations: [{ key: "a", operator: "Exists" }] }, [taint("a", "NoSchedule"), taint("a", "NoExecute")], "runs"],
  ["cordoned", {}, [taint("node.kubernetes.io/unschedulable", "NoSchedule")], "runs"],
  ["full disk, memory or processes", {}, ["disk-pressure", "memory-pressure", "pid-pressure"].map((key) => taint(`node.kubernetes.io/${key}`, "NoSchedule")), "runs"],
  ["a node that is lost keeps its pod and gets none", {}, [taint("node.kubernetes.io/unreachable", "NoSchedule"), taint("node.kubernetes.io/unreachable", "NoExecute")], "stays"],
  ["no network bars pods of the pod network", {}, [taint("node.kubernetes.io/network-unavailable", "NoSchedule")], "stays"],
  ["no network does not bar those of the host's", { hostNetwork: true }, [taint("node.kubernetes.io/network-unavailable", "NoSchedule")], "runs"],
];

test.each(policy)("%s", (_name, spec, taints, expected) => {
  const daemonSet = setWith(spec);
  const { run, stay } = placementOn(nodeWith(taints), daemonSet, daemonTolerations(daemonSet.spec.template.spec));
  expect(run ? "runs" : stay ? "stays" : "goes").toBe(expected);
});

test("its tolerations come after the template's, in upstream's order, and take the place of those that bound them in time", () => {
  const given = [{ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 6 }, { key: "mine", operator: "Exists" }];
  const tolerations = daemonTolerations({ containers: [], tolerations: given });
  expect(tolerations.map(({ key, effect = "" }) => `${key ?? ""}:${effect}`)).toEqual([
    "node.kubernetes.io/unreachable:NoExecute", "mine:", "node.kubernetes.io/not-ready:NoExecute", "node.kubernetes.io/disk-pressure:NoSchedule", "node.kubernetes.io/memory-pressure:NoSchedule",
    "node.kubernetes.io/pid-pressure:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule",
  ]);
  expect(tolerations[0]?.tolerationSeconds).toBeUndefined();
});
