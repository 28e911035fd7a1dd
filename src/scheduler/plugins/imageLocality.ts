import { success, type CycleState, type NodeInfo, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

const namesKey = "ImageLocality names";
const megabyte = 1024 * 1024;
/** What can be fetched in no time does not count. */
const leastBytes = 23 * megabyte;
/** A container. */
const mostBytes = 1000 * megabyte;

/** A name without a tag means :latest. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(":") <= name.lastIndexOf("/") ? `${name}:latest` : name;
}

function imageNames(pod: PodInfo): readonly string[] {
  const { spec } = pod.pod;
  return [...(spec.initContainers ?? []), ...spec.containers].map((container) => normalizedImageName(container.image ?? ""));
}

/** An image that few nodes have counts for less, or all pods would heap up where the first one went. */
function presentBytes(state: CycleState, names: readonly string[], node: NodeInfo): number {
  const nodeCount = state.view.nodes().length;
  let sum = 0;
  for (const name of names) {
    const sizeBytes = node.images.get(name);
    if (sizeBytes !== undefined) sum += Math.floor(sizeBytes * (state.view.nodesWithImage(name) / nodeCount));
  }
  return sum;
}

/** Follows pkg/scheduler/framework/plugins/imagelocality/image_locality.go. */
export const imageLocality: SchedulerPlugin = {
  name: "ImageLocality",
  weight: 1,
  preScore(state, pod) {
    const names = imageNames(pod);
    // Where no node has any of them, none is better than another.
    if (names.some((name) => state.view.nodesWithImage(name) > 0)) state.set(namesKey, names);
    return success;
  },
  score(state, _pod, node) {
    const names = state.get<readonly string[]>(namesKey);
    if (names === null) return 0;
    const ceilingBytes = mostBytes * names.length;
    const bytes = Math.min(ceilingBytes, Math.max(leastBytes, presentBytes(state, names, node)));
    return Math.floor((100 * (bytes - leastBytes)) / (ceilingBytes - leastBytes));
  },
  wakesOn: [],
};
