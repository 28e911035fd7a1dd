import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";

const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" } as const;

interface NodeParts {
  readonly spec?: { readonly taints?: readonly { readonly key: string; readonly effect: string }[] };
}

/** A new node takes no pods until it is known to be ready. Follows plugin/pkg/admission/nodetaint/admission.go. */
export const taintNodesByCondition: AdmissionPlugin = { name: "TaintNodesByCondition", implemented: true, resources: ["nodes"], mutate };

function mutate(admission: Admission): KubeObject {
  const object = unchanged(admission);
  if (admission.target.resource.id !== "nodes" || admission.target.subresource !== "" || admission.operation !== "CREATE") return object;
  const taints = (object as unknown as NodeParts).spec?.taints ?? [];
  if (taints.some((taint) => taint.key === notReady.key && taint.effect === notReady.effect)) return object;
  return { ...object, spec: { ...(object.spec as object | undefined), taints: [...taints, notReady] } };
}
