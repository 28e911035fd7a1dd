// Follows pkg/registry/authorization/*/rest.go, util/helpers.go and pkg/apis/authorization/validation/validation.go.
import { invalid } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { badRequest, invalidStatus } from "../../apimachinery/statusErrors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { authorize } from "../authz/authorize.ts";
import type { Attributes } from "../authz/attributes.ts";
import { refuse, type RequestContext, type Target, type UserInfo } from "../requestContext.ts";
import { text, textsOf, textsByKey, part, type Review } from "./fields.ts";

/** Of a user who is named. */
export const subjectAccessReview: Review = (rc, _target, review) => judged(rc, review, namedUser(part(review, "spec")), specErrors(review, true, ["managedFields"], "must be empty"));

/** Of who asks. */
export const selfSubjectAccessReview: Review = (rc, _target, review) => judged(rc, review, rc.user, specErrors(review, false, ["managedFields"], "must be empty"));

/** Of a user who is named, in one namespace. */
export const localSubjectAccessReview: Review = (rc, target, review) => {
  const { namespace } = target;
  const local = { ...review, metadata: { namespace, ...part(review, "metadata") } };
  const { resourceAttributes, nonResourceAttributes } = part(local, "spec");
  const errors = [...specErrors(local, true, ["managedFields", "namespace"], "must be empty except for namespace")];
  const asked = isJsonObject(resourceAttributes) ? text(resourceAttributes["namespace"]) : namespace;
  if (asked !== namespace) errors.push(invalid("spec.resourceAttributes.namespace", asked, "must match metadata.namespace"));
  if (isJsonObject(nonResourceAttributes)) errors.push(invalid("spec.nonResourceAttributes", internalForm(nonResourceAttributes), "disallowed on this kind of request"));
  return judged(rc, local, namedUser(part(local, "spec")), errors);
};

/** All that who asks may do in a namespace, as far as rules tell. */
export const selfSubjectRulesReview: Review = (rc: RequestContext, _target: Target, review) => {
  const namespace = text(part(review, "spec")["namespace"]);
  if (namespace === "") refuse(badRequest("no namespace on request"));
  const { all, errors } = rc.server.rbac.grantsOf(rc.user, namespace);
  const rules = all.map(({ rule }) => rule);
  const resourceRules = rules.filter((rule) => (rule.resources ?? []).length > 0).map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) }));
  const nonResourceRules = rules.filter((rule) => (rule.nonResourceURLs ?? []).length > 0).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  const problems = rc.user.groups.includes("system:nodes") && rc.user.name.startsWith("system:node:") ? ["node authorizer does not support user rule resolution", ...errors] : errors;
  const said = problems.length === 0 ? {} : { evaluationError: problems.length === 1 ? problems[0] : `[${problems.join(", ")}]` };
  return { ...review, metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete: problems.length > errors.length, ...said } as unknown as Json };
};

function judged(rc: RequestContext, review: JsonObject, user: UserInfo, errors: readonly FieldError[]): JsonObject {
  // The internal type has no kind.
  if (errors.length > 0) refuse(invalidStatus({ group: "authorization.k8s.io", kind: "" }, "", errors));
  const { allowed, reason } = authorize(rc.server, attributesOf(user, part(review, "spec")));
  return { ...review, status: { allowed, ...(reason === "" ? {} : { reason }) } };
}

function namedUser(spec: JsonObject): UserInfo {
  return { name: text(spec["user"]), uid: text(spec["uid"]), groups: textsOf(spec["groups"]), extra: textsByKey(spec["extra"]) };
}

function attributesOf(user: UserInfo, spec: JsonObject): Attributes {
  const { resourceAttributes: asked, nonResourceAttributes } = spec;
  if (!isJsonObject(asked)) {
    const about = isJsonObject(nonResourceAttributes) ? nonResourceAttributes : {};
    return { user, verb: text(about["verb"]), target: { path: text(about["path"]) } };
  }
  const target = { group: text(asked["group"]), plural: text(asked["resource"]), subresource: text(asked["subresource"]), namespace: text(asked["namespace"]), name: text(asked["name"]), fieldSelector: selectorText(asked["fieldSelector"]) };
  return { user, verb: text(asked["verb"]), target };
}

/** Requirements as a selector's text; those that no exact value meets say nothing here. */
function selectorText(selector: Json | undefined): string {
  if (!isJsonObject(selector)) return "";
  const requirements = Array.isArray(selector["requirements"]) ? (selector["requirements"] as readonly Json[]) : [];
  const exact = requirements.filter(isJsonObject).filter((each) => each["operator"] === "In" && textsOf(each["values"]).length === 1);
  return [text(selector["rawSelector"]), ...exact.map((each) => `${text(each["key"])}=${textsOf(each["values"])[0]}`)].filter((term) => term !== "").join(",");
}

function specErrors(review: JsonObject, namesUser: boolean, ignored: readonly string[], emptyText: string): readonly FieldError[] {
  const spec = part(review, "spec");
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  if (isJsonObject(resourceAttributes) && isJsonObject(nonResourceAttributes)) errors.push(invalid("spec.nonResourceAttributes", internalForm(nonResourceAttributes), "cannot be specified in combination with resourceAttributes"));
  if (!isJsonObject(resourceAttributes) && !isJsonObject(nonResourceAttributes)) errors.push(invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  if (namesUser && text(spec["user"]) === "" && textsOf(spec["groups"]).length === 0) errors.push(invalid("spec.user", "", "at least one of user or group must be specified"));
  const metadata = part(review, "metadata");
  if (Object.keys(metadata).some((key) => !ignored.includes(key))) errors.push(invalid("metadata", metadata, emptyText));
  return errors;
}

function internalForm(attributes: JsonObject): Json {
  return { Path: text(attributes["path"]), Verb: text(attributes["verb"]) };
}
