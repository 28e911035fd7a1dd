import { instanceNames, severalInstances, type ClusterSpec } from "../clusterSpec.ts";
import { controlsNow, noEffects, type FaultDefinition } from "./define.ts";

/** Processes that a person may name, by group. */
export function processIds(spec: ClusterSpec): readonly string[] {
  const control = ["etcd", "apiserver", ...severalInstances.flatMap((component) => instanceNames(spec, component)), ...(spec.addons.includes("cloud") ? ["cloud-controller-manager"] : []), ...(spec.addons.includes("local-path") ? ["local-path-provisioner"] : [])];
  return [...control.map((name) => `cp-1/${name}`), ...spec.nodes.flatMap((node) => ["kubelet", "runtime", "proxy", "net", ...(spec.cni === "calico" ? ["cni"] : [])].map((name) => `${node.name}/${name}`))];
}

function processTarget(target: string, spec: ClusterSpec): string | null {
  return processIds(spec).includes(target) ? null : `target "${target}": no such process; name one as cp-1/kube-scheduler or node-1/kubelet`;
}

export const processCrash: FaultDefinition = {
  type: "process-crash", label: "Crash", on: "process", lasts: false, params: [],
  checkTarget: processTarget,
  begin: (fault) => controlsNow({ type: "crash", process: fault.target }),
  end: () => noEffects,
};

export const processSlow: FaultDefinition = {
  type: "process-slow", label: "Slow down", on: "process", params: [{ name: "factor", fallback: 10, min: 1, max: 10_000 }],
  checkTarget: processTarget,
  begin: (fault, params) => controlsNow({ type: "slow", process: fault.target, factor: params["factor"] ?? 10 }),
  end: (fault) => controlsNow({ type: "slow", process: fault.target, factor: 1 }),
};
