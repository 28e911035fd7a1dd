import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { objectPath } from "../../client/paths.ts";
import { patchOp } from "../../client/writes.ts";
import { ipAddressKind, type IPAddress } from "../../kinds/networking/ipaddress/kind.ts";
import { serviceCidrKind, type ServiceCIDR } from "../../kinds/networking/servicecidr/kind.ts";
import { isUsed } from "./cidrUse.ts";
import { allocatorName, containsAddress, managedByLabel, overlap } from "./prefixes.ts";

// Follows pkg/controller/servicecidrs/servicecidrs_controller.go.

const finalizer = "networking.k8s.io/service-cidr-finalizer";
const manager = "service-cidr-controller";
/** So long the allocators may take to hear of a deletion. */
const graceUs = 10_000_000;

/** A ServiceCIDR is Ready and, when it is deleted, stays until no Service has an address that only it contains. */
export function createServiceCidrController(): ControllerDefinition {
  return {
    name: "service-cidr",
    account: "service-cidrs-controller",
    for: null,
    owns: [],
    watches: [
      { kind: serviceCidrKind, map: cidrsOfCidr },
      { kind: ipAddressKind, map: cidrsOfAddress },
    ],
    reconcile,
  };
}

const keyOf = (cidr: ServiceCIDR): ObjectKey => ({ namespace: "", name: cidr.metadata.name });

/** A new range may free those that it overlaps. */
function cidrsOfCidr({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const cidr = object as ServiceCIDR;
  if (change !== "added") return [keyOf(cidr)];
  return [keyOf(cidr), ...ctx.lister(serviceCidrKind).list(null).filter((other) => other.metadata.name !== cidr.metadata.name && overlap(other, cidr)).map(keyOf)];
}

function cidrsOfAddress({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const address = object as IPAddress;
  if (change === "updated" || address.metadata.labels?.[managedByLabel] !== allocatorName) return [];
  return ctx.lister(serviceCidrKind).list(null).filter((cidr) => containsAddress(cidr, address.metadata.name)).map(keyOf);
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const cidr = ctx.lister(serviceCidrKind).get(key);
  if (cidr === null) return {};
  const { deletionTimestamp, finalizers = [] } = cidr.metadata;
  if (deletionTimestamp !== undefined) return remove(key, cidr, ctx);
  if (!finalizers.includes(finalizer)) ctx.write({ ...patchOp(serviceCidrKind, key, { metadata: { finalizers: [finalizer] } }), tolerates: [404] });
  setReady(cidr, "True", "", "Kubernetes Service CIDR is ready", ctx);
  return {};
}

function remove(key: ObjectKey, cidr: ServiceCIDR, ctx: ReconcileContext): ReconcileResult {
  if (isUsed(cidr, ctx.lister(serviceCidrKind).list(null), ctx.lister(ipAddressKind).list(null))) {
    setReady(cidr, "False", "Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", ctx);
    return {};
  }
  const leftUs = graceUs - (ctx.unixUs - (parseRfc3339(cidr.metadata.deletionTimestamp ?? "") ?? 0));
  if (leftUs > 0) return { requeueAfterUs: leftUs };
  if (!(cidr.metadata.finalizers ?? []).includes(finalizer)) return {};
  ctx.because(`let ServiceCIDR ${key.name} go: no Service has an address that only it contains`);
  ctx.write({ ...patchOp(serviceCidrKind, key, { metadata: { "$deleteFromPrimitiveList/finalizers": [finalizer] } }), tolerates: [404] });
  return {};
}

function setReady(cidr: ServiceCIDR, status: string, reason: string, message: string, ctx: ReconcileContext): void {
  const now = cidr.status?.conditions?.find(({ type }) => type === "Ready");
  if (now?.status === status && (now.reason ?? "") === reason && now.message === message) return;
  const condition = { type: "Ready", status, reason, message, lastTransitionTime: ctx.timestamp };
  const body: Json = { apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name: cidr.metadata.name }, status: { conditions: [condition] } };
  ctx.write({ verb: "patch", path: objectPath(serviceCidrKind, keyOf(cidr), "status"), query: { fieldManager: manager, force: "true" }, contentType: "application/apply-patch+yaml", body });
}
