import { extended } from "../../base/extended.ts";
import { notSupported, required, toAggregateText } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { badRequest, conflict, plainError, success } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { refuse, workOf } from "../requestContext.ts";
import type { SubresourceHandler } from "./define.ts";

interface PodParts {
  readonly spec?: { readonly nodeName?: string; readonly schedulingGates?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

/** The scheduler's word: a pod gets its node, once. Follows pkg/registry/core/pod/storage/storage.go assignPod. */
export const bindingSubresource: SubresourceHandler = {
  name: "binding",
  methods: ["create"],
  body: { group: "", version: "v1", kind: "Binding", schema: "io.k8s.api.core.v1.Binding" },
  merge: (rc, target, old, input) => {
    const node = targetNode(target.name, input);
    const metadata = isJsonObject(input["metadata"]) ? input["metadata"] : {};
    const { spec, status } = old as unknown as PodParts;
    if (metadata["uid"] !== undefined && metadata["uid"] !== "" && metadata["uid"] !== old.metadata.uid) {
      refuse(conflict({ group: "", resource: "pods/binding" }, target.name, `Precondition failed: UID in precondition: ${String(metadata["uid"])}, UID in object meta: ${old.metadata.uid}`));
    }
    const already = (text: string): never => refuse(conflict({ group: "", resource: "pods/binding" }, target.name, text));
    if (old.metadata.deletionTimestamp !== undefined) already(`pod ${target.name} is being deleted, cannot be assigned to a host`);
    if (spec?.nodeName !== undefined && spec.nodeName !== "") already(`pod ${target.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
    if ((spec?.schedulingGates?.length ?? 0) > 0) already(`pod ${target.name} has non-empty .spec.schedulingGates`);
    workOf(rc).answer = { type: "body", code: 201, body: extended(success(null), { code: 201 }) };
    const conditions = status?.conditions ?? [];
    const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: formatRfc3339(rc.nowUs) };
    // A nomination has served when the pod has its node (ClearingNominatedNodeNameAfterBinding).
    const { nominatedNodeName: _served, ...kept } = (old.status ?? {}) as JsonObject;
    const annotations = isJsonObject(metadata["annotations"]) ? { annotations: { ...old.metadata.annotations, ...(metadata["annotations"] as Record<string, string>) } } : {};
    return {
      ...old,
      metadata: { ...old.metadata, ...annotations },
      spec: extended(old.spec as object, { nodeName: node }),
      status: extended(kept, { conditions: [...conditions.filter((condition) => condition.type !== "PodScheduled"), scheduled] }),
    };
  },
  strategy: () => null,
};

function targetNode(podName: string, input: JsonObject): string {
  const metadata = isJsonObject(input["metadata"]) ? input["metadata"] : {};
  const name = metadata["name"];
  if (typeof name === "string" && name !== "" && name !== podName) refuse(badRequest(`name in URL does not match name in Binding object`));
  const target = isJsonObject(input["target"]) ? input["target"] : {};
  const errors: FieldError[] = [];
  const kind = target["kind"] ?? "";
  if (kind !== "" && kind !== "Node") errors.push(notSupported("target.kind", kind, ["Node", "<empty>"]));
  const node = target["name"];
  if (typeof node !== "string" || node === "") errors.push(required("target.name", ""));
  if (errors.length > 0) refuse(plainError(toAggregateText(errors)));
  return node as string;
}

