import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import type { NewObject } from "../../client/writes.ts";
import { createOp, updateOp } from "../../client/writes.ts";
import { configMapKind } from "../../kinds/core/configmap/kind.ts";
import type { ConfigMap } from "../../kinds/core/configmap/types.ts";
import { namespaceKind } from "../../kinds/core/namespace/kind.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { tolerateEndOfNamespace } from "../serviceaccount/serviceAccountController.ts";

// Follows pkg/controller/certificates/rootcacertpublisher/publisher.go.

const configMapName = "kube-root-ca.crt";
const annotations = {
  "kubernetes.io/description":
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
};

/** Every namespace that lives has the cluster's certificate authority in a ConfigMap. */
export function createRootCaCertPublisher(rootCa: string): ControllerDefinition<Namespace> {
  return {
    name: "root-ca-cert-publisher",
    account: "root-ca-cert-publisher",
    for: namespaceKind,
    owns: [],
    watches: [{ kind: configMapKind, map: ({ object }) => (object.metadata.name === configMapName ? [{ namespace: "", name: object.metadata.namespace ?? "" }] : []) }],
    concurrency: 1,
    reconcile: (key, ctx) => reconcile(key, rootCa, ctx),
    refused: tolerateEndOfNamespace,
  };
}

function reconcile(key: ObjectKey, rootCa: string, ctx: ReconcileContext): ReconcileResult {
  const namespace = ctx.lister(namespaceKind).get(key);
  if (namespace === null || namespace.status?.phase === "Terminating") return {};
  const present = ctx.lister(configMapKind).get({ namespace: key.name, name: configMapName });
  const data = { "ca.crt": rootCa };
  if (present === null) {
    ctx.because(`made ConfigMap ${configMapName}: every namespace has the cluster's certificate authority`);
    const configMap: NewObject & Pick<ConfigMap, "data"> = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: configMapName, namespace: key.name, annotations }, data };
    ctx.write({ ...createOp(configMapKind, configMap), tolerates: [409] });
  } else if (!deepEqual(present.data, data) || present.metadata.annotations?.["kubernetes.io/description"] === undefined) {
    ctx.because(`restored ConfigMap ${configMapName}: it had other content`);
    const restored: ConfigMap = { ...present, metadata: { ...present.metadata, annotations: { ...present.metadata.annotations, ...annotations } }, data };
    ctx.write(updateOp(configMapKind, restored));
  }
  return {};
}
