import type { JsonObject } from "../../base/json.ts";
import { defaultNode } from "../clusterSpec.ts";
import { create, fault, patch, remove } from "./commandsOf.ts";
import type { CrashScenario } from "./crashSweep.ts";

const labels = { app: "web" };
const template = (more: JsonObject = {}, tag = "1"): JsonObject => ({ metadata: { labels }, spec: { containers: [{ name: "c", image: `registry.example/app:${tag}` }], terminationGracePeriodSeconds: 1, ...more } });
const workload = (apiVersion: string, kind: string) => (replicas: number, spec: JsonObject = {}, pod: JsonObject = {}): JsonObject => ({ apiVersion, kind, metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: labels }, template: template(pod), ...spec } });
const deployment = workload("apps/v1", "Deployment");
const replicaSet = workload("apps/v1", "ReplicaSet");
const statefulSet = (replicas: number, spec: JsonObject = {}): JsonObject => workload("apps/v1", "StatefulSet")(replicas, { serviceName: "web", ...spec });
const daemonSet = (spec: JsonObject = {}): JsonObject => ({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template: template(), ...spec } });
const ends = { ...template({ restartPolicy: "Never" }) };
const job = (spec: JsonObject = {}): JsonObject => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" }, spec: { completions: 3, parallelism: 2, template: ends, ...spec } });
const pod = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name, labels, ...metadata }, spec: { ...(template(spec)["spec"] as JsonObject) } });
const service = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web", ...metadata }, spec: { selector: labels, ports: [{ port: 80 }], ...spec } });
const simple = (kind: string, name: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind, metadata: { name, ...metadata }, ...more });
const quota = (hard: JsonObject): JsonObject => simple("ResourceQuota", "limits", { spec: { hard } });
const claim = (spec: JsonObject = {}): JsonObject => simple("PersistentVolumeClaim", "data", { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "", ...spec } });
const volume = (name: string, storage: string): JsonObject => simple("PersistentVolume", name, { spec: { capacity: { storage }, accessModes: ["ReadWriteOnce"], hostPath: { path: `/data/${name}` }, persistentVolumeReclaimPolicy: "Retain" } });
const usesClaim = { nodeSelector: { "kubernetes.io/hostname": "node-1" }, volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
const newTag = (tag: string): JsonObject => ({ spec: { template: { spec: { containers: [{ name: "c", image: `registry.example/app:${tag}` }] } } } });
const budget: JsonObject = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "web" }, spec: { minAvailable: 1, selector: { matchLabels: labels } } };
const owner = (uid: string): JsonObject => ({ ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "nobody", uid }] });
const held = (cpu: string): JsonObject => ({ containers: [{ name: "c", image: "registry.example/app:1", resources: { requests: { cpu } } }] });
const noExecute = { spec: { taints: [{ key: "sick", value: "yes", effect: "NoExecute" }] } };
const important = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "important" }, value: 1_000 };
const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" }] } } };

