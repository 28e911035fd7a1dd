// Follows pkg/quota/v1: generic/evaluator.go, evaluator/core/{services,persistent_volume_claims,registry}.go, install/registry.go.
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { parseQuantity, quantityValue, unitQuantity, zeroQuantity, type Quantity } from "../../apimachinery/quantity.ts";
import type { ResourceQuota, ScopeRequirement } from "../core/resourcequota/types.ts";
import type { Service } from "../core/service/types.ts";
import { addTo, masked, one, type Amounts } from "./amounts.ts";
import { podEvaluator } from "./podEvaluator.ts";
import { scopesOf, valuesMatch } from "./scopes.ts";

/** How objects of one resource are counted. */
export interface Evaluator {
  /** "deployments.apps" */
  readonly resource: string;
  /** Whether such a write can use more. */
  handles(operation: string, subresource: string): boolean;
  /** Whether this name in a quota is about such objects. */
  tracks(name: string): boolean;
  matchesScope(requirement: ScopeRequirement, object: KubeObject): boolean;
  /** What the object should say and does not; null where it says all. */
  missing(tracked: readonly string[], object: KubeObject): string | null;
  usage(object: KubeObject, nowUs: number): Amounts;
}

/** Upstream's older names for counts of objects. */
const countNames: Readonly<Record<string, string>> = { configmaps: "configmaps", resourcequotas: "resourcequotas", replicationcontrollers: "replicationcontrollers", secrets: "secrets" };
const ignored: ReadonlySet<string> = new Set(["events"]);

function counting(resource: string): Evaluator {
  const alias = Object.hasOwn(countNames, resource) ? countNames[resource] : undefined;
  const names = [`count/${resource}`, ...(alias === undefined ? [] : [alias])];
  const usage = new Map(names.map((name) => [name, one]));
  return {
    resource,
    handles: (operation, subresource) => operation === "CREATE" && subresource === "",
    tracks: (name) => names.includes(name),
    matchesScope: () => false,
    missing: () => null,
    usage: () => usage,
  };
}

const serviceNames = ["count/services", "services", "services.nodeports", "services.loadbalancers"];

const serviceEvaluator: Evaluator = {
  ...counting("services"),
  handles: (operation, subresource) => (operation === "CREATE" || operation === "UPDATE") && subresource === "",
  tracks: (name) => serviceNames.includes(name),
  usage(object) {
    const { type, ports = [], allocateLoadBalancerNodePorts } = (object as Service).spec;
    const isBalanced = type === "LoadBalancer";
    const taken = isBalanced && allocateLoadBalancerNodePorts === false ? ports.filter((port) => (port.nodePort ?? 0) !== 0) : ports;
    const nodePorts = isBalanced || type === "NodePort" ? taken.length : 0;
    return new Map([["count/services", one], ["services", one], ["services.nodeports", unitQuantity(nodePorts, "DecimalSI")], ["services.loadbalancers", isBalanced ? one : zeroQuantity]]);
  },
};

interface Claim extends KubeObject {
  readonly spec?: { readonly storageClassName?: string; readonly volumeAttributesClassName?: string; readonly resources?: { readonly requests?: Readonly<Record<string, string>> } };
  readonly status?: { readonly allocatedResources?: Readonly<Record<string, string>>; readonly currentVolumeAttributesClassName?: string; readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string } };
}

const ofClass = ".storageclass.storage.k8s.io/";
const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const claimNames = ["persistentvolumeclaims", "requests.storage"];

const claimEvaluator: Evaluator = {
  ...counting("persistentvolumeclaims"),
  handles: (operation, subresource) => (subresource === "" && (operation === "CREATE" || operation === "UPDATE")) || (subresource === "status" && operation === "UPDATE"),
  tracks: (name) => name === "count/persistentvolumeclaims" || claimNames.includes(name) || claimNames.some((each) => name.endsWith(`${ofClass}${each}`)),
  matchesScope: (requirement, object) => requirement.scopeName === "VolumeAttributesClass" && valuesMatch(requirement, attributeClasses(object as Claim)),
  usage(object) {
    const claim = object as Claim;
    const className = claim.metadata.annotations?.[classAnnotation] ?? claim.spec?.storageClassName ?? "";
    const usage = new Map<string, Quantity>([["count/persistentvolumeclaims", one]]);
    const storage = storageOf(claim);
    for (const [name, amount] of [["persistentvolumeclaims", one], ["requests.storage", storage]] as const) {
      if (amount === null) continue;
      usage.set(name, amount);
      if (className !== "") usage.set(`${className}${ofClass}${name}`, amount);
    }
    return usage;
  },
};

/** Whole bytes: what is asked for, or what was already given if that is more. */
function storageOf(claim: Claim): Quantity | null {
  const asked = claim.spec?.resources?.requests?.["storage"];
  if (asked === undefined) return null;
  const [request, given] = [asked, claim.status?.allocatedResources?.["storage"] ?? "0"].map((text) => parseQuantity(text) ?? zeroQuantity) as [Quantity, Quantity];
  const larger = given.nano > request.nano ? given : request;
  return { ...larger, nano: quantityValue(larger) * 1_000_000_000n };
}

function attributeClasses({ spec, status }: Claim): readonly string[] {
  return [spec?.volumeAttributesClassName ?? "", status?.currentVolumeAttributesClassName ?? "", status?.modifyVolumeStatus?.targetVolumeAttributesClassName ?? ""].filter((name) => name !== "");
}

const known = new Map<string, Evaluator>([podEvaluator, serviceEvaluator, claimEvaluator].map((evaluator) => [evaluator.resource, evaluator]));

/** How objects of a resource are counted ("deployments.apps"); null for what no quota counts. */
export function evaluatorOf(resource: string): Evaluator | null {
  if (ignored.has(resource)) return null;
  let found = known.get(resource);
  if (found === undefined) known.set(resource, (found = counting(resource)));
  return found;
}

/** Whether all scopes of a quota take the object. */
export function inScope(evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): boolean {
  return scopesOf(quota).every((requirement) => evaluator.matchesScope(requirement, object));
}

/** What the objects of a namespace use of what a quota limits. Follows CalculateUsage. */
export function usageOf(quota: ResourceQuota, evaluators: readonly Evaluator[], objectsOf: (resource: string) => readonly KubeObject[], nowUs: number): Map<string, Quantity> {
  const hard = Object.keys(quota.spec.hard ?? {});
  const used = new Map<string, Quantity>();
  for (const evaluator of evaluators) {
    const tracked = hard.filter((name) => evaluator.tracks(name));
    if (tracked.length === 0) continue;
    for (const name of tracked) used.set(name, zeroQuantity);
    for (const object of objectsOf(evaluator.resource)) if (inScope(evaluator, quota, object)) addTo(used, masked(evaluator.usage(object, nowUs), (name) => tracked.includes(name)));
  }
  return used;
}
