import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { podResolvConf } from "../../network/resolvConf.ts";
import type { ContainerSpec, NodeImage, VolumeSpec } from "../runtime/criMessages.ts";
import { containerBehaviour } from "./behaviour.ts";
import { containerEnvironment, expand, type LookupObject } from "./environment.ts";
import type { PodFacts } from "./fieldPath.ts";
import type { KubeletOptions } from "./options.ts";
import { specOf } from "./podWorker/restartPolicy.ts";
import type { ContainerSpecView, PodWorkerEnv, PodWorkerState, VolumesView } from "./podWorker/state.ts";
import { volumeContent, type VolumeResult, type VolumeWorld } from "./volumes/podVolumes.ts";

export interface PodWorldParts {
  readonly options: KubeletOptions;
  readonly nowUs: number;
  readonly images: ReadonlyMap<string, NodeImage>;
  readonly lookup: LookupObject;
  services(namespace: string): readonly Service[];
  token(uid: string, volume: string, index: number): { readonly token: string } | { readonly error: string } | null;
}

/** What a pod worker sees of its machine at one moment. */
export function podWorld(parts: PodWorldParts): { readonly env: PodWorkerEnv; volumeWorld(pod: Pod): VolumeWorld } {
  const instant = parts.options.containers === "instant";
  const volumeWorld = (pod: Pod, podIp = pod.status?.podIP ?? ""): VolumeWorld => ({
    facts: factsOf(parts.options, pod, podIp),
    lookup: parts.lookup,
    token: (volume, index) => parts.token(pod.metadata.uid, volume, index),
  });
  const env: PodWorkerEnv = {
    nowUs: parts.nowUs,
    instant,
    imagePresent: (reference) => parts.images.get(reference) ?? null,
    volumes: (pod) => (instant ? { ready: true } : volumesView(pod, volumeWorld(pod))),
    containerSpec: (state, name) => containerSpec(state, name, parts, instant),
    sandboxSpec(state) {
      const { pod } = state;
      return {
        type: "cri/runSandbox",
        sandbox: {
          podUid: pod.metadata.uid,
          namespace: pod.metadata.namespace ?? "",
          name: pod.metadata.name,
          hostname: hostname(pod, parts.options.node.name),
          hostNetwork: pod.spec.hostNetwork === true,
          labels: pod.metadata.labels ?? {},
          dns: podResolvConf(
            { namespace: pod.metadata.namespace ?? "", hostNetwork: pod.spec.hostNetwork === true, dnsPolicy: pod.spec.dnsPolicy ?? "ClusterFirst", dnsConfig: pod.spec.dnsConfig ?? null },
            parts.options.clusterDns, parts.options.clusterDomain ?? "cluster.local",
          ),
          hostAliases: (pod.spec.hostAliases ?? []).map((alias) => ({ ip: alias.ip, hostnames: alias.hostnames ?? [] })),
          volumes: instant ? [] : mountedVolumes(pod, volumeWorld(pod)),
        },
      };
    },
  };
  return { env, volumeWorld };
}

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

function volumesView(pod: Pod, world: VolumeWorld): VolumesView {
  let waiting = false;
  for (const volume of pod.spec.volumes ?? []) {
    const content: VolumeResult = volumeContent(pod, volume, world);
    if ("error" in content) return { ready: false, waiting: false, error: content.error };
    if ("waiting" in content) waiting = true;
  }
  return waiting ? { ready: false, waiting: true } : { ready: true };
}

function mountedVolumes(pod: Pod, world: VolumeWorld): readonly VolumeSpec[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const content = volumeContent(pod, volume, world);
    return "spec" in content ? [content.spec] : [];
  });
}

function containerSpec(state: PodWorkerState, name: string, parts: PodWorldParts, instant: boolean): ContainerSpecView {
  const { pod } = state;
  const container = specOf(pod, name);
  const machine = state.containers[name];
  if (container === null || machine === undefined) return { error: `no container ${name}` };
  const podIp = state.sandbox.ip;
  const environment = instant ? { env: {} } : containerEnvironment(pod, container, parts.services(pod.metadata.namespace ?? ""), factsOf(parts.options, pod, podIp), parts.lookup);
  if ("waiting" in environment) return { waiting: true };
  if ("error" in environment) return { error: environment.error };
  const { env } = environment;
  const expandAll = (words: readonly string[] | undefined): readonly string[] => (words ?? []).map((word) => expand(word, (variable) => env[variable]));
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
    mounts: (container.volumeMounts ?? []).map((mount) => ({ volume: mount.name, mountPath: mount.mountPath, subPath: mount.subPath ?? "", readOnly: mount.readOnly === true })),
    ports: portsOf(container),
    behaviour: instant ? {} : containerBehaviour(pod, name, env),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    fallbackToLogsOnError: container.terminationMessagePolicy === "FallbackToLogsOnError",
  };
  return { spec: { type: "cri/startContainer", container: spec } };
}

function portsOf(container: Container): ContainerSpec["ports"] {
  return (container.ports ?? []).map((port) => ({ containerPort: port.containerPort, protocol: port.protocol === "UDP" ? "UDP" : "TCP", hostPort: port.hostPort ?? 0 }));
}
