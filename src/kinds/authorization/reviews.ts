import { reviewKind } from "../reviewKind.ts";

const group = "authorization.k8s.io";

/** Who may do what, asked of the authorizers. */
export const authorizationReviews = [
  reviewKind(group, "SubjectAccessReview"), reviewKind(group, "SelfSubjectAccessReview"), reviewKind(group, "LocalSubjectAccessReview", "Namespaced"), reviewKind(group, "SelfSubjectRulesReview"),
];
