import { deepEqual } from "../../base/deepEqual.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { Pod, PodSpec, Toleration } from "../../kinds/core/pod/types.ts";
import type { RuntimeClass } from "../../kinds/node/runtimeclass/types.ts";
import { refuse } from "../requestContext.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";
import { isPod, podOf, unchanged, withSpec } from "./podFields.ts";

/** A pod gets the overhead, the selector and the tolerations of its runtime class. Follows plugin/pkg/admission/runtimeclass/admission.go. */
export const runtimeClass: AdmissionPlugin = { name: "RuntimeClass", implemented: true, resources: ["pods"], mutate, validate };

function mutate(admission: Admission): KubeObject {
  if (!isPod(admission) || admission.operation !== "CREATE") return unchanged(admission);
  const pod = podOf(admission);
  const found = classOf(admission, pod);
  const overhead = found?.overhead === undefined ? undefined : (found.overhead.podFixed ?? {});
  if (overhead !== undefined && pod.spec.overhead !== undefined && !deepEqual(overhead, pod.spec.overhead)) refusePod(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  const changes: { -readonly [K in keyof PodSpec]?: PodSpec[K] } = {};
  if (overhead !== undefined && Object.keys(overhead).length > 0) changes.overhead = overhead;
  if (found?.scheduling !== undefined) addScheduling(pod, found.scheduling, changes);
  return Object.keys(changes).length === 0 ? unchanged(admission) : withSpec(pod, changes);
}

function addScheduling(pod: Pod, scheduling: NonNullable<RuntimeClass["scheduling"]>, changes: { -readonly [K in keyof PodSpec]?: PodSpec[K] }): void {
  const own = pod.spec.nodeSelector ?? {};
  const wanted = scheduling.nodeSelector ?? {};
  for (const key of Object.keys(wanted).sort()) {
    const value = Object.hasOwn(own, key) ? own[key] : undefined;
    if (value !== undefined && value !== wanted[key]) refusePod(pod, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${wanted[key]}; pod.spec.nodeSelector[${key}] = ${value}`);
  }
  if (Object.keys(wanted).length > 0) changes.nodeSelector = { ...own, ...wanted };
  const before = pod.spec.tolerations ?? [];
  const tolerations = mergedTolerations([...before, ...(scheduling.tolerations ?? [])]);
  if (tolerations.length !== before.length || tolerations.some((toleration, at) => toleration !== before[at])) changes.tolerations = tolerations;
}

/** What another one covers goes; of equal ones the first stays. Follows pkg/util/tolerations/tolerations.go. */
function mergedTolerations(all: readonly Toleration[]): readonly Toleration[] {
  const merged: Toleration[] = [];
  for (const [at, toleration] of all.entries()) {
    const isCovered = merged.some((other) => isSuperset(other, toleration)) || all.slice(at + 1).some((other) => !deepEqual({ ...other }, { ...toleration }) && isSuperset(other, toleration));
    if (!isCovered) merged.push(toleration);
  }
  return merged;
}

function isSuperset(wide: Toleration, narrow: Toleration): boolean {
  if (deepEqual({ ...wide }, { ...narrow })) return true;
  const { key = "", effect = "", operator = "", value = "", tolerationSeconds } = wide;
  const covers = operator === "Exists" || ((operator === "" || operator === "Equal") && (narrow.operator ?? "") !== "Exists" && value === (narrow.value ?? ""));
  if (key !== (narrow.key ?? "") && !(key === "" && operator === "Exists")) return false;
  if (effect !== "" && effect !== (narrow.effect ?? "")) return false;
  if (effect === "NoExecute" && tolerationSeconds !== undefined && (narrow.tolerationSeconds === undefined || tolerationSeconds < narrow.tolerationSeconds)) return false;
  return covers;
}

function validate(admission: Admission): void {
  if (!isPod(admission) || admission.operation !== "CREATE") return;
  const pod = podOf(admission);
  const found = classOf(admission, pod);
  if (found?.overhead === undefined) {
    if (pod.spec.overhead !== undefined) refusePod(pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
  } else if (!deepEqual(found.overhead.podFixed ?? {}, pod.spec.overhead ?? {})) refusePod(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
}

function classOf(admission: Admission, pod: Pod): RuntimeClass | null {
  const name = pod.spec.runtimeClassName;
  if (name === undefined) return null;
  const { server } = admission.rc;
  const resource = server.resources.get("runtimeclasses.node.k8s.io");
  const found = resource === null ? null : (server.cache.get(resource, name) as unknown as RuntimeClass | null);
  return found ?? refusePod(pod, `pod rejected: RuntimeClass ${goQuote(name)} not found`);
}

function refusePod(pod: Pod, text: string): never {
  return refuse(forbiddenStatus({ group: "", resource: "pods" }, refusedName(pod as unknown as KubeObject), text));
}
