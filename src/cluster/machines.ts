import { isJsonObject, type Json } from "../base/json.ts";
import type { GroupDefinition } from "../sim/processHost.ts";
import { buildMachine, type Machine } from "./buildCluster.ts";
import { kubeletProblem, staticPodsProblem, type ClusterSpec, type NodeSpec } from "./clusterSpec.ts";

const mostMachines = 1_000;
const longestName = 63;
const mostLabels = 64;
const longestLabel = 253;
const runtimes: readonly unknown[] = ["containerd", "cri-o", "docker"];

function isLabelText(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestLabel;
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** What is wrong with the description of a machine that is to join, or null. It comes from outside and may be anything. */
export function machineProblem(node: Json | NodeSpec, spec: ClusterSpec): string | null {
  if (!isJsonObject(node as Json)) return "node: must be the description of a machine";
  const { name, cpuMilli, memoryBytes, ephemeralStorageBytes, pods, runtime, zone, labels, kubelet, staticPods } = node as Partial<Record<keyof NodeSpec, Json>>;
  if (typeof name !== "string" || name.length > longestName || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) return `node.name: must be lower case letters, digits and "-", at most ${longestName}`;
  if (name === "world" || name.startsWith("cp-")) return `node.name: "${name}" is a name of the simulation's own`;
  if (spec.nodes.some((other) => other.name === name)) return `a machine "${name}" is there already`;
  if (spec.nodes.length >= mostMachines) return `${mostMachines} machines are there, the most there may be`;
  if (!isWhole(cpuMilli, 1, 1_000_000)) return "node.cpuMilli: must be a whole number from 1 to 1000000";
  if (!isWhole(memoryBytes, 1, 2 ** 50)) return "node.memoryBytes: must be a whole number from 1";
  if (!isWhole(ephemeralStorageBytes, 1, 2 ** 50)) return "node.ephemeralStorageBytes: must be a whole number from 1";
  if (!isWhole(pods, 0, 10_000)) return "node.pods: must be a whole number from 0 to 10000";
  if (!runtimes.includes(runtime)) return `node.runtime: must be one of ${runtimes.join(", ")}`;
  if (!isLabelText(zone)) return "node.zone: must be a text";
  if (!isJsonObject(labels ?? null) || Object.keys(labels as object).length > mostLabels || !Object.entries(labels as object).every((label) => label.every(isLabelText))) return `node.labels: must be at most ${mostLabels} texts`;
  const problem = kubeletProblem(kubelet) ?? staticPodsProblem(staticPods);
  return problem === null ? null : `node.${problem}`;
}

/** The processes of a machine that joins, from the description that its command carried; null where it cannot be read. */
export function machineGroup(spec: ClusterSpec, group: string, description: Json): GroupDefinition | null {
  if (!isJsonObject(description) || !isJsonObject(description["node"] ?? null)) return null;
  const machine = description as unknown as Machine;
  return machine.node.name === group ? buildMachine(spec, machine) : null;
}
