import { extended } from "../../base/extended.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Admission, AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";

const keys = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"] as const;

/** A pod that gets its node is labelled with the node's zone and region. Follows plugin/pkg/admission/podtopologylabels/admission.go. */
export const podTopologyLabels: AdmissionPlugin = { name: "PodTopologyLabels", implemented: true, resources: ["pods"], mutate };

function mutate(admission: Admission): KubeObject {
  const pod = unchanged(admission);
  const { target, operation, rc } = admission;
  const created = target.subresource === "" && operation === "CREATE";
  if (target.resource.id !== "pods" || !(created || target.subresource === "binding")) return pod;
  const nodeName = (pod.spec as { readonly nodeName?: string } | undefined)?.nodeName ?? "";
  const nodes = nodeName === "" ? null : rc.server.resources.get("nodes");
  const node = nodes === null ? null : rc.server.cache.get(nodes, nodeName);
  const labels = node?.metadata.labels ?? {};
  const copied = keys.filter((key) => labels[key] !== undefined && pod.metadata.labels?.[key] !== labels[key]);
  if (copied.length === 0) return pod;
  const added = Object.fromEntries(copied.map((key) => [key, labels[key] ?? ""]));
  return { ...pod, metadata: { ...pod.metadata, labels: extended(pod.metadata.labels ?? {}, added) } };
}
