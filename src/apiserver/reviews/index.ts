import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import { answer } from "../answers.ts";
import { encodeWritten } from "../outcomes.ts";
import { workOf, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import { localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview } from "./accessReviews.ts";
import type { Review } from "./fields.ts";
import { selfSubjectReview, tokenReview } from "./identityReviews.ts";

/** By the name of the kind that is posted. */
const reviews: Readonly<Record<string, Review>> = {
  SubjectAccessReview: subjectAccessReview, SelfSubjectAccessReview: selfSubjectAccessReview, LocalSubjectAccessReview: localSubjectAccessReview,
  SelfSubjectRulesReview: selfSubjectRulesReview, TokenReview: tokenReview, SelfSubjectReview: selfSubjectReview,
};

/** Answers a kind that is never stored. */
export function answerReview(rc: RequestContext, target: Target): Outcome {
  const review = reviews[target.resource.kind.gvk.kind];
  if (review === undefined) throw new Error(`${target.resource.id} is not stored, and nobody answers it`);
  const answered = review(rc, target, workOf(rc).object as unknown as JsonObject) as unknown as KubeObject;
  return { type: "answer", response: answer(201, encodeWritten(rc, target, answered), rc.warnings) };
}
