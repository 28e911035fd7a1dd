import type { DurationUs } from "../sim/time.ts";
import type { Process, ProcessId } from "../sim/process.ts";
import { cloudControllers, controllerManagerControllers, localPathControllers } from "./controllerList.ts";
import { ManagerProcess } from "./managerProcess.ts";
import { rootCaOf } from "./rootcacertpublisher/rootCa.ts";

export interface ControllerManagerOptions {
  readonly server: ProcessId;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  /** As kube-controller-manager's --controllers; all of them by default. */
  readonly controllers?: readonly string[];
  readonly podCidr?: string;
  readonly nodeCidrMaskSize?: number;
  /** PEM of the cluster's certificate authority; made from `seed` where it is not given. */
  readonly rootCa?: string;
  readonly seed?: number;
  readonly loadBalancerCidr?: string;
  /** As --terminated-pod-gc-threshold, 12500 by default. */
  readonly terminatedPodThreshold?: number;
  /** Of each controller's client. */
  readonly qps?: number;
  readonly burst?: number;
  /** The provider, which the cloud's controllers ask; none by default. */
  readonly cloudProvider?: ProcessId;
  /** What an event keeps the process busy. */
  readonly eventCostUs?: DurationUs;
  /** Name of the machine, as a candidate for the component's lease says it; without it nobody is asked (--leader-elect=false). */
  readonly hostname?: string;
}

const version = "v1.36.2";

/** "cp-1/kube-controller-manager" */
export function createControllerManager(id: ProcessId, options: ControllerManagerOptions): Process {
  return new ManagerProcess(id, controllerManagerControllers, { ...withDefaults(options, "kube-controller-manager"), user: "system:kube-controller-manager", userAgent: `kube-controller-manager/${version} (linux/amd64) kubernetes/0000000` });
}

/** "cp-1/cloud-controller-manager": gives Services of type LoadBalancer their address, removes Nodes whose machine was given back. */
export function createCloudControllerManager(id: ProcessId, options: ControllerManagerOptions): Process {
  return new ManagerProcess(id, cloudControllers, { ...withDefaults(options, "cloud-controller-manager"), user: "system:cloud-controller-manager", userAgent: `cloud-controller-manager/${version} (linux/amd64) kubernetes/0000000` });
}

/** "cp-1/local-path-provisioner": makes volumes that are folders of nodes. */
export function createLocalPathProvisioner(id: ProcessId, options: ControllerManagerOptions): Process {
  return new ManagerProcess(id, localPathControllers, { ...withDefaults(options, "local-path-provisioner"), user: "system:serviceaccount:kube-system:local-path-provisioner", userAgent: "local-path-provisioner/v0.0.32 (linux/amd64)" });
}

function withDefaults(options: ControllerManagerOptions, lease: string) {
  return {
    server: options.server,
    epochUs: options.epochUs,
    controllers: options.controllers ?? ["*"],
    podCidr: options.podCidr ?? "10.244.0.0/16",
    nodeCidrMaskSize: options.nodeCidrMaskSize ?? 24,
    rootCa: options.rootCa ?? rootCaOf(options.seed ?? 1),
    seed: options.seed ?? 1,
    loadBalancerCidr: options.loadBalancerCidr ?? "203.0.113.0/24",
    terminatedPodThreshold: options.terminatedPodThreshold ?? 12_500,
    qps: options.qps ?? 20,
    burst: options.burst ?? 30,
    eventCostUs: options.eventCostUs ?? 20,
    cloudProvider: options.cloudProvider ?? null,
    election: options.hostname === undefined ? null : { lease, hostname: options.hostname },
  };
}
