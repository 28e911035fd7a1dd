import { compareText } from "../base/compareText.ts";
import type { Labels } from "../apimachinery/labels.ts";
import { deepEqual } from "../base/deepEqual.ts";
import type { Node } from "../kinds/core/node/types.ts";
import type { NodeInfo } from "./framework.ts";
import { PodCounts } from "./podCounts.ts";
import { emptyTotals, totalsOfNode, type PodInfo, type ResourceTotals } from "./podInfo.ts";
import { PlacedTerms } from "./termGroups.ts";

const noLabels: Labels = {};

function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}

interface MutableNodeInfo extends NodeInfo {
  allocatable: ResourceTotals;
  readonly pods: Map<string, PodInfo>;
  readonly usedPorts: Map<string, number>;
  images: ReadonlyMap<string, number>;
  /** False where pods are known but their node is not (yet). */
  known: boolean;
}

function newNodeInfo(name: string, node: Node): MutableNodeInfo {
  return {
    name, node, known: true,
    allocatable: totalsOfNode(node), requested: emptyTotals(),
    nonZeroCpuMilli: 0, nonZeroMemoryBytes: 0,
    pods: new Map(), usedPorts: new Map(), images: imagesOf(node),
  };
}

function imagesOf(node: Node): ReadonlyMap<string, number> {
  const images = new Map<string, number>();
  for (const image of node.status?.images ?? []) for (const name of image.names ?? []) images.set(name, image.sizeBytes ?? 0);
  return images;
}

/** The parts of a spec that a node answers for. */
const askingFields = ["containers", "initContainers", "overhead", "resources", "affinity", "priority", "volumes"] as const;

/** An update that asks nothing else of the node costs nothing. */
function asksTheSame({ pod: a }: PodInfo, { pod: b }: PodInfo): boolean {
  if (a.spec === b.spec) return true;
  for (const field of askingFields) if (!deepEqual(a.spec[field], b.spec[field])) return false;
  return true;
}

function addTo(info: MutableNodeInfo, pod: PodInfo, sign: 1 | -1): void {
  const { requested } = info;
  requested.cpuMilli += sign * pod.requests.cpuMilli;
  requested.memoryBytes += sign * pod.requests.memoryBytes;
  requested.ephemeralStorageBytes += sign * pod.requests.ephemeralStorageBytes;
  requested.pods += sign;
  for (const [name, amount] of pod.requests.scalars) requested.scalars.set(name, (requested.scalars.get(name) ?? 0) + sign * amount);
  info.nonZeroCpuMilli += sign * pod.nonZeroCpuMilli;
  info.nonZeroMemoryBytes += sign * pod.nonZeroMemoryBytes;
  for (const port of pod.hostPorts) {
    const count = (info.usedPorts.get(port) ?? 0) + sign;
    if (count === 0) info.usedPorts.delete(port);
    else info.usedPorts.set(port, count);
  }
}

/** A copy that preemption may take pods from. */
export function copyNodeInfo(info: NodeInfo): NodeInfo & { remove(key: string): void; add(pod: PodInfo): void } {
  const copy: MutableNodeInfo = {
    ...info, known: true,
    allocatable: info.allocatable,
    requested: { ...info.requested, scalars: new Map(info.requested.scalars) },
    pods: new Map(info.pods), usedPorts: new Map(info.usedPorts), images: info.images,
  };
  return Object.assign(copy, {
    remove(key: string): void {
      const pod = copy.pods.get(key);
      if (pod !== undefined && copy.pods.delete(key)) addTo(copy, pod, -1);
    },
    add(pod: PodInfo): void {
      copy.pods.set(pod.key, pod);
      addTo(copy, pod, 1);
    },
  });
}

/**
 * Nodes and the pods placed on them, bound or assumed, kept by increments: the cost of a pod does not grow with the pods already placed.
 * Follows pkg/scheduler/backend/cache/cache.go.
 */
export class SchedulerCache {
  private readonly infos = new Map<string, MutableNodeInfo>();
  private readonly nodeOf = new Map<string, string>();
  private order: readonly NodeInfo[] | null = null;
  /** Image name -> how many known nodes have it. */
  private readonly imageNodes = new Map<string, number>();
  /** "namespace/claim" -> how many placed pods name it. */
  readonly claimUsers = new Map<string, number>();
  readonly counts: PodCounts;
  readonly terms: PlacedTerms;

  constructor() {
    const labelsOf = (name: string): Labels | undefined => {
      const info = this.infos.get(name);
      return info?.known === true ? (info.node.metadata.labels ?? noLabels) : undefined;
    };
    this.counts = new PodCounts(labelsOf);
    this.terms = new PlacedTerms(labelsOf);
  }

  private forgetDomains(info: MutableNodeInfo): void {
    if (info.pods.size === 0) return;
    this.counts.forgetDomains();
    this.terms.forgetDomains();
  }

