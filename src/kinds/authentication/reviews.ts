import { reviewKind } from "../reviewKind.ts";

const group = "authentication.k8s.io";

/** Who somebody is, asked of the authenticators. */
export const authenticationReviews = [reviewKind(group, "TokenReview"), reviewKind(group, "SelfSubjectReview")];
