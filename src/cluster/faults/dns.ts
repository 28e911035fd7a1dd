import type { ClusterSpec } from "../clusterSpec.ts";
import type { Fault } from "../commands.ts";
import type { Effects, FaultDefinition } from "./define.ts";

/** The Service behind 10.96.0.10, as kubeadm names it. */
export const clusterDnsService = "kube-system/kube-dns";

/** Every machine is told: where the programs behind the Service run, now or later, no question is answered. */
function tellRuntimes(spec: ClusterSpec, fault: Fault, on: boolean): Effects {
  const body = { type: on ? "fault" : "clearFault", id: fault.id, fault: fault.type, target: fault.target, params: {} };
  return { messages: spec.nodes.map((node) => ({ to: `${node.name}/runtime`, body })), controls: [] };
}

/** There is one DNS in the cluster, so it need not be named. */
export const dnsDown: FaultDefinition = {
  type: "dns-down", label: "DNS down", on: "service", params: [],
  checkTarget: (target) => (target === "" || target === clusterDnsService ? null : `target "${target}": the cluster's DNS is ${clusterDnsService}`),
  begin: (fault, _params, spec) => tellRuntimes(spec, fault, true),
  end: (fault, _params, spec) => tellRuntimes(spec, fault, false),
};
