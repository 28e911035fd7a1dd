import type { ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";
import type { Effects, FaultDefinition, FaultParam } from "./define.ts";

/** Only the node that runs the pod acts on it: all are told, because which one that is may change. */
function tellNodes(spec: ClusterSpec, fault: Fault, params: Readonly<Record<string, number>>, on: boolean): Effects {
  const body = { type: on ? "fault" : "clearFault", id: fault.id, fault: fault.type, target: fault.target, params };
  return { messages: spec.nodes.flatMap((node) => ["kubelet", "runtime"].map((name) => ({ to: `${node.name}/${name}`, body }))), controls: [] };
}

function containerFault(type: string, label: string, on: "pod" | "image", params: readonly FaultParam[] = []): FaultDefinition {
  return {
    type, label, on, params,
    checkTarget: (target) => {
      if (on === "image") return target === "" ? "target: name an image" : null;
      return /^[^/]+\/[^/]+(\/[^/]+)?$/.test(target) ? null : `target "${target}": name a pod as namespace/pod, or a container as namespace/pod/container`;
    },
    begin: (fault, values, spec) => tellNodes(spec, fault, values, true),
    end: (fault, values, spec) => tellNodes(spec, fault, values, false),
  };
}

export const containerKill = containerFault("container-kill", "Kill the container", "pod");
export const containerOom = containerFault("container-oom", "Run out of memory", "pod");
export const containerHang = containerFault("container-hang", "Hang the container", "pod");
export const probeFail = containerFault("probe-fail", "Fail its probes", "pod");
export const imageMissing = containerFault("image-missing", "Image is gone", "image");
export const pullSlow = containerFault("pull-slow", "Slow pulls", "image", [{ name: "factor", fallback: 10, min: 1, max: 1_000 }]);
