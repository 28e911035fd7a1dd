import type { GraphEdge, GraphSummary, GraphTraits, Health, ObjectIndex } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import { podLimits, podRequests } from "./podResources.ts";
import { isPodReady, isTerminating, podCondition, podReport } from "./podStatus.ts";
import type { Container, Pod } from "./types.ts";

/** Waiting and ending reasons that mean that something is wrong. */
const failing: ReadonlySet<string> = new Set([
  "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
  "Error", "OOMKilled", "ContainerCannotRun", "StartError", "DeadlineExceeded", "Evicted",
]);

/** Plain words for what kubectl's STATUS column says. */
const meanings: Readonly<Record<string, string>> = {
  CrashLoopBackOff: "A container keeps failing; the kubelet waits a little longer before each restart.",
  ImagePullBackOff: "The image cannot be pulled; the kubelet waits before it tries again.",
  ErrImagePull: "The image could not be pulled.",
  InvalidImageName: "The name of the image cannot be read.",
  ErrImageNeverPull: "The image is not on the node and the pull policy forbids to pull it.",
  CreateContainerConfigError: "A container cannot be created: something that it refers to, such as a ConfigMap or Secret, is missing.",
  CreateContainerError: "The container runtime could not create a container.",
  RunContainerError: "The container runtime could not start a container.",
  OOMKilled: "A container used more memory than its limit and was killed.",
  Error: "A container ended with an error.",
  DeadlineExceeded: "The pod ran longer than its activeDeadlineSeconds allows and was ended.",
  Evicted: "The node was short of resources and evicted the pod.",
  SchedulingGated: "The scheduler leaves the pod alone until its scheduling gates are removed.",
  ContainerCreating: "On its node; images are being pulled and containers created.",
  PodInitializing: "Init containers are done; the containers are being started.",
  Completed: "All containers ended successfully.",
  Unknown: "The node does not answer, so nobody knows how the pod is.",
};

export const podGraph: GraphTraits<Pod> = {
  icon: "pod",
  tier: "pod",
  health: podHealth,
  node: (pod) => ((pod.spec.nodeName ?? "") === "" ? null : (pod.spec.nodeName ?? null)),
  sentence: podSentence,
  summary(pod): GraphSummary {
    const report = podReport(pod);
    const requests = podRequests(pod);
    const limits = podLimits(pod);
    return {
      tier: "pod",
      phase: pod.status?.phase ?? "",
      status: report.reason,
      ready: isPodReady(pod),
      restarts: report.restarts,
      ip: pod.status?.podIP ?? "",
      images: pod.spec.containers.map((container) => container.image ?? ""),
      labels: pod.metadata.labels ?? {},
      cpuMilli: requests.cpuMilli,
      memoryBytes: requests.memoryBytes,
      cpuLimitMilli: limits.cpuMilli,
      memoryLimitBytes: limits.memoryBytes,
    };
  },
  edges: podEdges,
};

function podHealth(pod: Pod): Health {
  if (isTerminating(pod)) return "terminating";
  const report = podReport(pod);
  const phase = pod.status?.phase;
  if (phase === "Succeeded") return "ok";
  if (phase === "Failed" || failing.has(report.reason) || failing.has(report.reason.replace(/^Init:/, ""))) return "failed";
  if (report.reason === "Unknown") return "unknown";
  if (phase === "Running") return isPodReady(pod) ? "ok" : report.restarts > 0 || isUnheard(pod) ? "warning" : "progressing";
  return podCondition(pod, "PodScheduled")?.reason === "Unschedulable" ? "warning" : "progressing";
}

/** Marked not ready by the node lifecycle controller, which gives no reason: the node fell silent, the containers were ready when last heard of. */
function isUnheard(pod: Pod): boolean {
  const ready = podCondition(pod, "Ready");
  return ready?.status === "False" && (ready.reason ?? "") === "" && podCondition(pod, "ContainersReady")?.status === "True";
}

function podSentence(pod: Pod): string {
  const report = podReport(pod);
  const on = (pod.spec.nodeName ?? "") === "" ? "" : ` on ${pod.spec.nodeName}`;
  if (report.reason === "Terminating") return `Being stopped${on}: its containers have ${plural(pod.metadata.deletionGracePeriodSeconds ?? 0, "second")} to end by themselves.`;
  const scheduled = podCondition(pod, "PodScheduled");
  if (scheduled?.reason === "Unschedulable") return `Waiting for a node: ${scheduled.message ?? "none fits"}`;
  const meaning = meanings[report.reason];
  if (report.reason === "Running") {
    if (isPodReady(pod)) return `Running and ready${on}${report.restarts > 0 ? `, after ${plural(report.restarts, "restart")}` : ""}.`;
    if (isUnheard(pod)) return `Running when last heard of: ${pod.spec.nodeName} is silent, so no Service sends it traffic.`;
    return `Running${on}, but only ${report.readyContainers} of ${plural(report.totalContainers, "container")} ready: no Service sends it traffic.`;
  }
  if (report.reason === "Pending") return on === "" ? "Waiting for the scheduler to choose a node." : `Assigned to ${pod.spec.nodeName}; its kubelet has not started it yet.`;
  if (report.reason.startsWith("Init:")) {
    const step = report.reason.slice("Init:".length);
    return meanings[step] === undefined ? `Init containers are running${on} (${step}); the containers start after them.` : `In an init container${on}: ${meanings[step]}`;
  }
  if (meaning !== undefined) return meaning;
  if (pod.status?.phase === "Succeeded") return "All containers ended successfully.";
  if (pod.status?.phase === "Failed") return `Failed${on}: ${pod.status.message ?? report.reason}.`;
  return `${report.reason}${on}.`;
}

function podEdges(pod: Pod, index: ObjectIndex): readonly GraphEdge[] {
  const edges: GraphEdge[] = [...ownerEdges(pod, index)];
  const from = pod.metadata.uid;
  const node = (pod.spec.nodeName ?? "") === "" ? null : index.byName("nodes", "", pod.spec.nodeName ?? "");
  if (node !== null) edges.push({ from, to: node.metadata.uid, relation: "runsOn" });
  const namespace = pod.metadata.namespace ?? "";
  for (const name of mountedNames(pod, "configMap")) addMount(index.byName("configmaps", namespace, name)?.metadata.uid);
  for (const name of mountedNames(pod, "secret")) addMount(index.byName("secrets", namespace, name)?.metadata.uid);
  for (const volume of pod.spec.volumes ?? []) if (volume.persistentVolumeClaim !== undefined) addMount(index.byName("persistentvolumeclaims", namespace, volume.persistentVolumeClaim.claimName)?.metadata.uid);
  return edges;

  function addMount(to: string | undefined): void {
    if (to !== undefined) edges.push({ from, to, relation: "mounts" });
  }
}

/** ConfigMaps or Secrets that the pod uses, as volume or in its environment; each once. */
function mountedNames(pod: Pod, source: "configMap" | "secret"): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && name !== "" && name !== "kube-root-ca.crt") names.add(name);
  };
  for (const volume of pod.spec.volumes ?? []) {
    add(source === "configMap" ? volume.configMap?.name : volume.secret?.secretName);
    for (const projection of volume.projected?.sources ?? []) add(projection[source]?.name);
  }
  const containers: readonly Container[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  for (const container of containers) {
    for (const from of container.envFrom ?? []) add(source === "configMap" ? from.configMapRef?.name : from.secretRef?.name);
    for (const env of container.env ?? []) add(source === "configMap" ? env.valueFrom?.configMapKeyRef?.name : env.valueFrom?.secretKeyRef?.name);
  }
  return names;
}
