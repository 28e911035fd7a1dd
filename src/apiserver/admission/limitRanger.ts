// Follows plugin/pkg/admission/limitranger/admission.go.
import { aggregateText } from "../../apimachinery/fieldError.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { quantityText, type Quantity } from "../../apimachinery/quantity.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import { compareText } from "../../base/compareText.ts";
import type { LimitRange, LimitRangeItem, ResourceList } from "../../kinds/core/limitrange/types.ts";
import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import { sortedKeys } from "../../kinds/graph/edges.ts";
import { amountsOf, type Amounts } from "../../kinds/quota/amounts.ts";
import { podTotals } from "../../kinds/quota/podTotals.ts";
import { changeItems } from "../../kinds/sharing.ts";
import { refuse } from "../requestContext.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";
import { unchanged } from "./podFields.ts";

const annotation = "kubernetes.io/limit-ranger";
const claims = "persistentvolumeclaims";

/** Fills in what containers leave out, and holds pods and claims to the bounds of their namespace. */
export const limitRanger: AdmissionPlugin = { name: "LimitRanger", implemented: true, resources: ["pods", claims], mutate, validate };

/** Pods when they come and when they are resized, claims also when they change. Nothing that is being deleted. */
function concerns({ target, operation, old }: Admission): boolean {
  const { id } = target.resource;
  if (operation === "DELETE" || (id !== "pods" && id !== claims) || old?.metadata.deletionTimestamp !== undefined) return false;
  if (target.subresource !== "") return id === "pods" && target.subresource === "resize" && operation === "UPDATE";
  return id === claims || operation === "CREATE";
}

function limitRangesOf({ rc, target }: Admission): readonly LimitRange[] {
  const resource = rc.server.resources.get("limitranges");
  return resource === null ? [] : Array.from(rc.server.cache.range(resource, target.namespace), ([, object]) => object as unknown as LimitRange);
}

function mutate(admission: Admission): KubeObject {
  if (!concerns(admission) || admission.target.resource.id !== "pods") return unchanged(admission);
  let pod = admission.object as unknown as Pod;
  for (const limitRange of limitRangesOf(admission)) pod = withDefaults(pod, limitRange);
  return pod as unknown as KubeObject;
}

