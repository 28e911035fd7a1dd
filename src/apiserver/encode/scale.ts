import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import type { KindDefinition } from "../../kinds/define.ts";

/** The autoscaling/v1 Scale of an object. */
export function scaleOf(kind: KindDefinition, object: KubeObject): JsonObject {
  const { scale } = kind;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  if (scale === null) throw new Error(`${kind.plural} has no scale`);
  const replicas = scale.replicas(object);
  const selector = scale.selectorText(object);
  return {
    kind: "Scale", apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: scale.statusReplicas(object), ...(selector === "" ? {} : { selector }) },
  };
}
