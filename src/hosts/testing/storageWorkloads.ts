import type { JsonObject } from "../../base/json.ts";
import { defaultClusterSpec, defaultNode } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { all, part, type LiveObjects } from "../../cluster/invariants/define.ts";
import { create, patch, remove } from "../../cluster/testing/commandsOf.ts";
import { diskDriverName } from "../../kinds/volumes/diskDriver.ts";
import { anyFault, workload } from "./seedWorkloads.ts";
import { healthy, type Roll, type SeedPlan } from "./seedPlan.ts";
import { logFile, VolumeMonitor } from "./volumeMonitor.ts";

/** Those of machines, networks and processes: where pods go and what they can reach. */
export const storageFaults = faultDefinitions.filter(({ on }) => on !== "pod" && on !== "image");
const sets = ["disk", "early", "kept", "local"];

/** Adds lines to its volume now and then, two in close succession, each of which says how many are there before it. */
const line = `cat /data/${logFile} 2>/dev/null | wc -l >> /data/${logFile}`;
const writer = `while true; do ${line}; sleep 0.05; ${line}; sleep 20; done`;

function pods(claim: string | null): JsonObject {
  const container = { name: "c", image: "busybox:1.36", command: ["sh", "-c", writer], resources: { requests: { cpu: "50m" } }, volumeMounts: [{ name: "data", mountPath: "/data" }] };
  return { terminationGracePeriodSeconds: 2, containers: [container], ...(claim === null ? {} : { volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }] }) };
}

const claimSpec = (storageClassName: string): JsonObject => ({ accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Gi" } } });

function statefulSet(roll: Roll, app: string, storageClassName: string): JsonObject {
  return workload("apps/v1", "StatefulSet", { app, cpu: "50m", replicas: 2 + roll(2), spec: pods(null) }, {
    serviceName: app, ...(roll(2) === 0 ? {} : { podManagementPolicy: "Parallel" }),
    ...(roll(2) === 0 ? {} : { persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Retain" } }),
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec(storageClassName) }],
  });
}

/** Disks that wait for their pod and disks that do not, folders of machines, volumes that are kept; and pods without any. */
function workloads(roll: Roll): readonly ClusterCommand[] {
  return [
    { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "kept" }, provisioner: diskDriverName, reclaimPolicy: "Retain", volumeBindingMode: "WaitForFirstConsumer", allowVolumeExpansion: true },
    statefulSet(roll, "disk", "disk"), statefulSet(roll, "early", "disk-immediate"), statefulSet(roll, "kept", "kept"), statefulSet(roll, "local", "standard"),
    { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "one" }, spec: claimSpec("disk") },
    workload("apps/v1", "Deployment", { app: "one", cpu: "50m", replicas: 1, spec: pods("one") }, { strategy: { type: "Recreate" } }),
    workload("apps/v1", "Deployment", { app: "web", cpu: "200m", replicas: 6 + roll(3) }),
    workload("apps/v1", "DaemonSet", { app: "agent", cpu: "50m", replicas: 0 }),
    { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } },
    ...sets.map((name) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { clusterIP: "None", selector: { app: name }, ports: [{ port: 80 }] } })),
  ].map((object) => create(object));
}

function input(roll: Roll, step: number, names: readonly string[]): ClusterCommand {
  const set = sets[roll(sets.length)] ?? "disk";
  const node = `nodes/node-${1 + roll(4)}`;
  switch (roll(12)) {
    case 0: return patch(`statefulsets/${set}`, { spec: { replicas: 1 + roll(4) } });
    case 1: return patch(`statefulsets/${set}`, { spec: { template: { metadata: { annotations: { turn: String(step) } } } } });
    case 2: return patch("deployments/one", { spec: { template: { metadata: { annotations: { turn: String(step) } } } } });
    // It goes when its pod does, and the set makes a new one.
    case 3: return remove(`persistentvolumeclaims/data-${set}-${roll(3)}`);
    case 4: return patch(`persistentvolumeclaims/data-${["disk", "early", "kept"][roll(3)] ?? "disk"}-${roll(3)}`, { spec: { resources: { requests: { storage: `${2 + step}Gi` } } } });
    case 5: return patch(node, { spec: { taints: [{ key: "sick", effect: "NoExecute" }] } });
    case 6: return patch(node, { spec: { unschedulable: true } });
    case 7: return healthy(node);
    case 8: return patch("deployments/coredns", { spec: { replicas: roll(2) * 2 } }, "kube-system");
    default: return remove(`pods/${names[roll(names.length)] ?? "none"}`);
  }
}

/** Such a pod runs on, but a kubelet does not start it again (after a reboot): "PVC is being deleted". */
function podsOfGoingClaims(live: LiveObjects): readonly string[] {
  return [...all(live, "pods")].filter(([, pod]) => ((part(pod, "spec")["volumes"] ?? []) as readonly JsonObject[]).some((volume) => {
    const claim = live.get(`persistentvolumeclaims/default/${String(part(volume, "persistentVolumeClaim")["claimName"])}`);
    return part(claim, "metadata")["deletionTimestamp"] !== undefined;
  })).map(([, pod]) => String(part(pod, "metadata")["name"]));
}

/** A set that was scaled down before its pod found a place leaves a claim that waits for its first consumer, and says so again and again, as upstream's. */
function claimsInVain(live: LiveObjects): readonly string[] {
  return [...all(live, "persistentvolumeclaims")].filter(([, claim]) => part(claim, "status")["phase"] === "Pending")
    .map(([, claim]) => String(part(claim, "metadata")["name"])).filter((name) => name.startsWith("data-") && !live.has(`pods/default/${name.slice("data-".length)}`));
}

/** Pods with volumes, on machines in two zones: a disk has two machines or more to go to. */
export const storagePlan: SeedPlan = {
  spec: (roll) => ({ ...defaultClusterSpec, addons: ["coredns", "cloud", "local-path"], nodes: Array.from({ length: 4 + roll(2) }, (_, index) => ({ ...defaultNode(index + 1), zone: index % 2 === 0 ? "a" : "b" })) }),
  workloads, input,
  fault: (roll, id, spec, names) => anyFault(roll, id, spec, names, storageFaults),
  healing: (live) => [patch("deployments/coredns", { spec: { replicas: 2 } }, "kube-system"), ...podsOfGoingClaims(live).map((name) => remove(`pods/${name}`)), ...claimsInVain(live).map((name) => remove(`persistentvolumeclaims/${name}`))],
  monitor: (spec) => new VolumeMonitor(spec),
};
