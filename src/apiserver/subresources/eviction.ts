import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { badRequest, notFound, success } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { answer } from "../answers.ts";
import { refuse, workOf, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import { deleteOptionsFrom } from "../verbs/deleteOptions.ts";
import { planDelete } from "../verbs/delete.ts";
import type { SubresourceHandler } from "./define.ts";

/** A polite delete. Follows pkg/registry/core/pod/storage/eviction.go. Differs: disruption budgets are not there yet, so none refuses. */
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
  if (work.dryRun || options.dryRun) return { type: "answer", response: answer(201, done, rc.warnings) };
  work.input = options as unknown as JsonObject;
  const outcome = planDelete(rc, { ...target, subresource: "" });
  if (outcome.type !== "write") return { type: "answer", response: answer(201, done, rc.warnings) };
  return { type: "write", write: { ...outcome.write, answer: { type: "body", code: 201, body: done } } };
}
