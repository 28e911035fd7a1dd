import type { Json } from "../../base/json.ts";
import type { ProcessUser } from "../images/program.ts";
import type { StorageLimits, StorageUse } from "./storage.ts";
import type { ResolvConf } from "../../network/resolvConf.ts";

/** A volume as the runtime holds it for a pod: path inside the volume -> content. */
export type VolumeFiles = Readonly<Record<string, string>>;

export interface VolumeSpec {
  readonly name: string;
  readonly files: VolumeFiles;
  /** Set for hostPath: all pods that name the same path share it. */
  readonly hostPath?: string;
  /** Set for a disk of the cloud, by its id: `files` is what is on it. */
  readonly disk?: string;
  /** Set for an image: what is in it, to be read. */
  readonly image?: string;
}

export interface SandboxSpec {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  /** As the kernel knows it. */
  readonly hostname: string;
  /** What follows the host's name in its full one; "" for a pod without subdomain. */
  readonly domain: string;
  readonly hostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly dns: ResolvConf;
  /** "10.96.0.1 kubernetes.example" lines of spec.hostAliases. */
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly volumes: readonly VolumeSpec[];
  /** Of pods whose storage is bounded: by how much, and which of the volumes are emptyDirs. */
  readonly storage?: StorageLimits;
  readonly emptyDirs?: readonly string[];
}

export interface MountSpec {
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath: string;
  readonly readOnly: boolean;
}

export interface ContainerSpec {
  readonly podUid: string;
  readonly namespace: string;
  readonly podName: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly MountSpec[];
  readonly ports: readonly { readonly containerPort: number; readonly protocol: "TCP" | "UDP"; readonly hostPort: number }[];
  readonly behaviour: Readonly<Record<string, string>>;
  /** Of CPU and memory; absent: none. */
  readonly limits?: ContainerLimits;
  readonly terminationMessagePath: string;
  readonly fallbackToLogsOnError: boolean;
  /** Standard input stays open for whoever attaches; "once": until the first of them leaves. Absent: it is empty. */
  readonly stdin?: "open" | "once";
  readonly tty?: true;
  /** Whose pid namespace it joins: "" the pod's, else that of the container of this name. Absent: it has its own. */
  readonly pids?: string;
  /** Absent: as whom its image runs. */
  readonly user?: ProcessUser;
  readonly readOnlyRoot?: true;
}

export interface ContainerLimits {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
}

/** What one container has used so far, and holds now. */
export interface ContainerStats {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly name: string;
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly startedAtUs: number;
  readonly throttledUs: number;
}

export interface ContainerReport {
  readonly podUid: string;
  readonly name: string;
  readonly id: string;
  readonly attempt: number;
  readonly imageId: string;
  readonly startedAtUs: number;
  readonly exit: ContainerExit | null;
}

export interface ContainerExit {
  readonly id: string;
  readonly exitCode: number;
  readonly signal: number;
  /** "Completed", "Error", "OOMKilled", "ContainerCannotRun", "StartError" */
  readonly reason: string;
  readonly message: string;
  readonly startedAtUs: number;
  readonly finishedAtUs: number;
}

export interface SandboxReport {
  readonly podUid: string;
  readonly ip: string;
}

