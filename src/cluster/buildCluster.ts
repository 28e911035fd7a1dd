import { parseRfc3339 } from "../base/rfc3339.ts";
import { createApiServer } from "../apiserver/apiServerProcess.ts";
import type { DocumentShelf } from "../apiserver/clientDocuments.ts";
import { createCloudControllerManager, createControllerManager, createLocalPathProvisioner } from "../controllers/controllerManagerProcess.ts";
import { createEtcd } from "../etcd/etcdProcess.ts";
import { createKubelet } from "../node/kubelet/kubelet.ts";
import { nodeAddress } from "../node/kubelet/options.ts";
import { createInternet } from "../node/net/internetProcess.ts";
import { addPacketBody } from "../node/net/messages.ts";
import { createNet } from "../node/net/netProcess.ts";
import { createProxy } from "../node/proxy/proxyProcess.ts";
import { createPolicyAgent } from "../node/policy/policyAgent.ts";
import { createRuntime } from "../node/runtime/runtimeProcess.ts";
import { createScheduler } from "../scheduler/schedulerProcess.ts";
import type { Process, ProcessFactory, ProcessId } from "../sim/process.ts";
import { addonObjects, clusterDns, clusterDomain } from "./addons.ts";
import { createAddonManager } from "./addonManager.ts";
import { instanceOf } from "./cloudInstance.ts";
import { cloud } from "./cloudName.ts";
import { createCloud } from "./cloudProcess.ts";
import { instanceNames, type ClusterSpec, type NodeSpec } from "./clusterSpec.ts";
import { defaultCosts, defaultLimits, type CostName, type LimitName } from "./costs.ts";

export interface ClusterGroup {
  readonly id: string;
  readonly factories: readonly ProcessFactory[];
}

export interface BuiltCluster {
  /** Control plane, world, then the nodes in the order of the spec. */
  readonly groups: readonly ClusterGroup[];
  readonly epochUs: number;
}

const apiServer = "cp-1/apiserver";
const internet = "world/internet";
const podCidr = "10.244.0.0/16";
const apiServers = { "172.18.0.100:6443": apiServer } as const;

/** A machine of the cluster: `index` counts all that ever were, from 1, so that no two have one address. */
export interface Machine {
  readonly node: NodeSpec;
  readonly index: number;
}

/** The processes of one machine: those of the spec are made so, and those that join later. */
export function buildMachine(spec: ClusterSpec, { node, index }: Machine): ClusterGroup {
  const epochUs = epochOf(spec);
  const nodeIp = nodeAddress(index);
  const { name } = node;
  const limit = spec.limits["kubelet"] ?? defaultLimits.kubelet;
  return {
    id: name,
    factories: [
      factory(`${name}/kubelet`, (id) => createKubelet(id, { server: apiServer, node, nodeIp, epochUs, clusterDns, clusterDomain, containers: spec.containers, limit, cloud: spec.addons.includes("cloud") ? cloud : null })),
      factory(`${name}/runtime`, (id) => createRuntime(id, { node: name, nodeIp, epochUs, containers: spec.containers, cpuMilli: node.cpuMilli, memoryBytes: node.memoryBytes, diskBytes: node.ephemeralStorageBytes })),
      factory(`${name}/proxy`, (id) => createProxy(id, { server: apiServer, node: name, clusterCidr: podCidr })),
      factory(`${name}/net`, (id) => createNet(id, { node: name, nodeIp, clusterCidr: podCidr, apiServers, internet, enforcesPolicies: enforcesPolicies(spec) }), addPacketBody),
      ...(enforcesPolicies(spec) ? [factory(`${name}/cni`, (id) => createPolicyAgent(id, { server: apiServer, node: name }))] : []),
    ],
  };
}

function enforcesPolicies(spec: ClusterSpec): boolean {
  return spec.cni === "calico";
}

function epochOf(spec: ClusterSpec): number {
  const epochUs = parseRfc3339(spec.epoch);
  if (epochUs === null) throw new Error(`epoch: "${spec.epoch}" is not an RFC 3339 time`);
  return epochUs;
}

