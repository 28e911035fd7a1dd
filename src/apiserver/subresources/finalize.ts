import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { isJsonObject } from "../../base/json.ts";
import type { SubresourceHandler } from "./define.ts";

/** Only the finalizers of the spec change. Follows pkg/registry/core/namespace/strategy.go namespaceFinalizeStrategy. */
export const finalizeSubresource: SubresourceHandler = {
  name: "finalize",
  methods: ["update"],
  merge: (_rc, _target, old, input) => {
    const spec = isJsonObject(input["spec"]) ? input["spec"] : {};
    const { finalizers: _finalizers, ...rest } = (old.spec ?? {}) as Record<string, unknown>;
    const finalizers = spec["finalizers"];
    return { ...(input as unknown as KubeObject), spec: finalizers === undefined ? rest : { ...rest, finalizers }, ...(old.status === undefined ? {} : { status: old.status }) };
  },
  strategy: (kind) => kind.statusStrategy === null ? null : { ...kind.strategy, prepareForUpdate: (object) => object, validateUpdate: () => [] },
};
