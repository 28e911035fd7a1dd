import type { KindDefinition } from "../../define.ts";
import { podOnlyDefaults, podSpecWithDefaults } from "../../podtemplate/defaults.ts";
import { unsimulatedIn, unsimulatedPodFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { podColumns } from "./columns.ts";
import { podGraph } from "./graph.ts";
import { podEphemeralContainersStrategy, podResizeStrategy, podStatusStrategy, podStrategy } from "./strategy.ts";
import { podTemplateYaml } from "./template.ts";
import type { Pod } from "./types.ts";

export const podKind: KindDefinition<Pod> = {
  gvk: { group: "", version: "v1", kind: "Pod" },
  versions: ["v1"],
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize", "status"],
  schema: "io.k8s.api.core.v1.Pod",
  defaults(pod) {
    const spec = podOnlyDefaults(podSpecWithDefaults(pod.spec));
    return spec === pod.spec && pod.status !== undefined ? pod : { ...pod, spec, status: pod.status ?? {} };
  },
  strategy: podStrategy,
  statusStrategy: podStatusStrategy,
  subresourceStrategies: { ephemeralcontainers: podEphemeralContainersStrategy, resize: podResizeStrategy },
  selectableFields: {
    "spec.nodeName": (pod) => pod.spec.nodeName ?? "",
    "spec.restartPolicy": (pod) => pod.spec.restartPolicy ?? "",
    "spec.schedulerName": (pod) => pod.spec.schedulerName ?? "",
    "spec.serviceAccountName": (pod) => pod.spec.serviceAccountName ?? "",
    "spec.hostNetwork": (pod) => String(pod.spec.hostNetwork === true),
    "status.phase": (pod) => pod.status?.phase ?? "",
    "status.podIP": (pod) => pod.status?.podIPs?.[0]?.ip ?? "",
    "status.podIPs": () => "",
    "status.nominatedNodeName": (pod) => pod.status?.nominatedNodeName ?? "",
  },
  returnsDeletedObject: true,
  columns: podColumns,
  rowConditions(pod) {
    if (pod.status?.phase === "Succeeded") return [{ type: "Completed", status: "True", reason: "Succeeded", message: "The pod has completed successfully." }];
    return pod.status?.phase === "Failed" ? [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }] : [];
  },
  scale: null,
  graph: podGraph,
  template: podTemplateYaml,
  unsimulated: unsimulatedPodFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedPodFields),
};