/** One line a scenario. Its pods run at once (containers "instant"), on two nodes. */
export const crashScenarios: readonly CrashScenario[] = [
  // deployments
  { name: "a Deployment is made", steps: [[0, create(deployment(2))]] },
  { name: "a Deployment grows", given: [[0, create(deployment(1))]], steps: [[0, patch("deployments/web", { spec: { replicas: 3 } })]] },
  { name: "a Deployment shrinks", given: [[0, create(deployment(3))]], steps: [[0, patch("deployments/web", { spec: { replicas: 1 } })]] },
  { name: "a Deployment rolls", given: [[0, create(deployment(2))]], steps: [[0, patch("deployments/web", newTag("2"))]] },
  { name: "a Deployment rolls back", given: [[0, create(deployment(1))], [10, patch("deployments/web", newTag("2"))]], steps: [[0, patch("deployments/web", newTag("1"))]] },
  { name: "a Deployment recreates", given: [[0, create(deployment(2, { strategy: { type: "Recreate" } }))]], steps: [[0, patch("deployments/web", newTag("2"))]] },
  { name: "a paused Deployment is changed, scaled and resumed", given: [[0, create(deployment(2))]], steps: [[0, patch("deployments/web", { spec: { paused: true } })], [2, patch("deployments/web", { ...newTag("2") })], [2, patch("deployments/web", { spec: { replicas: 3 } })], [5, patch("deployments/web", { spec: { paused: false } })]] },
  { name: "a Deployment forgets its old ReplicaSets", given: [[0, create(deployment(1, { revisionHistoryLimit: 0 }))]], steps: [[0, patch("deployments/web", newTag("2"))]] },
  { name: "a Deployment that a quota holds back", given: [[0, create(quota({ pods: "1" }))]], steps: [[0, create(deployment(2))], [8, patch("resourcequotas/limits", { spec: { hard: { pods: "5" } } })]], seconds: 60 },
  { name: "a Deployment adopts the ReplicaSet of its template", given: [[0, create(deployment(1))], [10, remove("deployments/web", "Orphan")]], steps: [[0, create(deployment(2))]] },
  // replica sets
  { name: "a ReplicaSet is made", steps: [[0, create(replicaSet(3))]] },
  { name: "a ReplicaSet adopts what fits", given: [[0, create(pod("lone"))]], steps: [[0, create(replicaSet(2))]] },
  { name: "a ReplicaSet adopts too many", given: [[0, create(pod("a"))], [0, create(pod("b"))], [0, create(pod("c"))]], steps: [[0, create(replicaSet(0))]] },
  { name: "a pod leaves its ReplicaSet", given: [[0, create(pod("lone"))], [5, create(replicaSet(2))]], steps: [[0, patch("pods/lone", { metadata: { labels: { app: "other" } } })]] },
  { name: "a pod of a ReplicaSet is deleted", given: [[0, create(pod("lone"))], [5, create(replicaSet(2))]], steps: [[0, remove("pods/lone")]] },
  // the garbage collector
  { name: "a Deployment is deleted in the background", given: [[0, create(deployment(2))]], steps: [[0, remove("deployments/web")]] },
  { name: "a Deployment is deleted in the foreground", given: [[0, create(deployment(2))]], steps: [[0, remove("deployments/web", "Foreground")]] },
  { name: "a Deployment leaves its ReplicaSet behind", given: [[0, create(deployment(2))]], steps: [[0, remove("deployments/web", "Orphan")]] },
  { name: "an object's owner never was", steps: [[0, create(simple("ConfigMap", "orphan", {}, owner("00000000-0000-4000-8000-000000000000")))]] },
  // services
  { name: "a Service finds its pods", given: [[0, create(deployment(2))]], steps: [[0, create(service())]] },
  { name: "a Service is deleted", given: [[0, create(deployment(2))], [0, create(service())]], steps: [[0, remove("services/web")]] },
  { name: "a Service chooses others", given: [[0, create(deployment(2))], [0, create(service())], [0, create(pod("other", {}, { labels: { app: "other" } }))]], steps: [[0, patch("services/web", { spec: { selector: { app: "other" } } })]] },
  { name: "a Service's pods come and go", given: [[0, create(deployment(1))], [0, create(service())]], steps: [[0, patch("deployments/web", { spec: { replicas: 3 } })], [5, patch("deployments/web", { spec: { replicas: 1 } })]] },
  { name: "Endpoints of people are mirrored", given: [[0, create(service({ selector: null }))]], steps: [[0, create(simple("Endpoints", "web", { subsets: [{ addresses: [{ ip: "192.0.2.1" }, { ip: "192.0.2.2" }], ports: [{ port: 80 }] }] }))], [5, patch("endpoints/web", { subsets: [{ addresses: [{ ip: "192.0.2.3" }], ports: [{ port: 80 }] }] })]] },
  // namespaces
  { name: "a namespace is made", steps: [[0, create(simple("Namespace", "shop"))]] },
  { name: "a namespace is deleted with all in it", given: [[0, create(simple("Namespace", "shop"))], [3, create({ ...deployment(2), metadata: { name: "web", namespace: "shop" } })], [0, create(service({}, { namespace: "shop" }))]], steps: [[0, remove("namespaces/shop")]], seconds: 60 },
  { name: "a namespace waits for a finalizer", given: [[0, create(simple("Namespace", "shop"))], [3, create(simple("ConfigMap", "kept", {}, { namespace: "shop", finalizers: ["example.com/kept"] }))]], steps: [[0, remove("namespaces/shop")], [15, patch("configmaps/kept", { metadata: { finalizers: null } }, "shop")]], seconds: 60 },
  { name: "the default service account is deleted", steps: [[0, remove("serviceaccounts/default")]] },
  { name: "the root certificate is deleted", steps: [[0, remove("configmaps/kube-root-ca.crt")]] },
  { name: "a role gathers others", given: [[0, create({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "all" }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: "all" } }] }, rules: [] })]], steps: [[0, create({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "one", labels: { part: "all" } }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] })]] },
  // nodes
  { name: "a taint drives pods away", given: [[0, create(deployment(2))]], steps: [[0, patch("nodes/node-1", noExecute)], [10, patch("nodes/node-1", { spec: { taints: null } })]] },
  { name: "a taint is tolerated for a while", given: [[0, create(pod("brief", { nodeSelector: { "kubernetes.io/hostname": "node-1" }, tolerations: [{ key: "sick", operator: "Exists", effect: "NoExecute", tolerationSeconds: 10 }] }))]], steps: [[0, patch("nodes/node-1", noExecute)]] },
  { name: "a node loses its power and returns", given: [[0, create(deployment(2))]], steps: [[0, fault("node-off", "node-2")], [70, { type: "clearFault", id: "node-off" }]], seconds: 90 },
  { name: "a machine joins", steps: [[0, { type: "addNode", node: defaultNode(3) }]] },
  { name: "pods of a node that is gone are collected", given: [[0, create(pod("left", { nodeName: "node-9" }))]], steps: [], seconds: 120 },
  // quotas
  { name: "a quota counts", given: [[0, create(deployment(1))]], steps: [[0, create(quota({ pods: "10", "count/deployments.apps": "3", services: "5" }))], [3, create(service())], [3, patch("deployments/web", { spec: { replicas: 2 } })]] },
  { name: "a quota is given back", given: [[0, create(quota({ pods: "10", configmaps: "10" }))], [0, create(deployment(2))]], steps: [[0, patch("deployments/web", { spec: { replicas: 0 } })]] },
  // the scheduler
  { name: "a pod's gate opens", given: [[0, create(pod("gated", { schedulingGates: [{ name: "example.com/wait" }] }))]], steps: [[0, patch("pods/gated", { spec: { schedulingGates: null } })]] },
  { name: "pods that fit nowhere until room is made", given: [[0, create(pod("big", { ...held("3"), nodeName: "node-1" }))], [0, create(pod("bigger", { ...held("3"), nodeName: "node-2" }))]], steps: [[0, create(pod("waits", held("2")))], [10, remove("pods/big")]] },
  { name: "pods that are to stay apart", steps: [[0, create(deployment(2, {}, apart))]] },
  { name: "an important pod makes room", given: [[0, create(important)], [0, create(pod("small", held("3")))], [2, create(pod("little", held("3")))]], steps: [[0, create(pod("large", { ...held("3500m"), priorityClassName: "important", nodeSelector: { "kubernetes.io/hostname": "node-1" } }))]] },
  // controllers that may not be there yet
  { name: "a StatefulSet is made", of: ["statefulset-controller"], steps: [[0, create(statefulSet(2))]] },
  { name: "a StatefulSet shrinks", of: ["statefulset-controller"], given: [[0, create(statefulSet(3))]], steps: [[0, patch("statefulsets/web", { spec: { replicas: 1 } })]] },
  { name: "a StatefulSet rolls", of: ["statefulset-controller"], given: [[0, create(statefulSet(2))]], steps: [[0, patch("statefulsets/web", newTag("2"))]], seconds: 60 },
  { name: "a DaemonSet is made", of: ["daemonset-controller"], steps: [[0, create(daemonSet())]] },
  { name: "a DaemonSet rolls", of: ["daemonset-controller"], given: [[0, create(daemonSet())]], steps: [[0, patch("daemonsets/web", newTag("2"))]], seconds: 60 },
  { name: "a Job is made and suspended", of: ["job-controller"], steps: [[0, create(job())], [5, patch("jobs/once", { spec: { suspend: true } })]] },
  { name: "a CronJob makes its Jobs", of: ["cronjob-controller", "job-controller"], steps: [[0, create({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "often" }, spec: { schedule: "* * * * *", concurrencyPolicy: "Forbid", jobTemplate: { spec: { template: ends } } } })]], seconds: 150 },
  { name: "a budget counts its pods", of: ["disruption-controller"], given: [[0, create(deployment(2))]], steps: [[0, create(budget)], [5, patch("deployments/web", { spec: { replicas: 3 } })]] },
  { name: "a claim finds the least volume that is enough", of: ["persistentvolume-binder-controller"], given: [[0, create(volume("small", "500Mi"))], [0, create(volume("enough", "2Gi"))], [0, create(volume("large", "9Gi"))]], steps: [[0, create(claim())]] },
  { name: "a ReplicationController is made", of: ["replicationcontroller-controller"], steps: [[0, create({ apiVersion: "v1", kind: "ReplicationController", metadata: { name: "web" }, spec: { replicas: 2, selector: labels, template: template() } })]] },
  { name: "a Job is removed after its time", of: ["ttl-after-finished-controller", "job-controller"], steps: [[0, create(job({ ttlSecondsAfterFinished: 5, activeDeadlineSeconds: 5 }))]], seconds: 60 },
  // provisioners, attachers, resizers
  { name: "a claim gets a folder of its pod's node", addons: ["local-path"], steps: [[0, create(claim({ storageClassName: "standard" }))], [1, create(pod("user", usesClaim))]] },
  { name: "a folder goes with its claim", addons: ["local-path"], given: [[0, create(claim({ storageClassName: "standard" }))], [1, create(pod("user", usesClaim))]], steps: [[0, remove("pods/user")], [2, remove("persistentvolumeclaims/data")]] },
  { name: "a claim gets a disk, which is attached", addons: ["cloud"], steps: [[0, create(claim({ storageClassName: "disk" }))], [1, create(pod("user", usesClaim))]], seconds: 60 },
  { name: "a disk grows", addons: ["cloud"], given: [[0, create(claim({ storageClassName: "disk" }))], [1, create(pod("user", usesClaim))], [30, create(simple("ConfigMap", "later"))]], steps: [[0, patch("persistentvolumeclaims/data", { spec: { resources: { requests: { storage: "3Gi" } } } })]], seconds: 150 },
  { name: "a disk is given back and deleted", addons: ["cloud"], given: [[0, create(claim({ storageClassName: "disk" }))], [1, create(pod("user", usesClaim))], [30, create(simple("ConfigMap", "later"))]], steps: [[0, remove("pods/user")], [2, remove("persistentvolumeclaims/data")]], seconds: 90 },
];