function factory(id: ProcessId, make: (id: ProcessId) => Process, addBody?: ProcessFactory["addBody"]): ProcessFactory {
  return { id, create: () => make(id), addBody };
}

/** The composition root: which processes a cluster is made of. Pure: every worker builds the same from the same spec and seed. `documents` are in answers to the outside only. */
export function buildCluster(spec: ClusterSpec, seed: number, documents: DocumentShelf = { current: null }): BuiltCluster {
  if (spec.controlPlanes !== 1) throw new Error(`controlPlanes: ${String(spec.controlPlanes)} are not simulated yet, only 1 is`);
  if (spec.leaderElect === false && Object.values(spec.instances ?? {}).includes(2)) throw new Error("instances: two of one component need leaderElect, or both would do the same work");
  const epochUs = epochOf(spec);
  const cost = (name: CostName): number => spec.costs[name] ?? defaultCosts[name];
  const limit = (name: LimitName): { readonly qps: number; readonly burst: number } => spec.limits[name] ?? defaultLimits[name];
  const elected = spec.leaderElect === false ? {} : { hostname: "cp-1" };

  const controlPlane: ProcessFactory[] = [
    createEtcd("cp-1/etcd", { ...(spec.etcdKeys === undefined ? {} : { quotaKeys: spec.etcdKeys }), txnCostUs: cost("etcd-write"), readCostUs: cost("etcd-read") }),
    createApiServer(apiServer, { etcd: "cp-1/etcd", epochUs, seed, readCostUs: cost("apiserver-request"), writeCostUs: cost("apiserver-request"), eventCostUs: cost("apiserver-event"), documents, warnsOfUnsimulated: spec.nodes.length > 0, enforcesPolicies: enforcesPolicies(spec), metricsApi: spec.addons.includes("metrics-server") }),
    ...instanceNames(spec, "kube-controller-manager").map((name) => factory(`cp-1/${name}`, (id) => createControllerManager(id, {
      server: apiServer, epochUs, seed, podCidr, controllers: spec.controllers, eventCostUs: cost("controller-event"), ...elected, ...limit("kube-controller-manager"),
    }))),
    ...instanceNames(spec, "kube-scheduler").map((name) => factory(`cp-1/${name}`, (id) => createScheduler(id, {
      server: apiServer, epochUs, configuration: spec.scheduler ?? {}, attemptCostUs: cost("scheduler-attempt"), eventCostUs: cost("scheduler-event"), ...elected, ...limit("kube-scheduler"),
    }))),
  ];
  if (spec.addons.includes("cloud")) {
    controlPlane.push(factory("cp-1/cloud-controller-manager", (id) => createCloudControllerManager(id, {
      server: apiServer, cloudProvider: cloud, epochUs, seed, eventCostUs: cost("controller-event"), ...elected, ...limit("cloud-controller-manager"),
    })));
  }
  if (spec.addons.includes("local-path")) controlPlane.push(factory("cp-1/local-path-provisioner", (id) => createLocalPathProvisioner(id, { server: apiServer, epochUs, seed, eventCostUs: cost("controller-event"), qps: 10, burst: 20 })));
  const objects = addonObjects(spec);
  if (objects.length > 0) controlPlane.push(factory("cp-1/addon-manager", (id) => createAddonManager(id, { server: apiServer, objects })));

  const nodes = spec.nodes.map((node, index) => buildMachine(spec, { node, index: index + 1 }));
  const world = [factory(internet, (id) => createInternet(id, { server: apiServer, clusterCidr: podCidr, eventCostUs: cost("internet-event") }))];
  if (spec.addons.includes("cloud")) world.push(factory(cloud, (id) => createCloud(id, spec.nodes.map((node, index) => instanceOf(node, index + 1)))));
  return { groups: [{ id: "cp-1", factories: controlPlane }, { id: "world", factories: world }, ...nodes], epochUs };
}
