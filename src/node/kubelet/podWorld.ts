import type { Container, EphemeralContainer, Pod } from "../../kinds/core/pod/types.ts";
import { podResolvConf } from "../../network/resolvConf.ts";
import type { ContainerSpec, NodeImage, ToRuntime, VolumeSpec } from "../runtime/criMessages.ts";
import { containerBehaviour } from "./behaviour.ts";
import { containerLimits } from "./containerLimits.ts";
import { containerEnvironment, expand, type LookupObject } from "./environment.ts";
import type { PodFacts } from "./fieldPath.ts";
import type { KubeletOptions } from "./options.ts";
import type { ClaimView } from "./podClaims.ts";
import { resizeRefusal } from "./resizeRefusal.ts";
import { storageLimits } from "./eviction/storageLimits.ts";
import { processUser } from "./processUser.ts";
import { nonRootError } from "./nonRoot.ts";
import type { NodeLoad } from "./nodeLoad.ts";
import { partError } from "./podWorker/imageVolumes.ts";
import { hasImageVolumes } from "./podWorker/obtainImage.ts";
import { resourcesOf } from "./podWorker/resize.ts";
import { specOf } from "./podWorker/restartPolicy.ts";
import type { ContainerSpecView, PodWorkerEnv, PodWorkerState, ResizeState, VolumesView } from "./podWorker/state.ts";
import type { ServiceLinks } from "./serviceLinks.ts";
import type { DiskUse, DiskView } from "./volumes/nodeDisks.ts";
import { volumeContent, type VolumeResult, type VolumeWorld } from "./volumes/podVolumes.ts";

export interface PodWorldParts {
  readonly options: KubeletOptions;
  readonly lookup: LookupObject;
  readonly services: ServiceLinks;
  readonly load: NodeLoad;
  image(reference: string): NodeImage | null;
  token(uid: string, volume: string, index: number): { readonly token: string } | { readonly error: string } | null;
  claim(uid: string, volume: string): ClaimView | null;
  disk(uid: string, use: DiskUse): DiskView;
}

/** What the pod workers see of their machine. One for all steps: only the time moves on. */
export class PodWorld implements PodWorkerEnv {
  readonly instant: boolean;
  nowUs = 0;
  readonly #parts: PodWorldParts;

  constructor(parts: PodWorldParts) {
    this.#parts = parts;
    this.instant = parts.options.containers === "instant";
  }

  imagePresent(reference: string): NodeImage | null {
    return this.#parts.image(reference);
  }

  volumes(pod: Pod): VolumesView {
    return this.instant ? mounted : volumesView(pod, this.volumeWorld(pod));
  }