  setNode(node: Node): void {
    const name = node.metadata.name;
    const info = this.infos.get(name);
    if (info === undefined) {
      const fresh = newNodeInfo(name, node);
      this.infos.set(name, fresh);
      this.countImages(fresh.images, 1);
      this.order = null;
      return;
    }
    if (!info.known || zoneOf(info.node) !== zoneOf(node)) this.order = null;
    if (!info.known || !deepEqual(info.node.status?.images ?? [], node.status?.images ?? [])) {
      if (info.known) this.countImages(info.images, -1);
      info.images = imagesOf(node);
      this.countImages(info.images, 1);
    }
    const relabelled = !info.known || !deepEqual(info.node.metadata.labels ?? noLabels, node.metadata.labels ?? noLabels);
    info.node = node;
    info.known = true;
    if (relabelled) this.forgetDomains(info);
    info.allocatable = totalsOfNode(node);
  }

  private countImages(images: ReadonlyMap<string, number>, by: 1 | -1): void {
    for (const name of images.keys()) {
      const count = (this.imageNodes.get(name) ?? 0) + by;
      if (count === 0) this.imageNodes.delete(name);
      else this.imageNodes.set(name, count);
    }
  }

  nodesWithImage(name: string): number {
    return this.imageNodes.get(name) ?? 0;
  }

  removeNode(name: string): void {
    const info = this.infos.get(name);
    if (info === undefined || !info.known) return;
    this.order = null;
    this.countImages(info.images, -1);
    if (info.pods.size === 0) this.infos.delete(name);
    else {
      info.known = false;
      this.forgetDomains(info);
    }
  }

  setPod(pod: PodInfo, nodeName: string): void {
    const before = this.nodeOf.get(pod.key) === nodeName ? this.infos.get(nodeName) : undefined;
    const old = before?.pods.get(pod.key);
    if (before !== undefined && old !== undefined && asksTheSame(old, pod)) {
      before.pods.set(pod.key, pod);
      this.counts.replace(old, pod, nodeName);
      return;
    }
    this.removePod(pod.key);
    let info = this.infos.get(nodeName);
    if (info === undefined) {
      info = newNodeInfo(nodeName, { apiVersion: "v1", kind: "Node", metadata: { name: nodeName, uid: "", resourceVersion: "", creationTimestamp: "" }, spec: {} });
      info.known = false;
      this.infos.set(nodeName, info);
    }
    info.pods.set(pod.key, pod);
    this.nodeOf.set(pod.key, nodeName);
    addTo(info, pod, 1);
    this.counts.add(pod, nodeName);
    this.terms.change(pod, nodeName, 1);
    this.countClaims(pod, 1);
  }

  private countClaims({ pod, volumes }: PodInfo, by: 1 | -1): void {
    for (const { name, isEphemeral } of volumes.claims) {
      if (isEphemeral) continue;
      const key = `${pod.metadata.namespace ?? ""}/${name}`;
      const count = (this.claimUsers.get(key) ?? 0) + by;
      if (count === 0) this.claimUsers.delete(key);
      else this.claimUsers.set(key, count);
    }
  }

  removePod(key: string): void {
    const nodeName = this.nodeOf.get(key);
    if (nodeName === undefined) return;
    this.nodeOf.delete(key);
    const info = this.infos.get(nodeName);
    const pod = info?.pods.get(key);
    if (info === undefined || pod === undefined) return;
    info.pods.delete(key);
    addTo(info, pod, -1);
    this.counts.remove(pod, nodeName);
    this.terms.change(pod, nodeName, -1);
    this.countClaims(pod, -1);
    if (!info.known && info.pods.size === 0) this.infos.delete(nodeName);
  }

  placedOn(key: string): string | null {
    return this.nodeOf.get(key) ?? null;
  }

  node(name: string): NodeInfo | null {
    const info = this.infos.get(name);
    return info === undefined || !info.known ? null : info;
  }

  /** Zones in turn, names sorted inside a zone, so that a sample of nodes spreads over zones. Follows backend/cache/node_tree.go. */
  nodes(): readonly NodeInfo[] {
    if (this.order !== null) return this.order;
    const zones = new Map<string, NodeInfo[]>();
    const known = [...this.infos.values()].filter((info) => info.known).sort((a, b) => compareText(a.name, b.name));
    for (const info of known) {
      const zone = zoneOf(info.node);
      const members = zones.get(zone);
      if (members === undefined) zones.set(zone, [info]);
      else members.push(info);
    }
    const order: NodeInfo[] = [];
    for (let rank = 0; order.length < known.length; rank++) {
      for (const members of zones.values()) {
        const info = members[rank];
        if (info !== undefined) order.push(info);
      }
    }
    this.order = order;
    return order;
  }
}
