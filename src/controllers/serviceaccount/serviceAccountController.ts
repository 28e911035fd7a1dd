import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp } from "../../client/writes.ts";
import { namespaceKind } from "../../kinds/core/namespace/kind.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import { serviceAccountKind } from "../../kinds/core/serviceaccount/kind.ts";
import { hasCause } from "../statusErrors.ts";

// Follows pkg/controller/serviceaccount/serviceaccounts_controller.go.

const defaultName = "default";

/** Every namespace that lives has a ServiceAccount "default". */
export function createServiceAccountController(): ControllerDefinition<Namespace> {
  return {
    name: "serviceaccount",
    account: "service-account-controller",
    for: namespaceKind,
    owns: [],
    watches: [
      {
        kind: serviceAccountKind,
        map: ({ change, object }) => (change === "deleted" && object.metadata.name === defaultName ? [{ namespace: "", name: object.metadata.namespace ?? "" }] : []),
      },
    ],
    concurrency: 1,
    reconcile,
    refused: tolerateEndOfNamespace,
  };
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const namespace = ctx.lister(namespaceKind).get(key);
  if (namespace === null || namespace.status?.phase === "Terminating") return {};
  if (ctx.lister(serviceAccountKind).get({ namespace: key.name, name: defaultName }) !== null) return {};
  ctx.because(`made ServiceAccount default: every namespace has one`);
  ctx.write({ ...createOp(serviceAccountKind, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: defaultName, namespace: key.name } }), tolerates: [409] });
  return {};
}

/** A namespace that ends while we write into it is no failure. */
export function tolerateEndOfNamespace(_key: ObjectKey, _op: WriteOp, response: ApiResponse | null, _ctx: ReconcileContext): "fail" | "ignore" {
  return hasCause(response, "NamespaceTerminating") || response?.code === 404 ? "ignore" : "fail";
}