  volumeWorld(pod: Pod): VolumeWorld {
    const { options, lookup } = this.#parts;
    return { facts: factsOf(options, pod, pod.status?.podIP ?? ""), lookup, token: (volume, index) => this.#parts.token(pod.metadata.uid, volume, index), claim: (volume) => this.#parts.claim(pod.metadata.uid, volume), disk: (use) => this.#parts.disk(pod.metadata.uid, use) };
  }

  containerSpec(state: PodWorkerState, name: string): ContainerSpecView {
    return containerSpec(state, name, this.#parts, this.instant);
  }

  resizeRefusal(pod: Pod): ResizeState["pending"] {
    return resizeRefusal(pod, this.#parts.options.node, this.#parts.load.sumsWithout(pod.metadata.uid));
  }

  missingPullSecrets(pod: Pod): readonly string[] {
    const missing: string[] = [];
    for (const { name = "" } of pod.spec.imagePullSecrets ?? []) if (this.#parts.lookup("secrets", pod.metadata.namespace ?? "", name) === "missing") missing.push(name);
    return missing;
  }

  sandboxSpec({ pod }: PodWorkerState): ToRuntime {
    const { options } = this.#parts;
    const namespace = pod.metadata.namespace ?? "";
    const hostNetwork = pod.spec.hostNetwork === true;
    const host = hostname(pod, options.node.name);
    const subdomain = domain(pod, options.clusterDomain ?? "cluster.local");
    const storage = this.instant || !isStorageBounded(pod) ? null : storageLimits(pod);
    return {
      type: "cri/runSandbox",
      sandbox: {
        podUid: pod.metadata.uid,
        namespace,
        name: pod.metadata.name,
        hostname: pod.spec.setHostnameAsFQDN === true && subdomain !== "" ? `${host}.${subdomain}` : host,
        domain: subdomain,
        hostNetwork,
        labels: pod.metadata.labels ?? {},
        dns: podResolvConf({ namespace, hostNetwork, dnsPolicy: pod.spec.dnsPolicy ?? "ClusterFirst", dnsConfig: pod.spec.dnsConfig ?? null }, options.clusterDns, options.clusterDomain ?? "cluster.local"),
        hostAliases: (pod.spec.hostAliases ?? []).map((alias) => ({ ip: alias.ip, hostnames: alias.hostnames ?? [] })),
        volumes: this.instant ? [] : mountedVolumes(pod, this.volumeWorld(pod)),
        ...(storage === null ? {} : { storage, emptyDirs: (pod.spec.volumes ?? []).flatMap(({ name, emptyDir }) => (emptyDir === undefined ? [] : [name])) }),
      },
    };
  }
}

function isStorageBounded({ spec }: Pod): boolean {
  return spec.volumes?.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) === true || spec.containers.some(({ resources }) => resources?.limits?.["ephemeral-storage"] !== undefined);
}

const mounted: VolumesView = { ready: true };

function factsOf(options: KubeletOptions, pod: Pod, podIp: string): PodFacts {
  return {
    podIp: pod.spec.hostNetwork === true ? options.nodeIp : podIp,
    nodeIp: options.nodeIp,
    nodeName: options.node.name,
    allocatableCpuMilli: options.node.cpuMilli,
    allocatableMemoryBytes: options.node.memoryBytes,
    allocatableStorageBytes: options.node.ephemeralStorageBytes,
  };
}

function hostname(pod: Pod, node: string): string {
  if (pod.spec.hostnameOverride !== undefined && pod.spec.hostnameOverride !== "") return pod.spec.hostnameOverride;
  if (pod.spec.hostNetwork === true) return node;
  return pod.spec.hostname !== undefined && pod.spec.hostname !== "" ? pod.spec.hostname : pod.metadata.name.slice(0, 63);
}

/** GeneratePodHostNameAndDomain of upstream's kubelet_pods.go. */
function domain(pod: Pod, clusterDomain: string): string {
  const { hostNetwork, hostnameOverride = "", subdomain = "" } = pod.spec;
  return hostNetwork === true || hostnameOverride !== "" || subdomain === "" ? "" : `${subdomain}.${pod.metadata.namespace ?? ""}.svc.${clusterDomain}`;
}

function volumesView(pod: Pod, world: VolumeWorld): VolumesView {
  let waiting = false;
  for (const volume of pod.spec.volumes ?? []) {
    const content: VolumeResult = volumeContent(pod, volume, world);
    if ("error" in content) return { ready: false, waiting: false, error: content.error };
    if ("waiting" in content) waiting = true;
  }
  return waiting ? { ready: false, waiting: true } : mounted;
}

function mountedVolumes(pod: Pod, world: VolumeWorld): readonly VolumeSpec[] {
  const volumes: VolumeSpec[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const content = volumeContent(pod, volume, world);
    if ("spec" in content) volumes.push(content.spec);
  }
  return volumes;
}

function containerSpec(state: PodWorkerState, name: string, parts: PodWorldParts, instant: boolean): ContainerSpecView {
  const { pod } = state;
  const container = specOf(pod, name);
  const machine = state.containers[name];
  if (container === null || machine === undefined) return { error: `no container ${name}` };
  const podIp = state.sandbox.ip;
  const environment = instant ? { env: {} } : containerEnvironment(pod, container, parts.services.variables(pod.metadata.namespace ?? "", pod.spec.enableServiceLinks ?? true), factsOf(parts.options, pod, podIp), parts.lookup);
  if ("waiting" in environment) return { waiting: true };
  if ("error" in environment) return { error: environment.error };
  const { env } = environment;
  const limits = resourcesOf(state, container)?.limits;
  const unknown = instant ? null : unknownInSubPath(container, env);
  if (unknown !== null) return { error: `failed to prepare subPath for volumeMount ${JSON.stringify(unknown.volume)} of container ${JSON.stringify(name)}: missing value for ${JSON.stringify(unknown.variable)}` };
  const expandAll = (words: readonly string[] | undefined): readonly string[] => (words === undefined ? noWords : words.map((word) => expand(word, (variable) => env[variable])));
  const security = { ...pod.spec.securityContext, ...container.securityContext };
  const { runAsNonRoot, runAsUser = 0 } = security;
  const asRoot = instant || runAsNonRoot !== true || runAsUser > 0 ? null : nonRootError(pod, container);
  if (asRoot !== null) return { error: asRoot };
  const unmounted = instant || !hasImageVolumes(pod) ? null : partError(pod, container, (reference) => parts.image(reference)?.id ?? "");
  if (unmounted !== null) return { reason: "CreateContainerError", error: unmounted };
  const { targetContainerName } = container as EphemeralContainer;
  const user = instant ? null : processUser(security);
  const spec: ContainerSpec = {
    podUid: pod.metadata.uid,
    namespace: pod.metadata.namespace ?? "",
    podName: pod.metadata.name,
    name,
    attempt: machine.exit === null ? machine.restarts : machine.restarts + 1,
    image: container.image ?? "",
    command: expandAll(container.command),
    args: expandAll(container.args),
    workingDir: container.workingDir ?? "",
    env,
    mounts: (container.volumeMounts ?? []).map((mount) => ({ volume: mount.name, mountPath: mount.mountPath, subPath: mount.subPathExpr === undefined ? (mount.subPath ?? "") : expand(mount.subPathExpr, (variable) => env[variable]), readOnly: mount.readOnly === true })),
    ports: portsOf(container),
    behaviour: instant ? {} : containerBehaviour(pod, name, env),
    ...(limits === undefined ? {} : { limits: containerLimits(limits) }),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    fallbackToLogsOnError: container.terminationMessagePolicy === "FallbackToLogsOnError",
    ...(container.stdin === true ? { stdin: container.stdinOnce === true ? "once" : "open" } : {}),
    ...(container.tty === true ? { tty: true } : {}),
    ...(pod.spec.shareProcessNamespace === true ? { pids: "" } : targetContainerName === undefined || targetContainerName === "" ? {} : { pids: targetContainerName }),
    ...(user === null ? {} : { user }),
    ...(container.securityContext?.readOnlyRootFilesystem === true ? { readOnlyRoot: true } : {}),
  };
  return { spec: { type: "cri/startContainer", container: spec } };
}

const noWords: readonly string[] = [];

/** A mount whose subPathExpr names a variable that is not set: such a container does not start. */
function unknownInSubPath({ volumeMounts = [] }: Container, env: Readonly<Record<string, string>>): { readonly volume: string; readonly variable: string } | null {
  for (const { name, subPathExpr } of volumeMounts) {
    let missing: string | null = null;
    if (subPathExpr !== undefined) expand(subPathExpr, (variable) => env[variable] ?? ((missing ??= variable), ""));
    if (missing !== null) return { volume: name, variable: missing };
  }
  return null;
}

function portsOf(container: Container): ContainerSpec["ports"] {
  return (container.ports ?? []).map((port) => ({ containerPort: port.containerPort, protocol: port.protocol === "UDP" ? "UDP" : "TCP", hostPort: port.hostPort ?? 0 }));
}
