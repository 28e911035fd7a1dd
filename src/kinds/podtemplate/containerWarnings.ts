// Follows pkg/api/pod/warnings.go: containers, their variables and ports.
import { index, key as keyPath } from "../../apimachinery/fieldError.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { canonicalQuantity, quantityMilli } from "../../apimachinery/quantity.ts";
import type { Container, ContainerPort } from "../core/pod/types.ts";

type WithPath = readonly (readonly [Container, string])[];

/** Bytes come whole. */
export function fractionText(amount: string | undefined, path: string): readonly string[] {
  return amount === undefined || quantityMilli(amount) % 1000 === 0 ? [] : [`${path}: fractional byte value ${goQuote(canonicalQuantity(amount))} is invalid, must be an integer`];
}

export function resourceWarnings(container: Container, path: string): readonly string[] {
  const { resources } = container;
  if (resources?.limits === undefined && resources?.requests === undefined) return [];
  return ["memory", "ephemeral-storage"].flatMap((name) => (["limits", "requests"] as const).flatMap((list) => fractionText(resources[list]?.[name], keyPath(`${path}.resources.${list}`, name))));
}

/** A variable that hides an earlier one of its name; one that builds on it is fine. */
export function envWarnings(container: Container, path: string): readonly string[] {
  const env = container.env ?? [];
  if (env.length < 2) return [];
  const seen = new Set<string>();
  const warnings: string[] = [];
  for (const [at, { name, value = "", valueFrom }] of env.entries()) {
    const reference = `$(${name})`;
    const hides = valueFrom !== undefined || value === reference || !value.includes(reference);
    if (seen.has(name) && hides) warnings.push(`${index(`${path}.env`, at)}: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`);
    seen.add(name);
  }
  return warnings;
}

/** Ports of all containers of a pod, which share one network. */
export function portWarnings(containers: WithPath): readonly string[] {
  if (containers.every(([{ ports }]) => ports === undefined || ports.length === 0)) return [];
  const warnings: string[] = [];
  const byNumber = new Map<string, (readonly [ContainerPort, string])[]>();
  const byName = new Map<string, string>();
  const repeatedNames: string[] = [];
  for (const [container, path] of containers) {
    for (const [at, port] of (container.ports ?? []).entries()) {
      const own = index(`${path}.ports`, at);
      if ((port.hostIP ?? "") !== "" && (port.hostPort ?? 0) === 0) warnings.push(`${own}: hostIP set without hostPort: ${portText(port)}`);
      const number = `${port.containerPort}/${port.protocol ?? ""}`;
      const others = byNumber.get(number) ?? [];
      for (const [other, where] of others) warnings.push(...clash(port, other).map((what) => `${own}: ${what} port definition with ${where}`));
      byNumber.set(number, [...others, [port, own]]);
      const name = port.name ?? "";
      const first = byName.get(name);
      if (name !== "" && first !== undefined) repeatedNames.push(`${own}: duplicate port name ${goQuote(name)} with ${first}, services and probes that select ports by name will use ${first}`);
      else if (name !== "") byName.set(name, own);
    }
  }
  return [...warnings, ...repeatedNames];
}

function clash(port: ContainerPort, other: ContainerPort): readonly string[] {
  const [hostPort, otherPort] = [port.hostPort ?? 0, other.hostPort ?? 0];
  const [hostIP, otherIP] = [port.hostIP ?? "", other.hostIP ?? ""];
  if (hostIP === otherIP && hostPort === otherPort) return ["duplicate"];
  if (hostPort === 0 || otherPort === 0) return ["overlapping"];
  return hostPort === otherPort && (hostIP === "") !== (otherIP === "") ? ["dangerously ambiguous"] : [];
}

/** As Go prints the struct. */
function portText(port: ContainerPort): string {
  return `{Name:${port.name ?? ""} HostPort:${port.hostPort ?? 0} ContainerPort:${port.containerPort} Protocol:${port.protocol ?? ""} HostIP:${port.hostIP ?? ""}}`;
}
