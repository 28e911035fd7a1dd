import type { GraphFact } from "../../hosts/protocol.ts";

export interface KubectlLine {
  readonly command: string;
  readonly about: string;
}

/** A kind as kubectl takes it on its command line: the plural, with its group where the plural alone would not do. */
function resource({ plural, ref }: GraphFact): string {
  const { group } = ref.gvk;
  const plain = ["", "apps", "batch", "networking.k8s.io", "storage.k8s.io", "autoscaling", "policy"].includes(group);
  const singular = plural === "ingresses" ? "ingress" : plural === "storageclasses" ? "storageclass" : plural === "networkpolicies" ? "networkpolicy" : plural === "endpoints" ? plural : plural.replace(/s$/, "");
  return plain ? singular : `${plural}.${group}`;
}

/** What one would type to see or to do the same to the object with kubectl. */
export function kubectlLines(fact: GraphFact): readonly KubectlLine[] {
  const { ref, summary, plural, deleting } = fact;
  const space = ref.namespace === "" || ref.namespace === "default" ? "" : ` -n ${ref.namespace}`;
  const what = `${resource(fact)}/${ref.name}${space}`;
  const line = (command: string, about: string): KubectlLine => ({ command: `kubectl ${command}`, about });
  const lines = [line(`get ${what} -o yaml`, "the object"), line(`describe ${what}`, "with its events"), line(`events --for ${resource(fact)}/${ref.name}${space}`, "only its events")];
  switch (summary.tier) {
    case "pod":
      lines.push(line(`logs ${ref.name}${space} --all-containers -f`, "follow its logs"), line(`logs ${ref.name}${space} --previous`, "of the container before the last restart"), line(`exec -it ${ref.name}${space} -- sh`, "a shell in it"), line(deleting ? `delete pod ${ref.name}${space} --force --grace-period=0` : `delete pod ${ref.name}${space}`, deleting ? "without waiting" : "with its grace period"));
      break;
    case "node":
      lines.push(line(`${summary.unschedulable ? "uncordon" : "cordon"} ${ref.name}`, summary.unschedulable ? "let pods come again" : "no new pods"), line(`drain ${ref.name} --ignore-daemonsets`, "evict its pods"), line(`get pods -A --field-selector spec.nodeName=${ref.name}`, "what runs on it"));
      break;
    case "workload": {
      const scales = ["deployments", "replicasets", "statefulsets", "replicationcontrollers"].includes(plural);
      if (scales) lines.push(line(`scale ${what} --replicas=${summary.desired}`, "set how many"));
      if (["deployments", "daemonsets", "statefulsets"].includes(plural)) lines.push(line(`rollout status ${what}`, "wait until it is done"), line(`rollout history ${what}`, "its revisions"), line(`rollout undo ${what}`, "back to the one before"), line(`rollout restart ${what}`, "new pods, one after another"));
      lines.push(line(`delete ${what}`, "and what it owns"));
      break;
    }
    case "edge":
      if (plural === "services") lines.push(line(`get endpointslices${space} -l kubernetes.io/service-name=${ref.name}`, "who is behind it"), line(`port-forward ${what} 8080:${/\d+/.exec(summary.ports[0] ?? "")?.[0] ?? "80"}`, "reach it from here"));
      lines.push(line(`delete ${what}`, ""));
      break;
    default:
      lines.push(line(`delete ${what}`, ""));
  }
  return lines;
}
