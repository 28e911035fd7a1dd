// Follows pkg/registry/authentication/{tokenreview/storage.go,selfsubjectreview/rest.go}.
import { badRequest } from "../../apimachinery/statusErrors.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { issuer, verifyToken } from "../authn/serviceAccountTokens.ts";
import { refuse, type UserInfo } from "../requestContext.ts";
import { part, text, textsOf, type Review } from "./fields.ts";

/** Whose a token is. Differs: why it does not hold is not told apart. */
export const tokenReview: Review = (rc, _target, review) => {
  const spec = part(review, "spec");
  const token = text(spec["token"]);
  if (token === "") refuse(badRequest("token is required for TokenReview in authentication"));
  const asked = textsOf(spec["audiences"]);
  const audiences = (asked.length === 0 ? [issuer] : asked).filter((audience) => verifyToken(rc, token, audience) !== null);
  const user = audiences[0] === undefined ? null : verifyToken(rc, token, audiences[0]);
  return { ...review, status: user === null ? { user: {}, error: "invalid bearer token" } : { authenticated: true, user: userInfo(user), audiences } };
};

/** Who asks. */
export const selfSubjectReview: Review = (rc, _target, review) => ({ ...review, metadata: { creationTimestamp: formatRfc3339(rc.nowUs) }, status: { userInfo: userInfo(rc.user) } });

function userInfo({ name, uid, groups, extra }: UserInfo): JsonObject {
  return {
    username: name,
    ...(uid === "" ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra: extra as unknown as Json }),
  };
}
