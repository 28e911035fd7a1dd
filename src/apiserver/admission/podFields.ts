import { extended } from "../../base/extended.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Pod, PodSpec } from "../../kinds/core/pod/types.ts";
import type { Admission } from "./define.ts";

/** Whether this write makes or changes the pod itself, not a subresource of it. */
export function isPod(admission: Admission): boolean {
  return admission.target.resource.id === "pods" && admission.target.subresource === "" && admission.operation !== "DELETE";
}

export function podOf(admission: Admission): Pod {
  return admission.object as unknown as Pod;
}

export function withSpec(pod: Pod, spec: Partial<PodSpec>): KubeObject {
  return { ...pod, spec: extended(pod.spec, spec) } as unknown as KubeObject;
}

/** The object of a plugin that has nothing to say. */
export function unchanged(admission: Admission): KubeObject {
  return (admission.object ?? admission.old) as KubeObject;
}
