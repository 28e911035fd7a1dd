// Follows pkg/kubelet/kubelet_node_status.go and pkg/kubelet/nodestatus/setters.go.
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { NodeSpec as MachineSpec } from "../nodeSpec.ts";
import type { Node, NodeCondition, NodeStatus } from "../../kinds/core/node/types.ts";
import type { NodeImage } from "../runtime/criMessages.ts";
import type { Pressure } from "./eviction/signals.ts";
import { declaredFeatures } from "./declaredFeatures.ts";

export const kubeletVersion = "v1.36.2";

const runtimeVersions: Readonly<Record<MachineSpec["runtime"], string>> = { containerd: "containerd://2.2.1", "cri-o": "cri-o://1.36.0", docker: "docker://29.1.3" };

export interface NodeFacts {
  readonly spec: MachineSpec;
  readonly nodeIp: string;
  readonly nowUs: number;
  readonly networkReady: boolean;
  readonly images: readonly NodeImage[];
  readonly pressures: readonly Pressure[];
  readonly shuttingDown: boolean;
  /** null: as its status says already. */
  readonly volumesInUse: readonly string[] | null;
  /** As with --cloud-provider=external. */
  readonly hasCloud: boolean;
  /** Derived from the seed: a machine's own ids. */
  readonly machineId: string;
  readonly bootId: string;
}

/** The Node as a kubelet registers it: tainted until it is ready, and until its cloud's controller knows it. That then labels it, too. */
export function initialNode(facts: NodeFacts): Node {
  const { spec } = facts;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: spec.name,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": spec.name,
        "kubernetes.io/os": "linux",
        ...(spec.zone === "" || facts.hasCloud ? {} : { "topology.kubernetes.io/zone": spec.zone }),
        ...spec.labels,
      },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    } as unknown as Node["metadata"],
    spec: facts.hasCloud ? { taints: [{ key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" }] } : {},
    status: nodeStatus(facts, null),
  };
}

export function nodeStatus(facts: NodeFacts, before: NodeStatus | null): NodeStatus {
  const { spec } = facts;
  const amounts = {
    cpu: quantityOfCpu(spec.cpuMilli),
    "ephemeral-storage": quantityOfBytes(spec.ephemeralStorageBytes),
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    memory: quantityOfBytes(spec.memoryBytes),
    pods: String(spec.pods),
  };
  return {
    addresses: [{ type: "InternalIP", address: facts.nodeIp }, { type: "Hostname", address: spec.name }],
    allocatable: amounts,
    capacity: amounts,
    conditions: nodeConditions(facts, before?.conditions ?? []),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    declaredFeatures,
    features: { supplementalGroupsPolicy: true },
    images: imageList(facts.images),
    nodeInfo: {
      architecture: "amd64",
      bootID: facts.bootId,
      containerRuntimeVersion: runtimeVersions[spec.runtime],
      kernelVersion: "6.8.0-orrery",
      kubeProxyVersion: "",
      kubeletVersion,
      machineID: facts.machineId,
      operatingSystem: "linux",
      osImage: "Orrery simulated Linux",
      systemUUID: facts.machineId,
    },
    runtimeHandlers: [{ name: "", features: { recursiveReadOnlyMounts: true, userNamespaces: true } }, { name: "runc", features: { recursiveReadOnlyMounts: true, userNamespaces: true } }],
    ...volumesInUse(facts.volumesInUse, before),
    ...(before?.volumesAttached === undefined ? {} : { volumesAttached: before.volumesAttached }),
  };
}

function volumesInUse(now: readonly string[] | null, before: NodeStatus | null): Pick<NodeStatus, "volumesInUse"> {
  const names = now ?? before?.volumesInUse ?? [];
  return names.length === 0 ? {} : { volumesInUse: names };
}

function nodeConditions(facts: NodeFacts, before: readonly NodeCondition[]): readonly NodeCondition[] {
  const now = formatRfc3339(facts.nowUs);
  const condition = (type: string, status: "True" | "False", reason: string, message: string): NodeCondition => {
    const old = before.find((candidate) => candidate.type === type);
    const since = old !== undefined && old.status === status ? (old.lastTransitionTime ?? now) : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since, reason, message };
  };
  const mine = [
    facts.pressures.includes("MemoryPressure") ? condition("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available") : condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    facts.pressures.includes("DiskPressure") ? condition("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure") : condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    facts.networkReady && facts.shuttingDown ? condition("Ready", "False", "KubeletNotReady", "node is shutting down") : facts.networkReady
      ? condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
      : condition("Ready", "False", "KubeletNotReady", "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"),
  ];
  return [...before.filter((old) => !mine.some((own) => own.type === old.type)), ...mine];
}

function imageList(images: readonly NodeImage[]): NonNullable<NodeStatus["images"]> {
  const largestFirst = [...images].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.canonical < b.canonical ? -1 : 1));
  return largestFirst.slice(0, 50).map((image) => ({ names: [image.id, image.canonical], sizeBytes: image.sizeBytes }));
}

function quantityOfCpu(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

function quantityOfBytes(bytes: number): string {
  const kibibytes = bytes / 1024;
  return bytes !== 0 && Number.isInteger(kibibytes) ? `${kibibytes}Ki` : String(bytes);
}

/** Ids of a machine: so many random digits. */
export function hex(random: { int(least: number, most: number): number }, length: number): string {
  let text = "";
  for (let at = 0; at < length; at++) text += random.int(0, 15).toString(16);
  return text;
}
