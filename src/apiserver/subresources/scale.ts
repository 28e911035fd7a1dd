import { invalid } from "../../apimachinery/fieldError.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { badRequest, invalidStatus } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { answer } from "../answers.ts";
import { refuse } from "../requestContext.ts";
import type { SubresourceHandler } from "./define.ts";

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

export const scaleSubresource: SubresourceHandler = {
  name: "scale",
  methods: ["get", "update", "patch"],
  body: { group: "autoscaling", version: "v1", kind: "Scale", schema: "io.k8s.api.autoscaling.v1.Scale" },
  read: (rc, target, object) => ({ type: "answer", response: answer(200, scaleOf(target.resource.kind, object), rc.warnings) }),
  view: scaleOf,
  merge: (_rc, target, old, input) => {
    const { scale } = target.resource.kind;
    if (scale === null) throw new Error(`${target.resource.plural} has no scale`);
    const spec = isJsonObject(input["spec"]) ? input["spec"] : {};
    const replicas = spec["replicas"] ?? 0;
    if (typeof replicas !== "number") refuse(badRequest(`json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`));
    if (replicas < 0) {
      const group = { group: "autoscaling", kind: "Scale" };
      refuse(invalidStatus(group, target.name, [invalid("spec.replicas", replicas, "must be greater than or equal to 0")]));
    }
    const scaled = scale.withReplicas(old, replicas);
    const metadata = isJsonObject(input["metadata"]) ? input["metadata"] : {};
    const resourceVersion = metadata["resourceVersion"];
    const uid = metadata["uid"];
    return {
      ...scaled,
      metadata: { ...scaled.metadata, resourceVersion: typeof resourceVersion === "string" ? resourceVersion : "", uid: typeof uid === "string" ? uid : scaled.metadata.uid },
    };
  },
  strategy: (kind) => kind.strategy,
};
