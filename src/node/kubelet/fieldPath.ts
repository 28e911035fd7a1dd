// Follows pkg/fieldpath/fieldpath.go and pkg/api/v1/resource/helpers.go.
import { quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import type { Container, Pod, ResourceFieldSelector } from "../../kinds/core/pod/types.ts";
import { specOf } from "./podWorker/restartPolicy.ts";

export interface PodFacts {
  readonly podIp: string;
  readonly nodeIp: string;
  readonly nodeName: string;
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryBytes: number;
  readonly allocatableStorageBytes: number;
}

/** The value of a downward API field, or null where there is no such field. */
export function fieldValue(pod: Pod, path: string, facts: PodFacts): string | null {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) return (subscript[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations)?.[subscript[2] ?? ""] ?? "";
  switch (path) {
    case "metadata.name": return pod.metadata.name;
    case "metadata.namespace": return pod.metadata.namespace ?? "";
    case "metadata.uid": return pod.metadata.uid;
    case "metadata.labels": return mapText(pod.metadata.labels);
    case "metadata.annotations": return mapText(pod.metadata.annotations);
    case "spec.nodeName": return facts.nodeName;
    case "spec.serviceAccountName": return pod.spec.serviceAccountName ?? "";
    case "status.podIP": case "status.podIPs": return facts.podIp;
    case "status.hostIP": case "status.hostIPs": return facts.nodeIp;
    default: return null;
  }
}

/** Lines of key="value", sorted: how the downward API writes a map into a file. */
function mapText(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {}).sort().map((key) => `${key}=${JSON.stringify(map?.[key] ?? "")}`).join("\n");
}

/** The amount that a resourceFieldRef stands for, rounded up to its divisor; null where there is no such resource. */
export function resourceValue(pod: Pod, own: Container, selector: ResourceFieldSelector, facts: PodFacts): string | null {
  const container = selector.containerName === undefined || selector.containerName === "" ? own : specOf(pod, selector.containerName);
  const dot = selector.resource.indexOf(".");
  const side = selector.resource.slice(0, dot);
  const name = selector.resource.slice(dot + 1);
  if (container === null || (side !== "limits" && side !== "requests")) return null;
  const text = container.resources?.[side]?.[name];
  const divisor = selector.divisor === undefined || selector.divisor === "" || selector.divisor === "0" ? "1" : selector.divisor;
  if (name === "cpu") {
    const milli = text !== undefined ? quantityMilli(text) : side === "limits" ? facts.allocatableCpuMilli : 0;
    return String(Math.ceil(milli / Math.max(1, quantityMilli(divisor))));
  }
  const whole = name === "memory" ? facts.allocatableMemoryBytes : name === "ephemeral-storage" ? facts.allocatableStorageBytes : 0;
  const bytes = text !== undefined ? quantityBytes(text) : side === "limits" ? whole : 0;
  return String(Math.ceil(bytes / Math.max(1, quantityBytes(divisor))));
}