/** kubelet -> runtime: what CRI's calls are upstream. */
export type ToRuntime =
  /** `bootId`: of the machine, as the kubelet knows it. */
  | { readonly type: "cri/list"; readonly bootId: string }
  | { readonly type: "cri/configure"; readonly podCidr: string }
  | { readonly type: "cri/runSandbox"; readonly sandbox: SandboxSpec }
  /** `ip` and `pod` let a runtime that has lost its memory still free the address. */
  | { readonly type: "cri/stopSandbox"; readonly podUid: string; readonly ip: string; readonly pod: string }
  /** The pod is gone from the API: its containers' logs and its volumes go too. */
  | { readonly type: "cri/removePod"; readonly podUid: string }
  /** These are all the pods there are: what is on the disk of others goes. */
  | { readonly type: "cri/keepPods"; readonly podUids: readonly string[] }
  | { readonly type: "cri/pullImage"; readonly podUid: string; readonly container: string; readonly image: string }
  | { readonly type: "cri/startContainer"; readonly container: ContainerSpec }
  | { readonly type: "cri/stopContainer"; readonly podUid: string; readonly name: string; readonly graceUs: number }
  | { readonly type: "cri/updateContainer"; readonly podUid: string; readonly name: string; readonly limits: ContainerLimits }
  | { readonly type: "cri/updateVolume"; readonly podUid: string; readonly volume: VolumeSpec }
  /** `since`: the serial of an earlier answer; what has not changed since then is left out. 0: everything. */
  | { readonly type: "cri/stats"; readonly since: number; readonly tag: Json }
  /** Tells once (cri/useCrossed) when all that the machine's programs hold, or what lies on its disk, is more than so much. */
  | { readonly type: "cri/watchUse"; readonly memoryBytes: number; readonly diskBytes: number }
  /** Which images there are and which of them containers use is asked for: {type: "cri/imageUse"} is the answer. */
  | { readonly type: "cri/imageUse"; readonly all: boolean }
  /** The kubelet is told what is left. */
  | { readonly type: "cri/removeImages"; readonly ids: readonly string[] }
  /** Whether a path of the machine is what a hostPath volume wants; {type: "cri/pathChecked"} with the same tag is the answer. */
  | { readonly type: "cri/checkPath"; readonly path: string; readonly pathType: string; readonly tag: string }
  /** What a pod keeps on the disk is asked for: {type: "cri/storage"} is the answer. */
  | { readonly type: "cri/measureStorage"; readonly podUid: string }
  /** No pod here uses the disk any more. */
  | { readonly type: "cri/unmountDisk"; readonly disk: string }
  /** A provisioner cleans up; the answer to it is {type: "heard", topic: "folder <node> <path>"}. */
  | { readonly type: "cri/removeFolder"; readonly path: string; readonly replyTo: string }
  | { readonly type: "cri/exec"; readonly podUid: string; readonly name: string; readonly command: readonly string[]; readonly tag: Json };

/** runtime -> kubelet. */
export type FromRuntime =
  | { readonly type: "cri/restarted" }
  /** `bootId`: of the machine, as whoever asked first knew it. */
  | { readonly type: "cri/listed"; readonly bootId: string; readonly sandboxes: readonly SandboxReport[]; readonly containers: readonly ContainerReport[]; readonly images: readonly NodeImage[] }
  | { readonly type: "cri/sandboxReady"; readonly podUid: string; readonly ip: string }
  | { readonly type: "cri/sandboxFailed"; readonly podUid: string; readonly message: string }
  | { readonly type: "cri/sandboxStopped"; readonly podUid: string }
  | { readonly type: "cri/imagePulled"; readonly podUid: string; readonly container: string; readonly image: NodeImage; readonly tookUs: number; readonly waitedUs: number; readonly warning: string }
  | { readonly type: "cri/imagePullFailed"; readonly podUid: string; readonly container: string; readonly reason: "ErrImagePull" | "InvalidImageName"; readonly message: string }
  | { readonly type: "cri/containerStarted"; readonly podUid: string; readonly name: string; readonly id: string; readonly attempt: number; readonly imageId: string; readonly startedAtUs: number; readonly warnings: readonly string[] }
  | { readonly type: "cri/containerUpdated"; readonly podUid: string; readonly name: string }
  | { readonly type: "cri/containerStartFailed"; readonly podUid: string; readonly name: string; readonly exit: ContainerExit }
  | { readonly type: "cri/containerExited"; readonly podUid: string; readonly name: string; readonly exit: ContainerExit }
  | { readonly type: "cri/stats"; readonly tag: Json; readonly serial: number; readonly atUs: number; /** All containers are told, not only those that changed. */ readonly whole: boolean; readonly cpuUs: number; readonly memoryBytes: number; readonly diskBytes: number; readonly containers: readonly ContainerStats[] }
  | { readonly type: "cri/pathChecked"; readonly path: string; readonly tag: string; readonly error: string | null }
  | { readonly type: "cri/useCrossed" }
  /** `use` null: the pod has begun to keep more than it may. */
  | { readonly type: "cri/storage"; readonly podUid: string; readonly use: StorageUse | null }
  /** `used`: ids of images of containers that there are, whether they run or not. `all`: as it was asked. */
  | { readonly type: "cri/imageUse"; readonly all: boolean; readonly images: readonly NodeImage[]; readonly used: readonly string[]; readonly diskBytes: number }
  | { readonly type: "cri/images"; readonly images: readonly NodeImage[] }
  | { readonly type: "cri/execDone"; readonly tag: Json; readonly exitCode: number; readonly output: string };

export interface NodeImage {
  /** As asked for in a pod: "nginx:1.14.2". */
  readonly reference: string;
  /** "docker.io/library/nginx:1.14.2" */
  readonly canonical: string;
  /** "docker.io/library/nginx@sha256:..." */
  readonly id: string;
  readonly sizeBytes: number;
}
