import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { SubresourceHandler } from "./define.ts";

export const statusSubresource: SubresourceHandler = {
  name: "status",
  methods: ["get", "update", "patch"],
  merge: (_rc, _target, _old, input) => input as unknown as KubeObject,
  strategy: (kind) => kind.statusStrategy,
};
