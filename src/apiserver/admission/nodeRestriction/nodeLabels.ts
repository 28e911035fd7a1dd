// Follows plugin/pkg/admission/noderestriction/admission.go and staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go.
import { compareText } from "../../../base/compareText.ts";

type Labels = Readonly<Record<string, string>> | undefined;

/** What a kubelet may say of its own node although the names are Kubernetes'. */
const kubeletLabels: ReadonlySet<string> = new Set([
  "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "node.kubernetes.io/instance-type", "kubernetes.io/os", "kubernetes.io/arch",
  "node.kubernetes.io/windows-build", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", "beta.kubernetes.io/instance-type", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
]);

function isWithin(prefix: string, domain: string): boolean {
  return prefix === domain || prefix.endsWith(`.${domain}`);
}

/** All of Kubernetes' own, those of node-restriction.kubernetes.io among them, but for the kubelet's. */
function isForbidden(label: string): boolean {
  const slash = label.indexOf("/");
  const prefix = slash < 0 ? "" : label.slice(0, slash);
  if (!isWithin(prefix, "kubernetes.io") && !isWithin(prefix, "k8s.io")) return false;
  return !kubeletLabels.has(label) && !isWithin(prefix, "kubelet.kubernetes.io") && !isWithin(prefix, "node.kubernetes.io");
}

/** The labels that differ and that no node may set, change or take away: with them it could draw pods to itself. */
export function forbiddenNodeLabels(now: Labels, before: Labels): readonly string[] {
  if (now === before) return [];
  const own = (labels: Labels, key: string): string | undefined => (labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined);
  const keys = new Set([...Object.keys(now ?? {}), ...Object.keys(before ?? {})]);
  return [...keys].filter((key) => own(now, key) !== own(before, key) && isForbidden(key)).sort(compareText);
}
