// Follows apimachinery/pkg/util/diff: what an update changed, in the message that refuses it.
import type { JsonObject } from "../../base/json.ts";
import type { PodSpec } from "../core/pod/types.ts";
import { indentedLines, internalJson } from "../goStructs/internalJson.ts";
import { unifiedDiff } from "../goStructs/unifiedDiff.ts";

/** A unified diff of the internal forms of two pod specs. */
export function podSpecDiff(old: PodSpec, spec: PodSpec): string {
  return unifiedDiff(indentedLines(internalPodSpec(old)), indentedLines(internalPodSpec(spec)));
}

/** Internally the host namespaces belong to the security context. */
export function internalPodSpec(spec: PodSpec): JsonObject {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const host = Object.fromEntries(Object.entries({ hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers }).filter(([, value]) => value !== undefined));
  return internalJson("PodSpec", { ...spec, securityContext: { ...spec.securityContext, ...host } } as unknown as JsonObject);
}
