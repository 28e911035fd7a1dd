import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { badRequest, notFound, success } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { PodCondition, PodStatus } from "../../kinds/core/pod/types.ts";
import { answer } from "../answers.ts";
import { noteObject } from "../outcomes.ts";
import { refuse, workOf, type Outcome, type PlannedWrite, type RequestContext, type Target } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { deleteOptionsFrom } from "../verbs/deleteOptions.ts";
import { checkPreconditions, planDelete, withoutVersion } from "../verbs/delete.ts";
import type { SubresourceHandler } from "./define.ts";
import { grantOf } from "./disruptionBudget.ts";

/**
 * A polite delete, in up to three writes: the budget gives one disruption away ("granted"), the pod says why it goes ("marked"), the pod goes.
 * Follows pkg/registry/core/pod/storage/eviction.go.
 */
export const evictionSubresource: SubresourceHandler = {
  name: "eviction",
  methods: ["create"],
  body: { group: "policy", version: "v1", kind: "Eviction", schema: "io.k8s.api.policy.v1.Eviction" },
  merge: (_rc, _target, old) => old,
  create,
  strategy: () => null,
};

function create(rc: RequestContext, target: Target, pod: KubeObject | null, input: JsonObject): Outcome {
  const metadata = isJsonObject(input["metadata"]) ? input["metadata"] : {};
  const name = metadata["name"];
  if (typeof name === "string" && name !== "" && name !== target.name) refuse(badRequest("name in URL does not match name in Eviction object"));
  if (pod === null) refuse(notFound({ group: "", resource: "pods" }, target.name));
  const done = { ...success(null), code: 201 };
  const work = workOf(rc);
  const options = deleteOptionsFrom(rc, isJsonObject(input["deleteOptions"]) ? input["deleteOptions"] : {});
  const ended: Outcome = { type: "answer", response: answer(201, done, rc.warnings) };
  const grant = rc.progress === "" ? grantOf(rc, pod) : null;
  if (work.dryRun || options.dryRun) return ended;
  if (grant !== null) return { type: "write", write: grant };
  const ofPod = { ...target, subresource: "" };
  if (rc.progress !== "marked") {
    checkPreconditions(ofPod, pod, options);
    return { type: "write", write: markWrite(rc, ofPod, pod, work.oldRevision) };
  }
  // The version that the client meant was checked before the mark made another one of it.
  work.input = { ...options, preconditionVersion: null } as unknown as JsonObject;
  const outcome = planDelete(rc, ofPod);
  if (outcome.type !== "write") return ended;
  return { type: "write", write: { ...outcome.write, answer: { type: "body", code: 201, body: done } } };
}

/** The pod with the condition that tells controllers it did not fail by itself. */
function markWrite(rc: RequestContext, target: Target, pod: KubeObject, revision: number): PlannedWrite {
  const status = (pod.status ?? {}) as PodStatus;
  const { generation } = pod.metadata;
  const before = status.conditions?.find((condition) => condition.type === "DisruptionTarget");
  const lastTransitionTime = before?.status === "True" && before.lastTransitionTime !== undefined ? before.lastTransitionTime : formatRfc3339(rc.nowUs);
  const condition: PodCondition = {
    type: "DisruptionTarget", ...(generation === undefined ? {} : { observedGeneration: generation }), status: "True", lastTransitionTime, reason: "EvictionByEvictionAPI", message: "Eviction API: evicting",
  };
  const conditions = [...(status.conditions ?? []).filter((each) => each !== before), condition];
  const { resource } = target;
  return {
    key: resource.keyPrefix + objectKeyOf(resource, target.namespace, target.name), expectRevision: revision, value: withoutVersion({ ...pod, status: { ...status, conditions } }),
    noteText: `marked Pod ${target.name} for its eviction`, noteObject: noteObject(target, target.name), onConflict: "retry", next: "marked", answer: { type: "object", code: 200 },
  };
}
