import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { PodSpec, Toleration } from "../../kinds/core/pod/types.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { isPod, podOf, unchanged, withSpec } from "./podFields.ts";

const keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;

/** A pod stays five minutes on a node that is lost. Follows plugin/pkg/admission/defaulttolerationseconds/admission.go. */
export const defaultTolerationSeconds: AdmissionPlugin = { name: "DefaultTolerationSeconds", implemented: true, resources: ["pods"], mutate };

function mutate(admission: Admission): KubeObject {
  if (!isPod(admission)) return unchanged(admission);
  const pod = podOf(admission);
  const tolerations = pod.spec.tolerations ?? [];
  const missing = keys.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
  if (missing.length === 0) return unchanged(admission);
  const added = missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }) as Toleration);
  return withSpec(pod, { tolerations: [...tolerations, ...added] } as Partial<PodSpec>);
}

function tolerates(toleration: Toleration, key: string): boolean {
  const sameKey = toleration.key === undefined || toleration.key === "" || toleration.key === key;
  const effect = toleration.effect ?? "";
  return sameKey && (effect === "" || effect === "NoExecute");
}