function withDefaults(pod: Pod, limitRange: LimitRange): Pod {
  const items = (limitRange.spec.limits ?? []).filter((item) => item.type === "Container");
  const defaults = { limits: Object.assign({}, ...items.map((item) => item.default)) as ResourceList, requests: Object.assign({}, ...items.map((item) => item.defaultRequest)) as ResourceList };
  const said: string[] = [];
  let spec = changeItems(pod.spec, "containers", (container: Container) => filled(container, defaults, "container", said));
  spec = changeItems(spec, "initContainers", (container: Container) => filled(container, defaults, "init container", said));
  if (said.length === 0) return pod;
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${said.join("; ")}` } }, spec };
}

function filled(container: Container, defaults: { readonly limits: ResourceList; readonly requests: ResourceList }, what: string, said: string[]): Container {
  let out = container;
  for (const [list, word] of [["requests", "request"], ["limits", "limit"]] as const) {
    const given = container.resources?.[list];
    const missing = sortedKeys(defaults[list]).filter((name) => given?.[name] === undefined);
    if (missing.length === 0) continue;
    said.push(`${missing.join(", ")} ${word} for ${what} ${container.name}`);
    out = { ...out, resources: { ...out.resources, [list]: { ...given, ...Object.fromEntries(missing.map((name) => [name, defaults[list][name] ?? ""])) } } };
  }
  return out;
}

function validate(admission: Admission): void {
  if (!concerns(admission) || admission.object === null) return;
  const { resource } = admission.target;
  const check = resource.id === "pods" ? (item: LimitRangeItem) => podFaults(item, admission.object as unknown as Pod) : (item: LimitRangeItem) => claimFaults(item, admission.object as KubeObject);
  for (const limitRange of limitRangesOf(admission)) {
    const faults = (limitRange.spec.limits ?? []).flatMap(check);
    if (faults.length > 0) refuse(forbiddenStatus({ group: resource.group, resource: resource.plural }, refusedName(admission.object), aggregateText(faults)));
  }
}

function podFaults(item: LimitRangeItem, pod: Pod): readonly string[] {
  if (item.type === "Pod") return faultsOf(item, podTotals(pod, "requests", { forQuota: false }), podTotals(pod, "limits", { forQuota: false }));
  if (item.type !== "Container") return [];
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((container) => faultsOf(item, amountsOf(container.resources?.requests), amountsOf(container.resources?.limits)));
}

interface Bound {
  readonly name: string;
  readonly enforced: Quantity;
  /** "cpu usage per Container is 1" */
  readonly usage: string;
}

function boundsOf(list: ResourceList | undefined, type: string): readonly Bound[] {
  return [...amountsOf(list)].sort(([a], [b]) => compareText(a, b)).map(([name, enforced]) => ({ name, enforced, usage: `${name} usage per ${type} is ${quantityText(enforced)}` }));
}

function faultsOf(item: LimitRangeItem, requests: Amounts, limits: Amounts): readonly string[] {
  const type = item.type ?? "";
  const faults: (string | null)[] = boundsOf(item.min, type).map((bound) => minimumFault(bound, requests.get(bound.name), limits.get(bound.name)));
  for (const { name, enforced, usage } of boundsOf(item.max, type)) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (limit === undefined) faults.push(`maximum ${usage}.  No limit is specified`);
    else if (limit.nano > enforced.nano) faults.push(`maximum ${usage}, but limit is ${quantityText(limit)}`);
    else if (request !== undefined && request.nano > enforced.nano) faults.push(`maximum ${usage}, but request is ${quantityText(request)}`);
  }
  for (const { name, enforced } of boundsOf(item.maxLimitRequestRatio, type)) faults.push(ratioFault(name, enforced, type, requests.get(name), limits.get(name)));
  return faults.filter((fault) => fault !== null);
}

function minimumFault({ enforced, usage }: Bound, request: Quantity | undefined, limit: Quantity | undefined): string | null {
  if (request === undefined) return `minimum ${usage}.  No request is specified`;
  if (request.nano < enforced.nano) return `minimum ${usage}, but request is ${quantityText(request)}`;
  return limit !== undefined && limit.nano < enforced.nano ? `minimum ${usage}, but limit is ${quantityText(limit)}` : null;
}

function ratioFault(name: string, enforced: Quantity, type: string, request: Quantity | undefined, limit: Quantity | undefined): string | null {
  const text = `${name} max limit to request ratio per ${type} is ${quantityText(enforced)}`;
  if (request === undefined || request.nano === 0n) return `${text}, but no request is specified or request is 0`;
  if (limit === undefined || limit.nano === 0n) return `${text}, but no limit is specified or limit is 0`;
  const ratio = Number(limit.nano) / Number(request.nano);
  return limit.nano * nanosPerUnit > request.nano * enforced.nano ? `${text}, but provided ratio is ${ratio.toFixed(6)}` : null;
}

const nanosPerUnit = 1_000_000_000n;

/** Only what a claim requests is bounded. */
function claimFaults(item: LimitRangeItem, claim: KubeObject): readonly string[] {
  if (item.type !== "PersistentVolumeClaim") return [];
  const requests = amountsOf((claim.spec as { readonly resources?: { readonly requests?: ResourceList } } | undefined)?.resources?.requests);
  const faults: (string | null)[] = boundsOf(item.min, item.type).map((bound) => minimumFault(bound, requests.get(bound.name), undefined));
  for (const { name, enforced, usage } of boundsOf(item.max, item.type)) {
    const request = requests.get(name);
    if (request === undefined) faults.push(`maximum ${usage}.  No request is specified`);
    else if (request.nano > enforced.nano) faults.push(`maximum ${usage}, but request is ${quantityText(request)}`);
  }
  return faults.filter((fault) => fault !== null);
}
