import { invalid } from "../../apimachinery/fieldError.ts";
import { badRequest, invalidStatus } from "../../apimachinery/statusErrors.ts";
import { isJsonObject } from "../../base/json.ts";
import { answer } from "../answers.ts";
import { scaleOf } from "../encode/scale.ts";
import { refuse } from "../requestContext.ts";
import type { SubresourceHandler } from "./define.ts";

export const scaleSubresource: SubresourceHandler = {
  name: "scale",
  methods: ["get", "update", "patch"],
  body: { group: "autoscaling", version: "v1", kind: "Scale", schema: "io.k8s.api.autoscaling.v1.Scale" },
  read: (rc, target, object) => ({ type: "answer", response: answer(200, scaleOf(target.resource.kind, object), rc.warnings) }),
  view: scaleOf,
  merge: (_rc, target, old, input) => {
    const { scale } = target.resource.kind;
    const given = isJsonObject(input["metadata"]) ? input["metadata"]["name"] : undefined;
    if (typeof given === "string" && given !== "" && given !== target.name) refuse(badRequest(`the name of the object (${given}) does not match the name on the URL (${target.name})`));
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
